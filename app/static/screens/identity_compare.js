// Two records side by side: what differs is marked with a word, not only with a colour.
import { t } from "../lib/texts.js";

const find = (selector) => document.querySelector(selector);
const nameOf = ({ given, family, called }) => [given, family].filter(Boolean).join(" ") || called;
const day = (iso) => (iso ? iso.slice(0, 10).split("-").reverse().join(".") : "–");

const FIELDS = [
  ["name", nameOf],
  ["called", ({ called }) => called],
  ["birth_date", ({ birth_date: born }) => day(born)],
  ["sex", ({ sex }) => t(`sex.long_${sex}`)],
  ["numbers", ({ numbers }) => numbers.map(({ kind, masked }) => `${t(`identity.number.${kind}`)} ${masked}`).join(", ") || "–"],
  ["protection", ({ protection }) => t(`identity.protection.${protection}`)],
  ["address", ({ address }) => address ?? "–"],
  ["phone", ({ phone }) => phone ?? "–"],
  ["gp", ({ gp }) => gp ?? "–"],
  ["visits", ({ visits, last_visit: last }) => (visits ? `${visits} · ${day(last)}` : "–")],
  ["here", ({ here }) => here ?? "–"],
];

export class Comparison {
  constructor(person) {
    this.person = person;
    this.chosen = null;
  }

  // Who could be the same person: those with a like name who are here, later what the search found.
  offer(people, { searched = false } = {}) {
    find("#found-none").hidden = !searched || people.length > 0;
    find("#found").replaceChildren(...people.map((person) => this.#line(person)));
    find("#compare").hidden = true;
    this.chosen = null;
  }

  #line(person) {
    const line = find("#candidate").content.firstElementChild.cloneNode(true);
    line.querySelector("[data-name]").textContent = nameOf(person);
    const more = [day(person.birth_date), ...person.numbers.map(({ masked }) => masked), person.here].filter((part) => part && part !== "–");
    line.querySelector("[data-more]").textContent = more.join(" · ");
    line.querySelector("button").addEventListener("click", () => this.#compare(person, line));
    return line;
  }

  #compare(person, line) {
    this.chosen = person;
    for (const each of find("#found").children) each.removeAttribute("aria-current");
    line.setAttribute("aria-current", "true");
    find("#compare tbody").replaceChildren(...FIELDS.map(([name, read]) => this.#row(name, read(this.person), read(person))));
    const twice = find("#twice");
    if (twice) {
      twice.hidden = !person.here_id || !this.person.here_id;
      twice.textContent = t("identity.script.end_twice", { number: person.here ?? "" });
    }
    find("#compare").hidden = false;
    find("#compare").focus();
  }

  #row(name, mine, theirs) {
    const row = document.createElement("tr");
    const head = Object.assign(document.createElement("th"), { scope: "row", textContent: t(`identity.script.field_${name}`) });
    const cells = [mine, theirs].map((textContent) => Object.assign(document.createElement("td"), { textContent }));
    const differs = mine !== theirs && ![mine, theirs].includes("–") && !["visits", "here"].includes(name);
    row.className = differs ? "differs" : "";
    if (differs) cells[1].dataset.word = t("identity.script.differs");
    row.append(head, ...cells);
    return row;
  }
}
