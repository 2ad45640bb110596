// Templates and phrases in the note: `.hals` and Tab becomes its text; Tab goes on to the next field between marks, Enter
// takes what is proposed there as it stands. What still stands between marks at signing is taken out by the server.
import { send } from "../lib/form.js";
import { form } from "./encounter_state.js";

const FIELD = /⟦[^⟦⟧\n]*⟧/g;
const chooser = document.getElementById("template");
let aids = null;

async function known() {
  if (!aids) {
    const answer = await send("GET", chooser.dataset.aids);
    aids = answer.ok ? answer.data : null;
  }
  return aids ?? [];
}

function put(area, from, to, text) {
  area.setRangeText(text, from, to, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

// The next field after the place, then from the beginning; true when there was one.
function next(area, place) {
  const all = [...area.value.matchAll(FIELD)];
  const field = all.find(({ index }) => index >= place) ?? all[0];
  if (!field) return false;
  area.setSelectionRange(field.index, field.index + field[0].length);
  return true;
}

function chosen(area) {
  const text = area.value.slice(area.selectionStart, area.selectionEnd);
  return text.startsWith("⟦") && text.endsWith("⟧") ? text : null;
}

const typed = (area) => /(?:^|[\s(])(\.[a-zæøå0-9_-]+)$/i.exec(area.value.slice(0, area.selectionStart))?.[1];

function expand(area) {
  const before = area.value.slice(0, area.selectionStart);
  const trigger = typed(area);
  const phrase = trigger && aids?.find(({ kind, name }) => kind === "phrase" && name === trigger.toLowerCase());
  if (!phrase || area.selectionStart !== area.selectionEnd) return false;
  const from = before.length - trigger.length;
  put(area, from, before.length, phrase.inserted.text);
  const inserted = area.value.slice(from, from + phrase.inserted.text.length);
  if (inserted.match(FIELD)) next(area, from);
  return true;
}

function accept(area, text) {
  const from = area.selectionStart;
  put(area, from, area.selectionEnd, text.slice(1, -1));
  next(area, from);
}

function key(event) {
  const area = event.target;
  if (!area.matches("textarea") || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  if (event.key === "Tab" && !aids && typed(area)) { event.preventDefault(); known().then(() => expand(area)); } // not fetched yet
  else if (event.key === "Tab" && (expand(area) || (area.value.includes("⟦") && next(area, area.selectionEnd)))) event.preventDefault();
  else if (event.key === "Enter" && chosen(area)) { event.preventDefault(); accept(area, chosen(area)); }
  else if (event.key === "Escape" && chosen(area)) area.setSelectionRange(area.selectionEnd, area.selectionEnd); // and Tab leaves
}

function insert(template) {
  let first = null;
  for (const [name, text] of Object.entries(template.inserted)) {
    const area = form.elements[name];
    const stands = area.value.trimEnd();
    put(area, 0, area.value.length, stands ? `${stands}\n${text}` : text);
    first ??= area;
  }
  first?.focus();
  if (first) next(first, 0);
}

async function offer() {
  const templates = (await known()).filter(({ kind }) => kind === "template");
  const [title] = chooser.options;
  chooser.replaceChildren(title, ...templates.map(({ id, name }) => new Option(name, id)));
}

if (chooser && form) {
  form.addEventListener("keydown", key);
  form.addEventListener("focusin", known, { once: true });
  chooser.addEventListener("focus", offer);
  chooser.addEventListener("change", () => {
    const template = aids?.find(({ id }) => id === chooser.value);
    chooser.value = "";
    if (template) insert(template);
  });
  addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.key.toLowerCase() !== "m") return;
    event.preventDefault();
    chooser.focus();
  });
  offer();
}
