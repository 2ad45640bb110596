// The doctor's page: the queue beside, taking, handing over, writing, and signing in one motion.
import "../lib/page.js";
import { newKey, problemText, send } from "../lib/form.js";
import { startQueue } from "./encounter_queue.js";
import { countDown } from "./encounter_undo.js";
import { startDiagnoses } from "./encounter_diagnoses.js";
import { draftStands, forgetDraft, saveNow, startDraft } from "./encounter_draft.js";
import { startLive } from "./encounter_live.js";
import { followMessages } from "./encounter_messages.js";
import { HEADINGS, data, fieldFor, form, match, missing, nothing, outcome, path, showMissing, value, withNewest } from "./encounter_state.js";
import { t } from "../lib/texts.js";

const find = (selector) => document.querySelector(selector);
const refused = find("#refused");

function complain(text) {
  refused.textContent = text;
  refused.hidden = false;
  refused.focus();
}

async function once(button, deed) {
  if (button.getAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true");
  refused.hidden = true;
  try { await deed(); } finally { button.removeAttribute("aria-busy"); }
}

const keys = { take: newKey(), finish: newKey(), undo: newKey() };

async function take() {
  const answer = await send("POST", `${path}/take`, {}, { key: keys.take });
  if (answer.ok) return location.reload();
  complain(problemText(answer.data));
}

// Where words are put together for a colleague, or for a look before signing: what is typed is saved first.
async function saveAndGo(event) {
  const link = event.target.closest("#hand-over, #preview");
  if (!link || !form) return;
  event.preventDefault();
  if (!(await saveNow())) return complain(t("encounter.script.save_first"));
  location.assign(link.href);
}

async function finish() {
  const lacks = missing();
  if (lacks.length) {
    const words = lacks.map(([code]) => t(`missing.${code}`)).join(", ");
    refused.textContent = `${t("encounter.script.missing")} ${words}`;
    refused.hidden = false;
    return fieldFor(lacks[0][1]).focus();
  }
  if (!(await saveNow())) return complain(t("encounter.script.save_first"));
  const note = Object.fromEntries(HEADINGS.map((name) => [name, value(name)]));
  const closing = Object.fromEntries(["asked_of_gp", "told_to_patient", "medication_changes"].map((name) => [name, value(name) || null]));
  const no_medication_changes = nothing("medication_changes");
  const body = { outcome: outcome(), ...closing, no_medication_changes, ...(Object.values(note).some(Boolean) ? { note } : {}) };
  const answer = await withNewest(() => send("POST", `${path}/finish`, body, { key: keys.finish, match: match() }));
  if (answer.ok) { forgetDraft(); return location.reload(); }
  if (answer.data.code === "draft-not-seen") draftStands(answer.data.draft_version ?? answer.data.facts?.draft_version);
  else if (answer.status === 412) return complain(t("encounter.script.changed"));
  complain(problemText(answer.data));
}

async function undo() {
  const answer = await send("POST", `${path}/finish/undo`, {}, { key: keys.undo, match: match() });
  if (answer.ok) return location.reload();
  complain(problemText(answer.data));
}

const BUTTONS = { "#take": take, "#finish": finish, "#undo": undo };
for (const [selector, deed] of Object.entries(BUTTONS)) {
  find(selector)?.addEventListener("click", ({ currentTarget }) => once(currentTarget, deed));
}

function nothingOrText({ target }) {
  const name = target.dataset.nothing;
  if (name && target.checked) form.elements[name].value = "";
  const box = find(`[data-nothing="${target.name}"]`);
  if (box && target.value.trim()) box.checked = false;
  if (name) form.elements[name].dispatchEvent(new Event("input", { bubbles: true }));
}

function preview() {
  const place = find("#asked-preview");
  const asked = value("asked_of_gp");
  const text = asked ? t("encounter.script.asked", { asked }) : "";
  if (place && place.textContent !== text) place.textContent = text;
}

function shortcut(event) {
  if (event.ctrlKey && event.key === "Enter") { event.preventDefault(); find("#finish")?.click(); return; }
  if (event.altKey && event.key.toLowerCase() === "z") { find("#undo")?.click(); return; }
  if (event.altKey && event.key.toLowerCase() === "f") { event.preventDefault(); find("#preview")?.click(); return; }
  if (!event.altKey || event.ctrlKey || !form) return;
  const target = event.key === "5" ? fieldFor(null)
    : event.key.toLowerCase() === "d" ? fieldFor("diagnosis")
    : /^[1-4]$/.test(event.key) ? fieldFor(HEADINGS[event.key - 1]) : null;
  if (!target) return;
  event.preventDefault();
  target.focus();
}

if (form) {
  form.addEventListener("change", nothingOrText);
  const follow = () => { showMissing(); preview(); };
  for (const kind of ["input", "change", "restored"]) form.addEventListener(kind, follow);
  form.addEventListener("submit", (event) => event.preventDefault());
  startDraft();
  startDiagnoses();
  follow();
}
addEventListener("keydown", shortcut);
document.addEventListener("click", saveAndGo);
countDown(find("#undo"), find("#undo-left"));
startQueue();
startLive();
document.addEventListener("part", ({ detail }) => { // drawn anew by the server, which knows nothing of what is being typed
  if (form && ["before", "diagnoses", "medicines", "sending"].includes(detail.name)) { showMissing(); preview(); }
});
if (data.messages.length) followMessages();
