// Triage without a mouse: Enter goes on, arrows step a value, one letter chooses an answer and goes on.
import { data, form } from "./triage_form.js";
import { openMore } from "./triage_signs.js";
import { step } from "./triage_numbers.js";

// Seldom written: Tab comes by, Enter does not, and goes on from there to what is measured.
const ASIDE = ["measured_at", ...data.sizes];

// Where Enter stops: one place for each question, in the order they stand. What is folded away is passed by.
function stops() {
  const radios = new Set();
  return [...form.querySelectorAll("input, textarea, select, button.go")].filter((each) => {
    if (each.closest("[hidden], details:not([open])") || each.id === "place-list" || ASIDE.includes(each.id)) return false;
    if (each.type === "checkbox") return each === firstSign() || each === form.querySelector("[name=marks]");
    if (each.type !== "radio") return true;
    if (radios.has(each.name)) return false;
    radios.add(each.name);
    return true;
  });
}

const firstSign = () => form.querySelector("#signs-first input");
const placeOf = (target) => {
  if (target.matches("[name=discriminators], [name=no_signs], #sign-filter")) return firstSign();
  if (target.name === "marks") return form.querySelector("[name=marks]");
  return target.type === "radio" ? form.querySelector(`[name="${CSS.escape(target.name)}"]`) : target;
};

export function goOn(target) {
  const all = stops();
  const next = ASIDE.includes(target.id) ? form.querySelector(".vit input") : all[all.indexOf(placeOf(target)) + 1];
  (next?.type === "radio" ? form.querySelector(`[name="${CSS.escape(next.name)}"]:checked`) ?? next : next)?.focus();
}

function choose(radio) {
  radio.checked = true;
  radio.dispatchEvent(new Event("input", { bubbles: true }));
}

let lastDigit = { key: "", at: 0 };

// 1 and then 0 at once is ten; any other digit is the number itself.
function choosePain(key, at) {
  const number = key === "0" && lastDigit.key === "1" && at - lastDigit.at < 1000 ? "10" : key;
  lastDigit = { key, at };
  choose(form.querySelector(`[name=pain][value="${number}"]`));
}

function chooseByKey(event) {
  const { target, key } = event;
  if (target.name === "pain" && /^\d$/.test(key)) { event.preventDefault(); return choosePain(key, event.timeStamp); }
  const same = [...form.querySelectorAll(`[name="${CSS.escape(target.name)}"]`)];
  const radio = target.name === "level" ? form.querySelectorAll("[name=level]")[Number(key) - 1]
    : same.find((each) => each.dataset.key === key.toLowerCase());
  if (!radio) return;
  event.preventDefault();
  choose(radio);
  radio.focus();
  if (target.name !== "level") goOn(radio);
}

export function startKeys() {
  form.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (key === "Enter" && event.ctrlKey) { event.preventDefault(); return form.requestSubmit(); }
    if (event.altKey && key.toLowerCase() === "t") { event.preventDefault(); return openMore(); }
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (key === "Enter" && target.matches("input, select, textarea") && !(target.matches("textarea") && target.value)) {
      event.preventDefault();
      return goOn(target);
    }
    const by = { ArrowUp: 1, ArrowDown: -1 }[key];
    if (by && target.classList.contains("number")) { event.preventDefault(); return step(target, by); }
    if (target.type === "radio" && key.length === 1) chooseByKey(event);
  });
}
