// Diagnoses by code: searched as they are typed, or, where the site has no codes of that system, with words of one's own.
import { CodeSearch, backTo } from "../lib/code_search.js";
import { fill } from "../lib/fill.js";
import { newKey, problemText, send } from "../lib/form.js";
import { t } from "../lib/texts.js";
import { form, learn, match, path, showMissing, withNewest } from "./encounter_state.js";

const field = document.getElementById("diagnosis");
const list = () => document.getElementById("diagnoses"); // drawn anew when a colleague changes it
let key = newKey();
let search = null;

function read() {
  const text = field.value.trim();
  const options = [...document.querySelectorAll("#codes option")];
  const lower = text.toLowerCase();
  const known = options.find((each) => each.value.toLowerCase() === lower || each.dataset.code.toLowerCase() === lower);
  if (known) {
    const { code, system } = known.dataset;
    return { code, system, display: known.value.slice(code.length + 1) };
  }
  const [, code, display] = /^([A-Za-z]\d[\w.]*)\s+(\S.*)$/.exec(text) ?? [];
  return code ? { code: code.toUpperCase(), display, system: form.querySelector("#system").value } : null;
}

function complain(text) {
  clear();
  const message = document.createElement("p");
  message.className = "field-error";
  message.id = "diagnosis-error";
  message.textContent = text;
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-errormessage", message.id);
  field.closest(".codes").append(message);
  field.focus();
}

function clear() {
  field.removeAttribute("aria-invalid");
  document.getElementById("diagnosis-error")?.remove();
}

function show(id, { code, display }) {
  const node = document.getElementById("diagnosis-row").content.firstElementChild.cloneNode(true);
  node.dataset.id = id;
  fill(node, { text: `${code} ${display}` });
  node.querySelector("button").setAttribute("aria-label", t("encounter.script.remove", { code }));
  list().append(node);
}

async function typed() {
  if (!field.value.trim()) return field.focus();
  const diagnosis = read() ?? (await search.meant(field.value));
  return diagnosis ? add(diagnosis) : complain(t("encounter.script.code_and_words"));
}

async function add({ code, system, display }) {
  const diagnosis = { code, system, display };
  const before = field.value;
  const answer = await withNewest(() => send("POST", `${path}/diagnoses`, diagnosis, { key, match: match() }));
  if (!answer.ok) return complain(problemText(answer.data));
  key = newKey();
  learn(answer);
  clear();
  show(answer.data.diagnosis_id, { code, display: answer.data.display ?? display });
  if (field.value === before) field.value = ""; // the next one may be typed already
  backTo(field);
  showMissing();
}

async function remove(item) {
  const gone = `${path}/diagnoses/${item.dataset.id}`;
  const answer = await withNewest(() => send("DELETE", gone, undefined, { match: match() }));
  if (!answer.ok) return complain(problemText(answer.data));
  learn(answer);
  item.remove();
  backTo(field);
  showMissing();
}

export function startDiagnoses() {
  document.getElementById("add-diagnosis").addEventListener("click", typed);
  search = new CodeSearch(field, { kinds: ["diagnosis"], onpick: add, onenter: typed });
  form.addEventListener("click", ({ target }) => {
    if (target.closest("#diagnoses [data-remove]")) remove(target.closest("[data-id]"));
  });
}
