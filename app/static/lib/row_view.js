// One patient as words and classes; app/screens/row_view.py makes the same, so a patched row equals a fresh page.
import { ahead, clock, duration, minutesBetween, person, target } from "./time.js";
import { t } from "./texts.js";

const NEAR = 0.8;
export const NOT_HERE_LATE = 900_000;
const FLAGS_SHOWN = 2;
const MINUTE = 60_000;

export const levelWord = (level) => t("level.label", { word: t(`level.${level ?? 0}`) });

export function waitStart(row) {
  if (row.target_at === null || row.target_minutes === null) return Date.parse(row.arrived_at);
  return Date.parse(row.target_at) - row.target_minutes * MINUTE;
}

export const isLate = (row, now) =>
  row.doctor_since === null && row.target_at !== null && now - Date.parse(row.target_at) >= MINUTE;

function waitView(row, now) {
  if (row.status === "planned") {
    const due = Date.parse(row.arrived_at);
    const missing = now - due >= NOT_HERE_LATE;
    const note = missing ? t("wait.expected_late", { time: duration(minutesBetween(due, now)) }) : t("wait.expected");
    return { text: clock(due), note, state: missing ? "late" : "", bar: "" };
  }
  if (row.doctor_since !== null) {
    const treated = minutesBetween(Date.parse(row.doctor_since), now);
    return { text: duration(treated), note: t("wait.with_doctor"), state: "", bar: "" };
  }
  const text = duration(minutesBetween(waitStart(row), now));
  if (row.target_at === null || row.target_minutes === null) {
    return { text, note: row.level === null ? t("wait.for_triage") : "", state: "", bar: "" };
  }
  if (isLate(row, now)) {
    const over = minutesBetween(Date.parse(row.target_at), now);
    return { text, note: t("wait.over", { over: over < 60 ? over : duration(over) }), state: over < 60 ? "late" : "late long", bar: "p-100" };
  }
  const share = row.target_minutes === 0 ? 1 : Math.max(0, (now - waitStart(row)) / (row.target_minutes * MINUTE));
  const bar = `p-${Math.min(100, Math.floor(share * 50) * 2)}`;
  return { text, note: target(row.target_minutes), state: share >= NEAR ? "near" : "", bar };
}

export function nextView(row, now) {
  if (row.continuous) return { text: t("next.continuous"), note: t("next.watched"), state: "" };
  if (row.next_assessment_at === null) return { text: "", note: "", state: "" };
  const moment = Date.parse(row.next_assessment_at);
  if (now >= moment) {
    return { text: clock(moment), note: t("next.over", { over: duration(minutesBetween(moment, now)) }), state: "late" };
  }
  return { text: clock(moment), note: ahead(now, moment), state: "" };
}

const NO_ALARM = { state: "", word: "", why: "", note: "", mark: "", rings: false };

export function alarmView({ alarm }, now) {
  if (!alarm) return NO_ALARM;
  const { rules, since, number, taken_by: who, again_at } = alarm;
  const why = rules.map((rule) => t(`alarm.rule_${rule}`)).join(" · ");
  if (who !== null && again_at !== null) {
    const note = t("alarm.again", { clock: clock(Date.parse(again_at)) });
    return { state: "taken", word: t("alarm.taken", { by: who }), why, note, mark: who, rings: false };
  }
  const begun = Date.parse(since);
  const word = number === 1 ? t("alarm.rings") : t("alarm.rings_again", { number });
  const note = t("alarm.since", { clock: clock(begun), time: duration(minutesBetween(begun, now)) });
  return { state: "rings", word, why, note, mark: t(rules.includes("doctor") || rules.includes("limit") ? "alarm.mark_doctor" : "alarm.mark"), rings: true };
}

function seenView(row) {
  if (!row.last_seen_at) return row.status === "planned" || row.doctor_since !== null ? "" : t("alarm.seen_never");
  return t("alarm.seen_at", { clock: clock(Date.parse(row.last_seen_at)) });
}

export function rowView(row, now, nameMode) {
  const more = row.flags.length - FLAGS_SHOWN;
  return {
    id: row.id,
    level_class: `l${row.level ?? 0}`,
    mark: row.level === null ? "?" : String(row.level),
    level_word: levelWord(row.level),
    number: row.number,
    name: nameMode === "number" ? row.number : row.name,
    person: person(row.sex, row.age_months),
    complaint: row.complaint,
    place: row.place ?? t("place.waiting_room"),
    flags: row.flags.slice(0, FLAGS_SHOWN),
    more_flags: more > 0 ? `+${more}` : "",
    wait: waitView(row, now),
    next: nextView(row, now),
    alarm: alarmView(row, now),
    seen: seenView(row),
    second_look: (row.second_look_at ?? null) !== null,
    nurse: row.nurse ?? "–",
    doctor: row.doctor ?? "–",
    place_value: row.place ?? "",
    planned: row.status === "planned",
    here: row.status !== "planned",
    takeable: row.doctor === null && row.status !== "planned",
    triage_href: `/encounters/${row.id}/triage`,
    href: `/encounters/${row.id}`,
  };
}
