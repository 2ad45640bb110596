// Odd values (uvanlige verdier): possible, but seldom; the nurse says that they are right before they are recorded.
import { t } from "../lib/texts.js";
import { decimalMark } from "../lib/page.js";

const list = document.getElementById("odd");
const boxes = () => [...list.querySelectorAll("input")];

const wordOf = (name) => document.querySelector(`label[for="${name}"]`)?.textContent ?? name;

function asked({ parameter, value }) {
  const item = document.createElement("li");
  const label = document.createElement("label");
  const box = document.createElement("input");
  box.type = "checkbox";
  box.value = parameter;
  box.dataset.value = value;
  label.append(box, ` ${t("triage.script.confirm", { word: wordOf(parameter), value: value.replace(".", decimalMark) })}`);
  item.append(label);
  return item;
}

// What is already asked stays as it is; another value of the same measurement is asked about anew.
export function showOdd(evaluation) {
  const found = new Map();
  for (const { to_confirm: odd } of [evaluation, ...evaluation.beside]) for (const each of odd) found.set(each.parameter, each);
  for (const box of boxes()) {
    const same = found.get(box.value)?.value === box.dataset.value;
    if (same) found.delete(box.value); else box.closest("li").remove();
  }
  list.append(...[...found.values()].map(asked));
}

export const confirmed = () => boxes().filter((box) => box.checked).map((box) => box.value);
export const unconfirmed = () => boxes().find((box) => !box.checked);
