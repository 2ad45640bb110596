// What operators see, as words and classes; app/screens/calls/view.py makes the same.
import { levelWord, NOT_HERE_LATE } from "../lib/row_view.js";
import { t } from "../lib/texts.js";
import { clock, duration, minutesBetween, seconds } from "../lib/time.js";

const WITHIN = 120_000;
const UNJUDGED_LATE = 180_000;
const GOAL = 80;
const at = (moment) => Date.parse(moment);
const joined = (...parts) => parts.filter(Boolean).join(" · ");
const marks = (level) => ({ level_class: `l${level ?? 0}`, mark: level === null ? "?" : String(level), level_word: levelWord(level) });

const whoOf = (call) => call.about ?? call.caller ?? t("calls.number_unknown");
const whatOf = (call) => joined(call.about ? call.caller : null, call.place, call.complaint);

function timing(call, now) {
  const since = at(call.since);
  if (call.status === "ringing") {
    return { time: seconds(since, now), late: now - since > WITHIN, note: t("calls.rings_since", { clock: clock(since) }) };
  }
  if (call.status === "abandoned") {
    return { time: clock(since), late: false, note: t("calls.hung_up", { clock: clock(at(call.hung_up_at ?? call.since)) }) };
  }
  const began = at(call.answered_at ?? call.since);
  const late = call.urgency === "red" || (!call.urgency && now - began > UNJUDGED_LATE);
  return { time: seconds(began, now), late, note: t(call.urgency ? `calls.urgency_${call.urgency}` : "calls.unjudged") };
}

function callLine(call, me, now) {
  const { time, late, note } = timing(call, now);
  const answered = call.status === "answered";
  const mine = call.operator === me;
  return {
    id: call.id, ...marks(call.level), who: whoOf(call), what: whatOf(call), time, note, state: late ? "late" : "",
    operator: call.operator_name ?? "", answer: call.status === "ringing" || (answered && call.operator === null),
    back: call.status === "abandoned", over: answered && call.operator !== null && !mine, mine: answered && mine,
  };
}

const missing = (row, now) => now - at(row.arrived_at) >= NOT_HERE_LATE;

function expectedLine(row, now) {
  const late = missing(row, now);
  const called = row.called_at ? t("calls.called_at", { clock: clock(at(row.called_at)) }) : "";
  return {
    id: row.id, ...marks(row.level), name: row.name, number: row.number, href: `/encounters/${row.id}`,
    what: joined(row.complaint, row.by_ambulance ? t("calls.by_ambulance") : "", called), alert: row.pre_alert ?? "",
    time: clock(at(row.arrived_at)), state: late ? "late" : "",
    note: late ? t("wait.expected_late", { time: duration(minutesBetween(at(row.arrived_at), now)) }) : t("wait.expected"),
  };
}

function closedLine(call) {
  return {
    id: call.id, ...marks(call.level), time: clock(at(call.since)), who: whoOf(call), what: whatOf(call),
    outcome: t(`calls.outcome_${call.outcome}`), operator: call.operator_name ?? "",
  };
}

function share(id, { in_time, counted, per_cent }) {
  return {
    id, value: per_cent === null ? "–" : t("coordinator.per_cent", { number: per_cent }),
    note: t("calls.of", { in_time, counted }), state: per_cent !== null && per_cent < GOAL ? "low" : "",
  };
}

function figures(ringing, gone, planned, answered, now) {
  const longest = ringing.length ? Math.min(...ringing.map((call) => at(call.since))) : null;
  const away = planned.filter((row) => missing(row, now)).length;
  return [
    { id: "waiting", value: String(ringing.length), note: longest === null ? "" : t("calls.longest", { time: seconds(longest, now) }),
      state: longest !== null && now - longest > WITHIN ? "late" : "" },
    { id: "back", value: String(gone.length), note: "", state: "" },
    { id: "expected", value: String(planned.length), note: away ? t("calls.missing", { number: away }) : "", state: away ? "late" : "" },
    ...["lately", "day", "month"].map((id) => share(id, answered[id])),
  ];
}

export function callsView({ rows, calls, answered, today, me }, now) {
  const having = (status) => calls.filter((call) => call.status === status);
  const planned = rows.filter((row) => row.status === "planned")
    .sort((a, b) => at(a.arrived_at) - at(b.arrived_at) || (a.id < b.id ? -1 : 1));
  const line = (call) => callLine(call, me, now);
  return {
    figures: figures(having("ringing"), having("abandoned"), planned, answered, now),
    waiting: [...having("ringing"), ...having("abandoned")].map(line),
    underway: having("answered").map(line),
    expected: planned.map((row) => expectedLine(row, now)),
    today: today.map(closedLine),
  };
}
