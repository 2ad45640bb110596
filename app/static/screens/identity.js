// Who this is: put on what is known, put two records together or take them apart, and undo; each with a reason.
import "../lib/page.js";
import { clearProblem, newKey, send, showProblem } from "../lib/form.js";
import { t } from "../lib/texts.js";
import { nameCountries } from "./identity_countries.js";
import { Comparison } from "./identity_compare.js";

const find = (selector) => document.querySelector(selector);
const data = JSON.parse(find("#identity").textContent);
const path = `/api/encounters/${data.encounter}`;
const DONE = "legevakt.identity.done";
const keys = new WeakMap();

const done = sessionStorage.getItem(DONE);
if (done) { find("#done").textContent = t(`identity.script.${done}`); sessionStorage.removeItem(DONE); }
nameCountries();

// Sends what a form says; what was changed is shown by drawing the page anew, complete from the server.
async function put(form, target, body, said, { match = true } = {}) {
  const button = form.querySelector("[aria-busy]") ?? form.querySelector("[type=submit]");
  button.setAttribute("aria-busy", "true");
  if (!keys.has(form)) keys.set(form, newKey());
  const answer = await send("POST", target, body, { key: keys.get(form), match: match ? `"${data.version}"` : undefined });
  button.removeAttribute("aria-busy");
  if (answer.status) keys.delete(form);
  if (!answer.ok) return showProblem(form, answer.data);
  sessionStorage.setItem(DONE, said);
  location.reload();
}

const filled = (form) => Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()]).filter(([, value]) => value));

function on(selector, names, act) {
  for (const form of document.querySelectorAll(selector)) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      clearProblem(form);
      const body = filled(form);
      const missing = names.find((name) => !body[name]);
      if (missing) return showProblem(form, { code: "field-required", field: missing });
      act(form, body, event.submitter);
    });
  }
}

function identification(form) {
  const { kind, country, national_id: number, reason, withdraw: _, ...rest } = filled(form);
  const known = { reason, withdraw: new FormData(form).getAll("withdraw") };
  for (const [name, value] of Object.entries(rest)) if (value !== (data.person[name] ?? "")) known[name] = value;
  known.clear = ["given", "family", "birth_date", "residence", "address", "phone"].filter((name) => !rest[name] && data.person[name]);
  if (number && kind === "national") known.national_id = number.replace(/\s/g, "");
  else if (number) known.foreign_number = { kind, value: number, ...(kind === "duf" ? {} : { country }) };
  return known;
}

const kind = find("#kind");
kind?.addEventListener("change", () => { find("[data-foreign]").hidden = !["passport", "foreign"].includes(kind.value); });
on("#take", [], (form) => put(form, `${path}/identity`, JSON.parse(find("#take-body").textContent), "saved"));
on("#identify", ["reason"], (form) => put(form, `${path}/identity`, identification(form), "saved"));
find("#identify")?.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.ctrlKey) { event.preventDefault(); event.currentTarget.requestSubmit(); }
});

on("#split", ["reason"], (form, body) => put(form, `${path}/identity/split`, body, "moved"));
on(".undo", ["reason"], (form, body) => put(form, `${path}/identity/${form.dataset.change}/undo`, body, "undone"));
on(".letter", ["note"], (form, body) => put(form, `${path}/messages/${form.dataset.message}/review`, body, "decided", { match: false }));
on("#guardian", ["name"], (form, body) => put(form, `${path}/guardians`, body, "related", { match: false }));
on("#newborn", ["complaint"], (form, { birth_order: order, ...body }) => {
  const child = { ...body, mother: data.encounter, ...(order ? { birth_order: Number(order) } : {}) };
  put(form, `/api/units/${data.unit}/arrivals`, child, "newborn", { match: false });
});
for (const button of document.querySelectorAll("[data-end]")) {
  button.addEventListener("click", async () => {
    const answer = await send("POST", `${path}/guardians/${button.dataset.end}/end`, undefined, { key: newKey() });
    if (answer.ok) { sessionStorage.setItem(DONE, "related"); location.reload(); }
  });
}

find("#reveal")?.addEventListener("click", async ({ currentTarget }) => {
  const answer = await send("POST", `${path}/identity/reveal`, undefined, { key: newKey() });
  if (!answer.ok) return;
  const shown = document.querySelectorAll("[data-number]");
  answer.data.numbers.forEach(({ value }, place) => { if (shown[place]) shown[place].textContent = value; });
  currentTarget.hidden = true;
});

const comparison = new Comparison(data.person);
comparison.offer(data.similar);
let looked = {};
on("#search", [], async (form, { number, ...rest }) => {
  looked = number ? { national_id: number.replace(/\s/g, "") } : {};
  const answer = await send("POST", `/api/units/${data.unit}/patients/search`, { ...rest, ...looked });
  if (!answer.ok) return showProblem(form, answer.data);
  comparison.offer(answer.data.found.filter(({ id }) => id !== data.person.id), { searched: true });
});
find("#twice")?.addEventListener("click", async ({ currentTarget }) => {
  const form = find("#merge");
  const answer = await send("POST", `/api/encounters/${comparison.chosen.here_id}/identity/registered-twice`, undefined, { key: newKey() });
  if (!answer.ok) return showProblem(form, answer.data);
  currentTarget.hidden = true;
  find("#done").textContent = t("identity.script.ended_twice");
});
on("#merge", ["reason"], (form, { keep, reason }, submitter) => {
  const other = comparison.chosen.id;
  if (submitter?.value === "split") return put(form, `${path}/identity/split`, { to: other, reason, ...looked }, "moved");
  put(form, `${path}/identity/merge`, { other, keep, reason, ...looked }, "merged");
});
