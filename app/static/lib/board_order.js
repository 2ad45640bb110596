// Who stands before whom; the rule is triage/rules/board_order.py, and the screens keep to it between patches.
import { waitStart } from "./row_view.js";

const UNTRIAGED = 2.5; // after level 2, whose need is known; before level 3, known to be able to wait
const EXPECTED = 99; // not here yet

function place(row) {
  if (row.status === "planned") return EXPECTED;
  return row.level ?? UNTRIAGED;
}

// The share stands still from when a doctor took the patient.
function shareUsed(row, now) {
  if (row.target_at === null || row.target_minutes === null) return 0;
  if (row.target_minutes === 0) return Infinity;
  const until = row.doctor_since === null ? now : Math.min(now, Date.parse(row.doctor_since));
  return (until - waitStart(row)) / (row.target_minutes * 60_000);
}

const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

export function boardOrder(rows, now) {
  return rows
    .map((row) => ({ row, place: place(row), share: shareUsed(row, now), arrived: Date.parse(row.arrived_at) }))
    .sort((a, b) =>
      compare(a.place, b.place) || compare(b.share, a.share) || compare(a.arrived, b.arrived)
      || compare(a.row.id, b.row.id))
    .map(({ row }) => row);
}
