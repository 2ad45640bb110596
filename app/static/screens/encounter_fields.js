// What stands in the fields of the shared draft, and the copy of it that this window keeps in the browser.
import { kept, putText } from "../lib/field_text.js";
import { newKey } from "../lib/form.js";
import { now } from "../lib/time.js";
import { HEADINGS, data, form, nothings, outcome } from "./encounter_state.js";

export const FIELDS = [...HEADINGS, "asked_of_gp", "told_to_patient", "medication_changes"];
const mine = `legevakt.draft.${data.encounter}.${data.me}.`;
export const page = newKey(); // this window: the server knows what it wrote on from, also when an answer got lost
export const shelf = mine + page;

export const body = () => ({ ...Object.fromEntries(FIELDS.map((name) => [name, form.elements[name].value])), outcome: outcome(), nothing: nothings() });
export const same = (a, b) => FIELDS.every((name) => kept(a[name] ?? "") === kept(b[name] ?? "")) && (a.outcome ?? null) === (b.outcome ?? null)
  && [...(a.nothing ?? [])].sort().join() === [...(b.nothing ?? [])].sort().join();

export function show(text) {
  for (const name of FIELDS) {
    const field = form.elements[name];
    if (kept(field.value) !== kept(text[name] ?? "")) putText(field, text[name] ?? "");
  }
  for (const radio of form.elements.outcome) radio.checked = radio.value === text.outcome;
  for (const box of form.querySelectorAll("[data-nothing]")) box.checked = (text.nothing ?? []).includes(box.dataset.nothing);
  form.dispatchEvent(new Event("restored"));
}

export function keepHere(version) {
  try { localStorage.setItem(shelf, JSON.stringify({ body: body(), at: now(), version, window: page })); } catch { /* the field still holds it */ }
}

export function drop(key) {
  try { localStorage.removeItem(key); } catch { /* nothing was kept either */ }
}

// What windows of mine could not save, by where it is kept.
export function unsaved() {
  const keys = Object.keys(localStorage).filter((key) => key.startsWith(mine));
  return keys.map((key) => [key, JSON.parse(localStorage.getItem(key))]);
}
