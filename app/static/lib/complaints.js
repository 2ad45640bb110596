// Kontaktårsak: free text with a list below; what is common here before anything is typed, then what matches.
// app/templates/parts/complaint_box.html is the markup; `meant` finds the same as triage/rules/complaints/pack.py.
import { t } from "./texts.js";

const MOST = 8;

export const plain = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();

// The longest known phrase in what was written.
export function meant(text, complaints) {
  const words = ` ${plain(text)} `;
  let best = null;
  for (const complaint of complaints) {
    for (const phrase of complaint.phrases) {
      if (words.includes(` ${phrase} `) && phrase.length > (best?.length ?? 0)) best = { length: phrase.length, complaint };
    }
  }
  return best?.complaint ?? null;
}

// Those with a word that begins as typed, the complaint's own word before what else it is called.
export function matching(text, complaints) {
  const typed = plain(text);
  const begins = (phrase) => phrase.startsWith(typed) || phrase.includes(` ${typed}`);
  const ranked = complaints.map((each) => [begins(plain(each.word)) ? 0 : each.phrases.some(begins) ? 1 : 2, each]);
  return ranked.filter(([rank]) => rank < 2).sort(([a], [b]) => a - b).slice(0, MOST).map(([, each]) => each.word);
}

export function startComplaints(input, { complaints, common }) {
  const list = document.getElementById(input.getAttribute("aria-controls"));
  let at = -1;
  const options = () => [...list.querySelectorAll("[role=option]")];

  function parts() {
    if (input.value.trim() && input.value !== input.defaultValue) return [["complaint.matches", matching(input.value, complaints)]];
    const texts = (here) => common.filter((each) => each.here === here).map((each) => each.text);
    return [["complaint.common_here", texts(true)], ["complaint.common_start", texts(false)]];
  }

  function draw() {
    at = -1;
    list.replaceChildren(...parts().filter(([, texts]) => texts.length).map(([title, texts], part) => {
      const group = document.createElement("div");
      group.setAttribute("role", "group");
      group.setAttribute("aria-label", t(title));
      const head = document.createElement("p");
      head.textContent = t(title);
      head.setAttribute("aria-hidden", "true");
      group.append(head, ...texts.map((text, number) => {
        const option = document.createElement("div");
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.id = `${list.id}-${part}-${number}`;
        option.textContent = text;
        return option;
      }));
      return group;
    }));
    show(list.childElementCount > 0);
  }

  function show(open) {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    if (!open) input.removeAttribute("aria-activedescendant");
  }

  function mark(next) {
    const all = options();
    at = all.length ? (next + all.length) % all.length : -1;
    all.forEach((each, number) => each.setAttribute("aria-selected", String(number === at)));
    if (at < 0) return;
    input.setAttribute("aria-activedescendant", all[at].id);
    all[at].scrollIntoView({ block: "nearest" });
  }

  function choose(option) {
    input.value = option.textContent;
    show(false);
    input.dispatchEvent(new Event("input", { bubbles: true }));
    show(false);
  }

  input.addEventListener("focus", () => { input.select(); draw(); });
  input.addEventListener("blur", () => show(false));
  input.addEventListener("input", draw);
  input.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) {
      event.preventDefault();
      if (list.hidden) draw();
      mark(at < 0 && by < 0 ? -1 : at + by);
    } else if (event.key === "Enter" && at >= 0 && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      choose(options()[at]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.stopPropagation();
      show(false);
    }
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", ({ target }) => {
    const option = target.closest("[role=option]");
    if (option) choose(option);
  });
}
