// What the page knows of the encounter: its version, raised by every answer, and whether anything is missing.
import { send } from "../lib/form.js";
import { t } from "../lib/texts.js";

export const data = JSON.parse(document.getElementById("encounter").textContent);
export const path = `/api/encounters/${data.encounter}`;
export const form = document.getElementById("note");
export const match = () => `"${data.version}"`;

export function learn(answer) {
  if (typeof answer.data?.version === "number") data.version = answer.data.version;
}

// The page was drawn anew where it stands: what is shown now is what the reader signs for. Not while nobody looks.
export function learnPage(next) {
  if (document.hidden) return;
  data.version = Math.max(data.version, next.version);
  data.seen = next.seen;
  data.has_note = next.has_note;
}

// Somebody changed the encounter meanwhile. True when it was nothing the doctor signs for, such as another room;
// then the deed may go on from the new version. Else the doctor must look first.
export async function catchUp() {
  const answer = await send("GET", path);
  if (!answer.ok) return false;
  learn(answer);
  const { doctor, assessments, notes, diagnoses } = answer.data;
  const shown = [...document.querySelectorAll("#diagnoses [data-id]")].map((item) => item.dataset.id);
  const { seen } = data;
  return (doctor?.id ?? null) === seen.doctor && assessments.length === seen.assessments
    && notes.length === seen.notes && diagnoses.map(({ id }) => id).join() === shown.join();
}

// Asks once more from the newest version when only the version was old.
export async function withNewest(ask) {
  const answer = await ask();
  return answer.status === 412 && (await catchUp()) ? ask() : answer;
}

export const HEADINGS = ["subjective", "objective", "assessment", "plan"];
export const value = (name) => form.elements[name].value.trim();
export const outcome = () => form.elements.outcome.value || null;
export const nothing = (name) => form.querySelector(`[data-nothing="${name}"]`).checked;
export const nothings = () => [...form.querySelectorAll("[data-nothing]")].filter(({ checked }) => checked).map((box) => box.dataset.nothing);

const medicinesChanged = () => document.querySelector("[data-part=medicines]")?.dataset.changed === "yes";

// The field to fill for each thing that is missing; "nothing" is an answer, an empty field is not.
export function missing() {
  const lacks = [];
  if (!data.has_note && !HEADINGS.some(value)) lacks.push(["note", HEADINGS[0]]);
  if (!document.querySelector("#diagnoses [data-id]")) lacks.push(["diagnosis", "diagnosis"]);
  if (!outcome()) lacks.push(["outcome", null]);
  for (const name of ["asked_of_gp", "medication_changes"]) {
    if (!value(name) && !nothing(name) && !(name === "medication_changes" && medicinesChanged())) lacks.push([name, name]);
  }
  for (const code of said("stops")) lacks.push([code, "orders"]);
  return lacks;
}

// What the server says beside the form; it is drawn anew when a colleague or the lab has done something.
const said = (what, by = " ") => (document.getElementById("named")?.dataset[what] ?? "").split(by).filter(Boolean);

// What may be left out knowingly: named, and it stops nobody.
function showNamed() {
  const place = document.getElementById("named");
  if (!place) return;
  const written = data.has_note || HEADINGS.some(value);
  const codes = [
    ...(data.has_note || !written ? [] : HEADINGS.filter((name) => !value(name))),
    ...(value("told_to_patient") ? [] : ["told_to_patient"]), ...said("named"),
  ];
  const words = [...codes.map((code) => t(`missing.${code}`)), ...said("colleagues", "|").map((name) => t("encounter.script.colleague", { name }))];
  const text = words.length ? `${t("encounter.script.named")} ${words.join(", ")}` : "";
  if (place.textContent !== text) place.textContent = text;
}

export const fieldFor = (id) => (id === "orders" ? document.querySelector("[data-part=orders] :is(button, select, summary)")
  : id ? document.getElementById(id) : form.querySelector("[name=outcome]"));

export function showMissing() {
  const place = document.getElementById("missing");
  if (!form || !place || !document.getElementById("finish")) return;
  showNamed();
  const words = missing().map(([code]) => t(`missing.${code}`));
  const text = words.length ? `${t("encounter.script.missing")} ${words.join(", ")}` : t("encounter.script.ready");
  if (place.textContent === text) return;
  const [lead, ...rest] = words.length ? [t("encounter.script.missing"), " ", words.join(", ")] : ["", text];
  const strong = document.createElement("b");
  strong.textContent = lead;
  place.replaceChildren(strong, ...rest);
}
