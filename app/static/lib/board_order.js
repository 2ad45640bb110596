// Who stands before whom; the rule is triage/rules/board_order.py, and the screens keep to it between patches.
import { waitStart } from "./row_view.js";

const UNTRIAGED = 2.5; // after level 2, whose need is known; before level 3, known to be able to wait
const EXPECTED = 99; // not here yet

function place(row) {
  if (row.status === "planned") return EXPECTED;
  return row.level ?? UNTRIAGED;
}

// What the order follows from, read once: a changed row is another object.
const read = new WeakMap();
function facts(row) {
  if (!read.has(row)) {
    read.set(row, {
      row,
      place: place(row),
      arrived: Date.parse(row.arrived_at),
      start: waitStart(row),
      taken: row.doctor_since === null ? Infinity : Date.parse(row.doctor_since),
      minutes: row.target_at === null ? null : row.target_minutes,
    });
  }
  return read.get(row);
}

// The share stands still from when a doctor took the patient.
function shareUsed({ start, taken, minutes }, now) {
  if (minutes === null) return 0;
  if (minutes === 0) return Infinity;
  return (Math.min(now, taken) - start) / (minutes * 60_000);
}

const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

export function boardOrder(rows, now) {
  return rows
    .map((row) => ({ ...facts(row), share: shareUsed(facts(row), now) }))
    .sort((a, b) =>
      compare(a.place, b.place) || compare(b.share, a.share) || compare(a.arrived, b.arrived)
      || compare(a.row.id, b.row.id))
    .map(({ row }) => row);
}
