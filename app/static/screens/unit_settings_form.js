// The page of rooms and zones as data: read from its lines, and what was refused said beside the line it is about.
import { problemText } from "../lib/form.js";

const all = (root, selector) => [...root.querySelectorAll(selector)];
const nameOf = (input) => input.value.trim().replace(/\s+/g, " ");
const sameName = (name) => (input) => nameOf(input).toLocaleLowerCase() === String(name).toLocaleLowerCase();

export function arrangementOf(form) {
  const lines = all(form, '[data-line="room"]');
  const inZone = (id) => lines.filter((line) => line.querySelector("select").value === id)
    .map((line) => nameOf(line.querySelector("input")));
  return {
    rooms: all(form, "[name=room]").map(nameOf),
    desks: all(form, "[name=desk]").map(nameOf),
    zones: all(form, "[data-zone]").map((block) => ({
      id: block.dataset.zone,
      name: nameOf(block.querySelector("[name=zone]")),
      rooms: inZone(block.dataset.zone),
      waiting: all(block, "[name=waiting]:checked").map((box) => Number(box.value)),
    })),
    columns: all(form, "[name=columns]:checked").map((box) => box.value),
    alarms: {
      untriaged: minutesIn(form.elements.untriaged), second_look: minutesIn(form.elements.second_look),
      unseen: byRank(form, "unseen"), again: byRank(form, "again"),
    },
  };
}

// What is no number is sent as it is, so that the refusal can stand beside it.
const minutesIn = ({ value }) => (value.trim() && Number.isInteger(Number(value)) ? Number(value) : value.trim());
const byRank = (form, name) =>
  Object.fromEntries(all(form, `[name=${name}]`).map((input) => [input.dataset.rank, minutesIn(input)]));

// The levels of the waiting room that would be on no wall.
export function uncovered({ zones }, ranks) {
  const taken = new Set(zones.flatMap((zone) => zone.waiting));
  return zones.length ? ranks.filter((rank) => !taken.has(rank)) : [];
}

export const emptyNames = (form) =>
  all(form, "[name=room], [name=desk], [name=zone]").filter((input) => !nameOf(input));

function inputsOf(form, { code, room, zone, rooms = [], fields = [] }) {
  if (code === "room-twice") return all(form, "[name=room], [name=desk]").filter(sameName(room)).slice(-1);
  if (code === "zone-twice") return all(form, "[name=zone]").filter(sameName(zone)).slice(-1);
  if (code === "room-in-use") return rooms.flatMap((name) => all(form, "[name=room]").filter(sameName(name)));
  return fields.map(({ field }) => {
    const [list, index, rank] = field.split(".");
    if (list === "alarms") return form.querySelector(`[name="${CSS.escape(index)}"]${rank ? `[data-rank="${CSS.escape(rank)}"]` : ""}`);
    return all(form, `[name=${list.replace(/s$/, "")}]`)[Number(index)];
  }).filter(Boolean);
}

export function sayBeside(input, problem) {
  const message = document.createElement("p");
  message.className = "field-error";
  message.id = `error-${document.querySelectorAll(".field-error").length}`;
  message.textContent = problemText(problem);
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", message.id);
  input.after(message);
}

// Whether there was a line to say it beside.
export function complainBeside(form, problem) {
  const inputs = inputsOf(form, problem);
  for (const input of inputs) sayBeside(input, problem.code === "invalid" ? { code: "field-invalid" } : problem);
  inputs[0]?.focus();
  return inputs.length > 0;
}

export function forgetComplaints(form) {
  for (const each of all(form, ":is(.name, .minutes) .field-error")) each.remove();
  for (const each of all(form, "[aria-invalid]")) {
    each.removeAttribute("aria-invalid");
    each.removeAttribute("aria-describedby");
  }
}
