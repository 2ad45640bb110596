// Triage: asks the scale at each key, follows its suggestion until somebody chooses, and sends the assessment.
import "../lib/page.js";
import { clearProblem, newKey, problemText, send, showProblem } from "../lib/form.js";
import { reasonNeeded, showChoice, showEvaluation } from "./triage_answer.js";
import { measured, problemOf, step } from "./triage_numbers.js";

const form = document.getElementById("assessment");
const data = JSON.parse(document.getElementById("triage").textContent);
const numbers = [...form.querySelectorAll(".number")];
const key = newKey();
let evaluation = null;
let byHand = false;
let asked = 0;
let timer = 0;

function findings() {
  const answered = [...form.querySelectorAll(".vit [type=radio]:checked")].map((input) => [input.name, input.value]);
  const signs = [...form.querySelectorAll("[name=discriminators]:checked")].map((input) => input.value);
  return {
    vital_signs: Object.fromEntries([...measured(numbers), ...answered]),
    discriminators: signs,
    pregnant: form.pregnant?.checked ?? false,
  };
}

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
  showEvaluation(answer.data, data);
  follow();
}

function askSoon() {
  clearTimeout(timer);
  timer = setTimeout(ask, 120);
}

form.addEventListener("input", ({ target }) => {
  if (target.id === "sign-filter") return filterSigns(target.value);
  if (target.name === "level") { byHand = true; return showChoice(evaluation, chosenLevel(), data.due_from); }
  if (target.name !== "reason") askSoon();
});

form.addEventListener("change", ({ target }) => {
  if (!target.classList.contains("number")) return;
  const problem = problemOf(target);
  if (problem) showProblem(form, problem, { move: false }); else clearProblem(form);
});

form.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-by]");
  if (button) step(button.parentElement.querySelector("input"), Number(button.dataset.by));
});

form.addEventListener("keydown", (event) => {
  const { target } = event;
  if (event.key === "Enter" && event.ctrlKey) { event.preventDefault(); form.requestSubmit(); return; }
  if (event.key === "Enter" && target.matches("input")) {
    event.preventDefault();
    numbers[numbers.indexOf(target) + 1]?.focus();
  }
  const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
  if (by && target.classList.contains("number")) { event.preventDefault(); step(target, by); }
});

function filterSigns(text) {
  const wanted = text.trim().toLowerCase();
  for (const option of form.querySelectorAll(".signs .opt")) {
    option.hidden = !option.querySelector("input").checked && !option.textContent.toLowerCase().includes(wanted);
  }
}

// What stops the sending, if anything: an impossible value, no level, or another level without a reason.
function obstacle(chosen, reason) {
  const problem = numbers.map(problemOf).find(Boolean);
  if (problem) return problem;
  if (!chosen) return { code: "level-missing" };
  return reasonNeeded(evaluation, chosen) && !reason ? { code: "reason-missing", field: "reason" } : null;
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

async function submit() {
  const seen = form.level.value;
  await ask();
  if (form.level.value !== seen) return; // the last value changed the suggestion: it must be seen first
  const chosen = chosenLevel();
  const reason = form.reason.value.trim().replace(/\s+/g, " ");
  const problem = obstacle(chosen, reason);
  if (problem) return showProblem(form, problem);
  clearProblem(form);
  const explained = reason && (!evaluation || reasonNeeded(evaluation, chosen)) ? { reason } : {};
  const answer = await record({ ...findings(), scale: data.scale, level: chosen.code, ...explained });
  if (answer.ok) return location.assign(`/units/${data.unit}`);
  if (answer.data.code === "reason-missing") document.getElementById("other-level").hidden = false;
  showProblem(form, answer.data);
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("[type=submit]");
  if (button.getAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true");
  try { await submit(); } finally { button.removeAttribute("aria-busy"); }
});

ask();
