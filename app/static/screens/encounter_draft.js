// The draft: saved a second after the last key and on leaving a field. What could not be saved stays in this
// browser, is said, is tried again, and is offered back after a reload.
import { send } from "../lib/form.js";
import { clock, clockSeconds, now } from "../lib/time.js";
import { t } from "../lib/texts.js";
import { HEADINGS, data, form, learn, outcome, path } from "./encounter_state.js";

const FIELDS = [...HEADINGS, "asked_of_gp", "told_to_patient", "medication_changes"];
const RETRY = 5000;
const shelf = `legevakt.draft.${data.encounter}.${data.me}`;
const sign = document.getElementById("saved");
let version = data.draft.version;
let dirty = false;
let timer = 0;
let saving = Promise.resolve();

const body = () => ({ ...Object.fromEntries(FIELDS.map((name) => [name, form.elements[name].value])), outcome: outcome() });
const same = (a, b) => [...FIELDS, "outcome"].every((name) => (a[name] ?? "") === (b[name] ?? ""));

function keep() {
  try { localStorage.setItem(shelf, JSON.stringify({ body: body(), at: now() })); } catch { /* the field still holds it */ }
}

function say(text, bad = false) {
  if (sign.textContent !== text) sign.textContent = text;
  sign.classList.toggle("bad", bad);
}

export function fillIn(draft) {
  for (const name of FIELDS) form.elements[name].value = draft[name] ?? "";
  for (const radio of form.elements.outcome) radio.checked = radio.value === draft.outcome;
}

async function save() {
  if (!dirty) return true;
  dirty = false;
  const sent = body();
  const answer = await send("PUT", `${path}/draft`, sent, { match: `"${data.version}.${version}"` });
  if (answer.ok) {
    learn(answer);
    version = answer.data.draft_version;
    if (!dirty) localStorage.removeItem(shelf);
    say(t("encounter.script.saved", { clock: clockSeconds(Date.parse(answer.data.saved_at)), version }));
    return true;
  }
  keep();
  if (answer.status === 412) return newerElsewhere({ ...answer.data, ...answer.data.facts }, sent);
  dirty = true;
  say(t("encounter.script.not_saved"), true);
  later(RETRY);
  return false;
}

// The same doctor wrote in another window. Both texts are kept; the person chooses.
function newerElsewhere({ current, draft_version }, sent) {
  version = draft_version;
  if (current && same(current, sent)) { // it was saved; only the answer got lost
    dirty = true;
    return save();
  }
  say(t("encounter.script.newer"), true);
  if (current) offer(t("encounter.script.offer_newer"), current);
  return false;
}

function later(wait) {
  clearTimeout(timer);
  timer = setTimeout(saveNow, wait);
}

export function saveNow() {
  clearTimeout(timer);
  saving = saving.then(save);
  return saving;
}

function offer(text, draft) {
  const box = document.getElementById("offer");
  box.querySelector("p").textContent = text;
  box.hidden = false;
  const close = () => { box.hidden = true; };
  box.querySelector("[data-take-back]").onclick = () => {
    fillIn(draft);
    dirty = true;
    saveNow();
    form.dispatchEvent(new Event("restored"));
    close();
  };
  box.querySelector("[data-discard]").onclick = () => { localStorage.removeItem(shelf); close(); };
}

function offerUnsaved() {
  const stored = localStorage.getItem(shelf);
  if (!stored) return;
  const unsaved = JSON.parse(stored);
  if (same(unsaved.body, data.draft)) return localStorage.removeItem(shelf);
  offer(t("encounter.script.offer_unsaved", { clock: clock(unsaved.at) }), unsaved.body);
}

export function startDraft() {
  form.addEventListener("input", ({ target }) => {
    if (!FIELDS.includes(target.name) && target.name !== "outcome") return;
    dirty = true;
    keep(); // at once: a power cut does not wait a second
    say(t("encounter.script.typing"));
    later(1000);
  });
  form.addEventListener("focusout", () => { if (dirty) saveNow(); });
  addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
  offerUnsaved();
}

export const forgetDraft = () => { dirty = false; localStorage.removeItem(shelf); };
