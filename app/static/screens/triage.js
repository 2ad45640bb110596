// Triage: asks the scale at each key, follows its suggestion until somebody chooses, and sends the assessment.
import "../lib/page.js";
import { clearProblem, newKey, problemText, send, showProblem } from "../lib/form.js";
import { reasonNeeded, showChoice, showEvaluation } from "./triage_answer.js";
import { startBeside } from "./triage_beside.js";
import { autosave, startDraft } from "./triage_draft.js";
import { complaint, data, findings, form, measuredAt, noteTime, numbers, reason, story } from "./triage_form.js";
import { startKeys } from "./triage_keys.js";
import { problemOf, step } from "./triage_numbers.js";
import { confirmed, showOdd, unconfirmed } from "./triage_odd.js";
import { arrange, startSigns } from "./triage_signs.js";
import { choosesTable, fits, startTable } from "./triage_table.js";

const ASKS_NOTHING = ["reason", "reason_code", "complaint", "history", "pain", "marks", "measured_at", "no_signs"];
const key = newKey();
let evaluation = null;
let byHand = false;
let asked = 0;
let timer = 0;

const chosenLevel = () => data.levels.find(({ code }) => code === form.level.value);

function follow() {
  if (!byHand) {
    const code = data.levels.find(({ rank }) => rank === evaluation?.rank)?.code;
    for (const radio of form.querySelectorAll("[name=level]")) radio.checked = radio.value === code;
  }
  showChoice(evaluation, chosenLevel(), data.due_from);
}

async function ask() {
  clearTimeout(timer);
  const turn = ++asked;
  const answer = await send("POST", `/api/scales/${data.scale}/evaluate`, { ...findings(), age_months: data.age_months });
  if (turn !== asked) return; // a later key has been pressed
  const place = form.querySelector("[data-form-error]");
  place.hidden = answer.ok;
  place.textContent = answer.ok ? "" : problemText(answer.data);
  if (!answer.ok) return;
  evaluation = answer.data;
  showEvaluation(answer.data, data, form.pregnant?.checked);
  showOdd(answer.data);
  follow();
}

function askSoon() {
  clearTimeout(timer);
  timer = setTimeout(ask, 120);
}

form.addEventListener("input", ({ target }) => {
  if (target.name === "level") { byHand = true; return showChoice(evaluation, chosenLevel(), data.due_from); }
  if (target.closest(".vit")) noteTime();
  if (choosesTable(target)) return; // the whole of it, when the field is left
  if (target.id !== "sign-filter" && target.id !== "place-list" && !ASKS_NOTHING.includes(target.name) && !target.closest("#odd")) askSoon();
  if (target.name === "no_signs") askSoon(); // signs that were ticked are not any more
});

form.addEventListener("change", async ({ target }) => {
  if (choosesTable(target) && (await fits())) ask();
  if (!target.classList.contains("number")) return;
  // After the press that left the field: a message that moves the page under a finger takes the press away.
  setTimeout(() => {
    const problem = problemOf(target);
    if (problem) showProblem(form, problem, { move: false }); else clearProblem(form);
  }, 250);
});

form.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-by]");
  if (button) step(button.parentElement.querySelector("input"), Number(button.dataset.by));
});

// What stops the sending, if anything: an impossible or odd value, no level, or another level without a reason.
function obstacle(chosen) {
  const problem = numbers.map(problemOf).find(Boolean);
  if (problem) return problem;
  if (!complaint()) return { code: "field-required", field: "complaint" };
  if (measuredAt() === undefined) return { code: "time-not-possible", field: "measured_at" };
  if (!chosen) return { code: "level-missing" };
  if (unconfirmed()) return { code: "values-unconfirmed" };
  if (!reasonNeeded(evaluation, chosen)) return null;
  if (!form.reason_code.value) return { code: "reason-code-missing", field: "reason_code" };
  return reason() ? null : { code: "reason-missing", field: "reason" };
}

// A colleague placed or looked to the patient meanwhile: that is no reason to stop. A new assessment is.
async function onlyOlder() {
  const answer = await send("GET", `/api/encounters/${data.encounter}`);
  if (!answer.ok) return false;
  data.version = answer.data.version;
  return answer.data.assessments.length === data.assessments;
}

async function record(body) {
  const post = () => send("POST", form.getAttribute("action"), body, { key, match: `"${data.version}"` });
  const answer = await post();
  return answer.status === 412 && (await onlyOlder()) ? post() : answer;
}

function explained(chosen) {
  const why = reason() && (!evaluation || reasonNeeded(evaluation, chosen));
  return why ? { reason: reason(), ...(form.reason_code.value ? { reason_code: form.reason_code.value } : {}) } : {};
}

async function submit() {
  const seen = form.level.value;
  if (!(await fits())) return;
  await ask();
  if (form.level.value !== seen) return; // the last value changed the suggestion: it must be seen first
  const chosen = chosenLevel();
  const problem = obstacle(chosen);
  if (problem) return showProblem(form, problem);
  clearProblem(form);
  await autosave.now(); // a draft still on its way must not come after what it became
  const measured = measuredAt() ? { measured_at: measuredAt() } : {};
  const body = { ...findings(), ...story(), ...measured, scale: data.scale, level: chosen.code, confirmed: confirmed(), ...explained(chosen) };
  const answer = await record(body);
  if (answer.ok) {
    autosave.stop();
    autosave.forget();
    return location.assign(`/units/${data.unit}`);
  }
  if (answer.data?.code === "reason-missing") document.getElementById("other-level").hidden = false;
  showProblem(form, answer.data ?? {});
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("[type=submit]");
  if (button.getAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true");
  try { await submit(); } finally { button.removeAttribute("aria-busy"); }
});

startSigns();
startKeys();
startBeside();
startDraft({
  chosenByHand: () => byHand,
  whenFilled: (chosen) => { byHand = chosen; arrange(); ask(); fits(); },
});
startTable();
ask();
const first = data.complaint ? form.querySelector("#signs-first input") : form.complaint;
(document.getElementById(location.hash.slice(1)) ?? first)?.focus({ preventScroll: true });
