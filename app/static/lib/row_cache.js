// A row reads the same until it is changed or one of its minutes turns; only then is it written anew. Who draws two
// hundred rows each second thereby writes three or four.
import { rowView, waitStart } from "./row_view.js";

const MINUTE = 60_000;
const BAR_STEPS = 50; // the bar moves in steps of two per cent

function untilNext(time, anchor, step) {
  const past = (((time - anchor) % step) + step) % step;
  return past === 0 ? 1 : step - past; // on the stroke itself: look again at once
}

function lastsUntil(row, time) {
  const anchors = [row.arrived_at, row.target_at, row.next_assessment_at, row.doctor_since, row.alarm?.since].filter(Boolean).map(Date.parse);
  const turns = anchors.map((anchor) => untilNext(time, anchor, MINUTE));
  if (row.target_at && row.target_minutes) {
    turns.push(untilNext(time, waitStart(row), (row.target_minutes * MINUTE) / BAR_STEPS));
  }
  return time + Math.min(...turns);
}

const views = new WeakMap(); // by row: a changed row is another object

export function viewOf(row, time, nameMode) {
  const kept = views.get(row);
  if (kept && kept.nameMode === nameMode && kept.from <= time && time < kept.until) return kept.view;
  const view = rowView(row, time, nameMode);
  views.set(row, { view, nameMode, from: time, until: lastsUntil(row, time) });
  return view;
}
