// Shows what the scale says: points beside each value, totals, suggestion, and when a reason is asked for.
import { clock, duration } from "../lib/time.js";
import { known, t } from "../lib/texts.js";

const find = (selector) => document.querySelector(selector);
const set = (selector, text) => { const each = find(selector); if (each && each.textContent !== text) each.textContent = text; };

function showPoints({ scale, parts }) {
  for (const cell of document.querySelectorAll(`[data-scale="${scale}"]`)) {
    const names = cell.dataset.parameters.split(" ");
    const points = parts.find((part) => names.includes(part.parameter))?.points ?? null;
    cell.textContent = points === null ? "–" : String(points);
    cell.className = points === null ? "pt" : `pt p${Math.min(points, 3)}`;
  }
}

function showTotal(evaluation, note) {
  const measured = evaluation.parts.filter((part) => part.points !== null).length;
  const some = measured > 0;
  set(`#total-${evaluation.scale}`, some ? String(evaluation.total) : "–");
  const partly = t("triage.script.partly", { measured, all: evaluation.parts.length });
  set(`#note-${evaluation.scale}`, !some ? t("triage.script.nothing") : evaluation.complete ? note : partly);
}

const wordOf = (name) => document.getElementById(`${name}-word`)?.textContent
  ?? document.querySelector(`label[for="${name}"]`)?.textContent ?? name;

function because({ deciding, total }, score) {
  const words = deciding.map(({ kind, code }) => {
    if (kind === "sign") return `«${find(`[name=discriminators][value="${code}"] + span`)?.textContent ?? code}»`;
    if (kind === "score") return `${score} ${total}`;
    return kind === "measurement" ? t("triage.script.measurement") : null;
  });
  const parameters = deciding.filter((each) => each.kind === "parameter" && !deciding.some((other) => other.kind === "score"));
  return [...new Set([...words.filter(Boolean), ...parameters.map(({ code }) => wordOf(code))])].join(", ");
}

// What this sum gives by itself: `3–4 gir gul`.
function given(total, gives) {
  const band = gives.find(({ min, max }) => (min === null || total >= min) && (max === null || total <= max));
  if (!band) return t("triage.script.complete");
  const from = band.min ?? 0;
  const range = band.max === null ? `${from}+` : from === band.max ? String(from) : `${from}–${band.max}`;
  return t("triage.script.gives", { range, word: band.word });
}

// A scale beside that does not answer: nothing it reads is measured, or it is not made for the patient.
function clearOthers(answered, pregnant) {
  for (const cell of document.querySelectorAll("[data-scale]")) {
    const { scale } = cell.dataset;
    if (answered.includes(scale)) continue;
    cell.textContent = "–";
    cell.className = "pt";
    set(`#total-${scale}`, "–");
    set(`#note-${scale}`, t(pregnant ? "triage.script.not_when_pregnant" : "triage.script.nothing"));
  }
}

export function showEvaluation(evaluation, { score, levels, risk, gives }, pregnant) {
  showPoints(evaluation);
  clearOthers([evaluation.scale, ...evaluation.beside.map(({ scale }) => scale)], pregnant);
  showTotal(evaluation, given(evaluation.total, gives));
  for (const each of evaluation.beside) { showPoints(each); showTotal(each, risk[each.level] ?? ""); }
  const level = levels.find(({ rank }) => rank === evaluation.rank);
  const least = levels.find(({ rank }) => rank === evaluation.at_least);
  const box = find("#suggestion");
  const rank = level?.rank ?? 0;
  box.className = `sugg l${rank}`;
  box.querySelector(".markwrap").className = `markwrap mark-l l${rank}`;
  box.querySelector(".mark").textContent = rank || "?";
  box.querySelector("b").textContent = level ? t("triage.script.suggestion", { word: level.word }) : t("triage.script.no_suggestion");
  const begun = evaluation.parts.some(({ points }) => points !== null);
  const most = levels.find(({ rank }) => rank === evaluation.possible.most_urgent.rank);
  const ceiling = most && most.rank < evaluation.at_least ? ` ${t("triage.script.may_be", { word: most.word })}` : "";
  const floor = begun ? t("triage.script.at_least", { word: least?.word ?? "" }) + ceiling : t("triage.script.fill_in");
  box.querySelector("p").textContent = level ? because(evaluation, score) : floor;
  const notices = evaluation.notices.filter((code) => !["incomplete", "not-settled"].includes(code));
  find("#notices").replaceChildren(...notices.map((code) => {
    const item = document.createElement("li");
    const key = `triage.script.notice.${code}`;
    item.textContent = t(known(key) ? key : "triage.script.notice.other");
    return item;
  }));
}

// With a suggestion any other level wants a reason; without one, only a level that leans on what is not measured.
export function reasonNeeded(evaluation, chosen) {
  if (!evaluation || !chosen) return false;
  return evaluation.rank === null ? chosen.rank >= evaluation.at_least : chosen.rank !== evaluation.rank;
}

export function showChoice(evaluation, chosen, dueFrom) {
  const box = find("#other-level");
  box.hidden = !reasonNeeded(evaluation, chosen);
  if (!box.hidden) {
    const how = evaluation.rank === null ? "triage.script.unmeasured"
      : chosen.rank < evaluation.rank ? "triage.script.higher" : "triage.script.lower";
    box.querySelector("h3").textContent = t(how);
  }
  set("#submit-word", chosen ? t("triage.script.submit_as", { word: chosen.word }) : t("triage.script.submit"));
  set("#plan-target", chosen ? targetText(chosen, dueFrom) : "–");
  set("#plan-next", !chosen ? "–" : chosen.continuous ? t("triage.script.continuous") : t("triage.script.every", { time: duration(chosen.reassess_minutes) }));
}

function targetText({ target_minutes: minutes }, dueFrom) {
  if (minutes === null) return "–";
  if (minutes === 0) return t("triage.script.at_once");
  if (!dueFrom) return duration(minutes);
  return t("triage.script.by", { time: duration(minutes), clock: clock(Date.parse(dueFrom) + minutes * 60_000) });
}
