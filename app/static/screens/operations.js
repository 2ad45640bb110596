// Operations: looks again by itself, says when it could not, filters the letters, and tries one now.
import "../lib/page.js";
import { clearProblem, newKey, problemText, send, showProblem } from "../lib/form.js";
import { refresh } from "../lib/parts.js";
import { t } from "../lib/texts.js";
import { clock, now } from "../lib/time.js";

const EVERY = 10_000;
const find = (selector) => document.querySelector(selector);
let seenAt = now();
const hidden = new Set();
const keys = new Map();

// Old figures are said to be old; they are never left standing as today's.
async function look() {
  const fresh = Boolean(await refresh());
  if (fresh) seenAt = now();
  document.body.classList.toggle("stale", !fresh);
  const text = fresh ? "" : t("operations.script.old", { clock: clock(seenAt) });
  if (find("#old").textContent !== text) find("#old").textContent = text;
  find("#old").hidden = fresh;
}

function filter() {
  for (const button of document.querySelectorAll(".tabs [data-group]")) button.setAttribute("aria-pressed", String(!hidden.has(button.dataset.group)));
  for (const row of document.querySelectorAll("tr[data-group]")) row.hidden = hidden.has(row.dataset.group);
}

async function tryNow(button) {
  const path = button.dataset.send;
  if (!keys.has(path)) keys.set(path, newKey());
  button.setAttribute("aria-busy", "true");
  const answer = await send("POST", path, undefined, { key: keys.get(path) });
  button.removeAttribute("aria-busy");
  if (answer.status) keys.delete(path);
  find("#refused").hidden = answer.ok;
  find("#done").textContent = answer.ok ? t("operations.script.tried") : "";
  if (!answer.ok) find("#refused").textContent = problemText(answer.data);
  await look();
}

// What was done about something in the inbox is written down, and then it is off the list.
const dialog = find("#settle");
const form = dialog.querySelector("form");
function ask(button) {
  form.reset(); clearProblem(form);
  dialog.dataset.task = button.dataset.settle;
  form.querySelector("[data-what]").textContent = button.closest("tr").querySelector(".w").firstChild.textContent;
  dialog.showModal();
}
form.querySelector("[value=no]").addEventListener("click", () => dialog.close());
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const path = `/api/inbox-tasks/${dialog.dataset.task}/settle`;
  if (!keys.has(path)) keys.set(path, newKey());
  const answer = await send("POST", path, { note: form.elements.note.value }, { key: keys.get(path) });
  if (answer.status) keys.delete(path);
  if (!answer.ok) { showProblem(form, answer.data); return; }
  dialog.close();
  find("#done").textContent = t("operations.script.settled");
  await look();
});

document.addEventListener("click", ({ target }) => {
  const unsettled = target.closest("[data-settle]");
  if (unsettled) ask(unsettled);
  const group = target.closest(".tabs [data-group]")?.dataset.group;
  if (group) { if (!hidden.delete(group)) hidden.add(group); filter(); }
  const button = target.closest("[data-send]");
  if (button && !button.getAttribute("aria-busy")) tryNow(button);
});
document.addEventListener("part", filter); // drawn anew, and still as one had chosen
setInterval(look, EVERY);
