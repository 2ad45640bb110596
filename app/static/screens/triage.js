// Triage: asks the scale at each key, follows its suggestion until somebody chooses, and sends the assessment.
import "../lib/page.js";
import { decimalMark } from "../lib/page.js";
import { clearProblem, newKey, problemText, send, showProblem } from "../lib/form.js";
import { t } from "../lib/texts.js";
import { reasonNeeded, showChoice, showEvaluation } from "./triage_answer.js";

const form = document.getElementById("assessment");
const data = JSON.parse(document.getElementById("triage").textContent);
const key = newKey();
let evaluation = null;
let byHand = false;
let asked = 0;
let timer = 0;

const numbers = [...form.querySelectorAll(".number")];
const digits = (input) => input.value.trim().replace(",", ".");

function findings() {
  const measured = numbers.filter((input) => input.value.trim()).map((input) => [input.name, digits(input)]);
  const answered = [...form.querySelectorAll(".vit [type=radio]:checked")].map((input) => [input.name, input.value]);
  const signs = [...form.querySelectorAll("[name=discriminators]:checked")].map((input) => input.value);
  return {
    vital_signs: Object.fromEntries([...measured, ...answered]),
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

const wrong = (input) => input.value.trim() !== "" && !/^\d{1,4}(\.\d{1,2})?$/.test(digits(input));
const outside = (input) => input.value.trim() !== "" && input.dataset.low !== ""
  && (Number(digits(input)) < Number(input.dataset.low) || Number(digits(input)) > Number(input.dataset.high));

function problemOf(input) {
  if (wrong(input)) return { code: "not-a-number", field: input.name };
  const { low: min, high: max } = input.dataset;
  return outside(input) ? { code: "value-not-possible", parameter: input.name, min, max } : null;
}

async function ask() {
  const turn = ++asked;
  const body = { ...findings(), age_months: data.age_months };
  body.vital_signs = Object.fromEntries(Object.entries(body.vital_signs)
    .filter(([name]) => { const input = numbers.find((each) => each.name === name); return !input || !problemOf(input); }));
  const answer = await send("POST", `/api/scales/${data.scale}/evaluate`, body);
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

function step(input, by) {
  const size = Number(input.dataset.step);
  const places = input.dataset.step.split(".")[1]?.length ?? 0;
  const from = input.value.trim() ? Number(digits(input)) : Number(input.placeholder || 0);
  const next = Math.min(Number(input.dataset.high), Math.max(Number(input.dataset.low), from + by * size));
  if (!Number.isFinite(next)) return;
  input.value = next.toFixed(places).replace(".", decimalMark);
  askSoon();
}

form.addEventListener("input", ({ target }) => {
  if (target.id === "sign-filter") return filterSigns(target.value);
  if (target.name === "level") { byHand = true; return showChoice(evaluation, chosenLevel(), data.due_from); }
  if (target.name === "reason") return;
  askSoon();
});

form.addEventListener("change", ({ target }) => {
  if (!target.classList.contains("number")) return;
  const problem = problemOf(target);
  if (problem) showProblem(form, problem); else clearProblem(form);
});

form.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-by]");
  if (button) step(button.parentElement.querySelector("input"), Number(button.dataset.by));
});

form.addEventListener("keydown", (event) => {
  const { target } = event;
  if (event.key === "Enter" && event.ctrlKey) { event.preventDefault(); form.requestSubmit(); return; }
  if (event.key === "Enter" && target.matches("input:not([type=submit])")) {
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

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const problem = numbers.map(problemOf).find(Boolean);
  if (problem) return showProblem(form, problem);
  const chosen = chosenLevel();
  const reason = form.reason.value.trim().replace(/\s+/g, " ");
  if (!chosen) return showProblem(form, { code: "level-missing" });
  const needed = reasonNeeded(evaluation, chosen);
  if (needed && !reason) return showProblem(form, { code: "reason-missing", field: "reason" });
  clearProblem(form);
  const button = form.querySelector("[type=submit]");
  button.setAttribute("aria-busy", "true");
  const body = { ...findings(), scale: data.scale, level: chosen.code, ...(reason && (needed || !evaluation) ? { reason } : {}) };
  const answer = await send("POST", form.getAttribute("action"), body, { key, match: `"${data.version}"` });
  button.removeAttribute("aria-busy");
  if (!answer.ok) return showProblem(form, answer.data);
  location.assign(`/units/${data.unit}`);
});

ask();
