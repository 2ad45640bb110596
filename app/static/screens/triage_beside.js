// What can be done beside the assessment: another place, a doctor now, or later.
import { newKey, problemText, send } from "../lib/form.js";
import { t } from "../lib/texts.js";
import { data, form } from "./triage_form.js";
import { autosave } from "./triage_draft.js";

const find = (selector) => document.querySelector(selector);
const list = find("#place-list");
const opener = find("#place button");
const desk = `/units/${data.unit}`;

function say(text) {
  find("#said").textContent = text;
}

function refused(problem) {
  const place = form.querySelector("[data-form-error]");
  place.textContent = problemText(problem);
  place.hidden = false;
}

async function move() {
  const place = list.value || null;
  const answer = await send("POST", `/api/encounters/${data.encounter}/place`, { place }, { key: newKey() });
  if (!answer.ok) { list.value = data.place ?? ""; return refused(answer.data); }
  data.place = place;
  data.version = answer.data.version;
  const word = place ?? t("place.waiting_room");
  find("#place span").textContent = word;
  say(t("triage.script.placed", { place: word }));
  open(false);
  opener.focus();
}

function open(shown) {
  list.hidden = !shown;
  opener.setAttribute("aria-expanded", String(shown));
  if (shown) list.focus();
}

async function callDoctor({ target }) {
  if (target.getAttribute("aria-busy")) return;
  target.setAttribute("aria-busy", "true");
  const answer = await send("POST", `/api/encounters/${data.encounter}/call-doctor`, undefined, { key: newKey() });
  target.removeAttribute("aria-busy");
  if (!answer.ok) return refused(answer.data);
  data.version = answer.data.version;
  say(t("triage.script.doctor_called"));
}

// Later: the draft stays, and nobody is sent away from one that could not be saved.
async function postpone() {
  if (await autosave.now()) location.assign(desk);
}

export function startBeside() {
  opener.addEventListener("click", () => open(list.hidden));
  list.addEventListener("change", move);
  list.addEventListener("input", (event) => event.stopPropagation());
  find("#call-doctor").addEventListener("click", callDoctor);
  find("#postpone").addEventListener("click", postpone);
}
