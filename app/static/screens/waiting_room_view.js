// What the board in the waiting room says; app/screens/waiting_room.py says the same.
import { clock } from "../lib/time.js";
import { t } from "../lib/texts.js";

const EARLIER = 3;
const NEW = 20_000;
const LONG = 9;
const LONGER = 16;
const LEAST_URGENT = 5;
const QUARTERS = ["", "¼", "½", "¾"];

const first = t;
const second = (key, facts) => t(`second.${key}`, facts);
const both = (key, facts) => [first(key, facts), second(key, facts)];

// The numbers being called now, the newest first; a call ends by the clock, also when no word of it comes.
export function calls(rows, { call_seconds }, now) {
  return rows.map((row) => ({ row, at: Date.parse(row.called_at ?? "") }))
    .filter(({ at }) => now - at < call_seconds * 1000)
    .sort((a, b) => b.at - a.at || (a.row.number < b.row.number ? -1 : 1))
    .map(({ row, at }) => callView(row, at, now));
}

function callView(row, at, now) {
  const [to, to_second] = row.called_to ? [row.called_to, ""] : both("waiting_room.desk");
  const size = to.length > LONGER ? "longer" : to.length > LONG ? "long" : "";
  return {
    key: row.id,
    number: row.number,
    to,
    to_second,
    at: t("waiting_room.called_at", { clock: clock(at) }),
    state: [now - at < NEW ? "new" : "", size].filter(Boolean).join(" "),
  };
}

const NO_CALL = { key: "", number: "", to: "", to_second: "", at: "", state: "" };

const hours = (minutes) => `${Math.floor(minutes / 60)}${QUARTERS[Math.floor((minutes % 60) / 15)]}`;
function time(minutes, say) {
  return minutes <= 60 ? say("time.minutes", { minutes }) : say("waiting_room.hours", { hours: hours(minutes) });
}

function waited({ low, high }, say) {
  if (low === null) return say("waiting_room.unknown");
  if (high === null) return say("waiting_room.over", { time: time(low, say) });
  if (high === 0) return say("waiting_room.at_once");
  if (low === 0) return say("waiting_room.under", { time: time(high, say) });
  if (high <= 60) return say("time.minutes", { minutes: `${low}–${high}` });
  if (low < 60) return `${time(low, say)}–${time(high, say)}`;
  return say("waiting_room.hours", { hours: `${hours(low)}–${hours(high)}` });
}

export function levelView(wait) {
  const [name, name_second] = both(`waiting_room.level_${wait.level}`);
  const [note, note_second] = wait.level === LEAST_URGENT ? both("waiting_room.gp") : ["", ""];
  const [text, other] = [waited(wait, first), waited(wait, second)];
  return {
    key: String(wait.level),
    level_class: `l${wait.level}`,
    mark: String(wait.level),
    name, name_second, note, note_second,
    time: text,
    time_second: other === text ? "" : other,
  };
}

// The older calls take turns when there are more of them than fit.
export function pageOf(called, turn) {
  const older = called.slice(1);
  const pages = Math.ceil(older.length / EARLIER);
  const page = pages ? turn % pages : 0;
  return { earlier: older.slice(page * EARLIER, (page + 1) * EARLIER), pages: pages > 1 ? `${page + 1} / ${pages}` : "" };
}

// Cut off, nobody can say that nobody is called: then we ask people to listen.
export function headView(called, { computed_at }, now, stale) {
  const facts = { clock: clock(Date.parse(computed_at)) };
  const [quiet, quiet_second] = both(stale ? "waiting_room.listen" : "waiting_room.nobody_called");
  const [computed, computed_second] = both("waiting_room.computed", facts);
  return {
    clock: clock(now),
    calling: called.length > 0,
    nobody: called.length === 0,
    stale,
    fresh: !stale,
    newest: called[0] ?? NO_CALL,
    quiet, quiet_second, computed, computed_second,
  };
}
