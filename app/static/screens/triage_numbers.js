// The measured numbers: comma or point, within what can be measured, stepped by arrow keys and buttons.
import { decimalMark } from "../lib/page.js";

const digits = (input) => input.value.trim().replace(",", ".");
const empty = (input) => input.value.trim() === "";

export function problemOf(input) {
  if (empty(input)) return null;
  if (!/^\d{1,4}(\.\d{1,2})?$/.test(digits(input))) return { code: "not-a-number", field: input.name };
  const { low: min, high: max } = input.dataset;
  const value = Number(digits(input));
  const outside = min !== "" && (value < Number(min) || value > Number(max));
  return outside ? { code: "value-not-possible", parameter: input.name, min, max } : null;
}

// What was measured and can be; what cannot be is said beside its field and never sent.
export const measured = (inputs) =>
  inputs.filter((input) => !empty(input) && !problemOf(input)).map((input) => [input.name, digits(input)]);

// From a value to the next; an empty field stays empty, for nobody has measured it.
export function step(input, by) {
  input.focus();
  if (empty(input) || problemOf(input)) return;
  const places = input.dataset.step.split(".")[1]?.length ?? 0;
  const next = Number(digits(input)) + by * Number(input.dataset.step);
  const bounded = Math.min(Number(input.dataset.high), Math.max(Number(input.dataset.low), next));
  input.value = bounded.toFixed(places).replace(".", decimalMark);
  input.dispatchEvent(new Event("input", { bubbles: true }));
}
