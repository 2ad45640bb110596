// The form as it stands: what is sent to the scale, what is recorded, and what is kept as a draft.
import { decimalMark } from "../lib/page.js";
import { clock, now } from "../lib/time.js";
import { confirmed } from "./triage_odd.js";
import { measured } from "./triage_numbers.js";

export const form = document.getElementById("assessment");
export const data = JSON.parse(document.getElementById("triage").textContent);
export const numbers = [...form.querySelectorAll(".number")];
const FURTHEST_AHEAD = 60_000;
const DAY = 86_400_000;

const checked = (selector) => [...form.querySelectorAll(`${selector}:checked`)].map((input) => input.value);
const answered = () => [...form.querySelectorAll(".vit [type=radio]:checked")].map((input) => [input.name, input.value]);
const oneLine = (text) => text.trim().replace(/\s+/g, " ");
export const complaint = () => oneLine(form.complaint.value);

const isSize = ({ name }) => data.sizes.includes(name);

// What chooses the table, besides the age.
export const patient = () => ({
  pregnant: form.pregnant?.checked ?? false,
  ...Object.fromEntries(measured(numbers.filter(isSize))),
});

export const findings = () => ({
  vital_signs: Object.fromEntries([...measured(numbers.filter((each) => !isSize(each))), ...answered()]),
  discriminators: checked("[name=discriminators]"),
  ...patient(),
});

// Notes on the board that are other than when the page was drawn; those a colleague sets meanwhile stay.
function marks() {
  const boxes = [...form.querySelectorAll("[name=marks]")];
  return Object.fromEntries(boxes.filter((box) => box.checked !== box.defaultChecked).map((box) => [box.value, box.checked]));
}

// `21:44`, `2144` or `21.44`: the last time the clock said so. Null when it is empty, undefined when it is no time.
export function measuredAt() {
  const typed = form.measured_at.value.trim();
  if (!typed) return null;
  const [, hours, minutes] = /^(\d{1,2})[:.]?(\d\d)$/.exec(typed) ?? [];
  if (!hours || hours > 23 || minutes > 59) return undefined;
  const [thisHour, thisMinute] = clock(now()).split(":").map(Number);
  const back = (thisHour - hours) * 60 + thisMinute - minutes;
  const at = now() - back * 60_000;
  return new Date(at > now() + FURTHEST_AHEAD ? at - DAY : at).toISOString();
}

// The first value that is typed says when it was measured, until somebody says otherwise.
export function noteTime() {
  if (!form.measured_at.value) form.measured_at.value = clock(now());
}

export const story = () => ({
  ...(complaint() ? { complaint: complaint() } : {}),
  ...(form.history.value.trim() ? { history: form.history.value.trim() } : {}),
  ...(form.pain.value ? { pain: Number(form.pain.value) } : {}),
  no_signs: form.no_signs.checked,
  marks: marks(),
});

export const reason = () => oneLine(form.reason.value);

let elsewhere = {}; // measured by another table than this: kept in the draft, and there again with its table

export const draft = (byHand) => ({
  complaint: complaint(),
  history: form.history.value,
  pain: form.pain.value ? Number(form.pain.value) : null,
  values: Object.fromEntries([...Object.entries(elsewhere), ...numbers.filter((each) => each.value).map((each) => [each.name, each.value]), ...answered()]),
  discriminators: checked("[name=discriminators]"),
  no_signs: form.no_signs.checked,
  pregnant: form.pregnant?.checked ?? false,
  marks: marks(),
  level: byHand ? form.level.value || null : null,
  reason_code: form.reason_code.value || null,
  reason: form.reason.value,
  confirmed: confirmed(),
  measured_at: measuredAt() ?? null,
  after: data.latest,
});

function pick(name, value) {
  for (const radio of form.querySelectorAll(`[name="${CSS.escape(name)}"][type=radio]`)) radio.checked = radio.value === String(value);
}

export function fillIn(kept) {
  form.complaint.value = kept.complaint || data.complaint;
  form.history.value = kept.history ?? "";
  pick("pain", kept.pain ?? "");
  elsewhere = Object.fromEntries(Object.entries(kept.values).filter(([name]) => !form.elements[name]));
  for (const each of numbers) each.value = (kept.values[each.name] ?? "").replace(".", decimalMark);
  for (const name of new Set([...form.querySelectorAll(".vit [type=radio]")].map((each) => each.name))) {
    pick(name, kept.values[name] ?? (name === "spo2_scale" ? "1" : ""));
  }
  for (const box of form.querySelectorAll("[name=discriminators]")) box.checked = kept.discriminators.includes(box.value);
  form.no_signs.checked = kept.no_signs;
  if (form.pregnant) form.pregnant.checked = kept.pregnant;
  for (const box of form.querySelectorAll("[name=marks]")) box.checked = kept.marks[box.value] ?? box.defaultChecked;
  if (kept.level) pick("level", kept.level);
  form.reason_code.value = kept.reason_code ?? "";
  form.reason.value = kept.reason ?? "";
  form.measured_at.value = kept.measured_at ? clock(Date.parse(kept.measured_at)) : "";
}
