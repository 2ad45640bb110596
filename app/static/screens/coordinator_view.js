// What the coordinator sees, as words and classes; app/screens/coordinator/view.py makes the same.
import { boardOrder } from "../lib/board_order.js";
import { viewOf } from "../lib/row_cache.js";
import { levelWord, NOT_HERE_LATE } from "../lib/row_view.js";
import { t } from "../lib/texts.js";
import { ahead, clock, duration, minutesBetween, person, seconds } from "../lib/time.js";

const rings = ({ alarm }) => alarm.taken_by === null;
const at = (moment) => Date.parse(moment);
const bar = (part, whole) => `p-${whole ? Math.floor((part * 50) / whole) * 2 : 0}`;
const marks = (level) => ({ level_class: `l${level ?? 0}`, mark: level === null ? "?" : String(level), level_word: levelWord(level) });

export const waitingOf = (rows) => rows.filter((row) => row.doctor === null && row.status !== "planned");

// What rings first; the untriaged before all others, since nobody knows how ill they are.
const byGravity = (a, b) => rings(b) - rings(a) || (a.level ?? 0) - (b.level ?? 0) || at(a.alarm.since) - at(b.alarm.since);

function longest(since, now) {
  return since.length ? t("coordinator.longest", { time: duration(minutesBetween(Math.min(...since.map(at)), now)) }) : "";
}

const figure = (id, value, note = "", late = false) => ({ id, value: String(value), note, state: late ? "late" : "" });

function figures({ alarms, waiting, soon, rooms, tasks }, now) {
  const ringing = alarms.filter(rings);
  const late = tasks.filter((task) => task.due_state === "late").length;
  return [
    figure("ringing", ringing.length, longest(ringing.map(({ alarm }) => alarm.since), now), ringing.length > 0),
    figure("taken", alarms.length - ringing.length),
    figure("waiting", waiting.length, longest(waiting.map((row) => row.arrived_at), now)),
    figure("soon", soon.length),
    figure("rooms", rooms.filter(({ used }) => used).length, t("coordinator.of", { number: rooms.length })),
    figure("tasks", tasks.length, late ? t("coordinator.late_tasks", { number: late }) : "", late > 0),
  ];
}

function beforeTheDoor(rows, { waiting, longest_since: since }, now) {
  const planned = rows.filter((row) => row.status === "planned");
  const missing = planned.filter((row) => now - at(row.arrived_at) >= NOT_HERE_LATE).length;
  const note = since ? t("coordinator.longest", { time: seconds(at(since), now) }) : "";
  return [
    figure("calls", waiting, note, Boolean(since) && now - at(since) > 120_000),
    figure("expected", planned.length, missing ? t("calls.missing", { number: missing }) : "", missing > 0),
  ];
}

function soonLine({ target_at, expected_at }, row, now) {
  return {
    id: row.id, ...marks(row.level), name: row.name, number: row.number, place: row.place ?? t("place.waiting_room"),
    href: `/encounters/${row.id}`, due: t("coordinator.soon_deadline", { clock: clock(at(target_at)) }),
    left: ahead(now, at(target_at)),
    expected: expected_at ? t("coordinator.soon_expected", { clock: clock(at(expected_at)) }) : t("coordinator.soon_unknown"),
  };
}

function roomLine(name, inside) {
  if (!inside.length) {
    return { id: name, name, who: t("coordinator.room_free"), level_class: "", mark: "", level_word: "", used: false };
  }
  const [first] = inside; // in board order: the most urgent
  const alone = [first.name, person(first.sex, first.age_months)].filter(Boolean).join(" ");
  const who = inside.length === 1 ? alone : t("coordinator.room_shared", { number: inside.length });
  return { id: name, name, who, ...marks(first.level), used: true };
}

function tried({ attempts }) {
  if (!attempts.length) return t("coordinator.task_not_tried");
  const { at: when, by, result } = attempts.at(-1);
  return t("coordinator.task_tried", { number: attempts.length, clock: clock(at(when)), by, result: t(`coordinator.result_${result}`) });
}

function taskLine(task, now) {
  const due = at(task.due_at);
  const late = now >= due;
  return {
    id: task.id, ...marks(task.level), name: task.name, number: task.number, href: `/encounters/${task.encounter}`,
    left: t("coordinator.task_left", { clock: clock(at(task.created_at)) }),
    due: late ? t("coordinator.task_late", { time: duration(minutesBetween(due, now)) }) : t("coordinator.task_due", { clock: clock(due) }),
    due_state: late ? "late" : "", tried: tried(task),
  };
}

function ruleLine({ rule, rang, acted, to_change }) {
  return {
    id: rule, word: t(`alarm.rule_${rule}`), share: t("coordinator.rule_share", { acted, rang }),
    per_cent: t("coordinator.per_cent", { number: Math.floor((100 * acted) / rang) }), bar: bar(acted, rang), to_change,
  };
}

export function coordinatorView(rows, rooms, overview, now) {
  const ordered = boardOrder(rows, now);
  const waiting = waitingOf(ordered);
  const alarms = ordered.filter(({ alarm }) => alarm).sort(byGravity); // also of those who have a doctor
  const here = new Map(waiting.map((row) => [row.id, row]));
  const view = (row) => viewOf(row, now, "name");
  const soon = overview.late_soon.filter(({ encounter }) => here.has(encounter)).map((each) => soonLine(each, here.get(each.encounter), now));
  const inside = grouped(ordered);
  const roomLines = rooms.map(({ name }) => roomLine(name, inside.get(name) ?? []));
  const tasks = overview.tasks.map((task) => taskLine(task, now));
  const most = Math.max(0, ...overview.doctors.map(({ patients }) => patients));
  return {
    figures: [...figures({ alarms, waiting, soon, rooms: roomLines, tasks }, now), ...beforeTheDoor(rows, overview.telephone, now)],
    alarms: alarms.map(view),
    waiting: waiting.map(view),
    soon,
    doctors: overview.doctors.map(({ id, name, patients }) => ({ id, name, patients: String(patients), bar: bar(patients, most) })),
    rooms: roomLines,
    tasks,
    rules: overview.acted_on.map(ruleLine),
  };
}

function grouped(rows) {
  const groups = new Map();
  for (const row of rows) groups.set(row.place, [...(groups.get(row.place) ?? []), row]);
  return groups;
}
