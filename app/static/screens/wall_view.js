// What the header, headings, tiles and footer of the wall say; app/screens/wall.py says the same.
import { clock, clockSeconds, duration, minutesBetween, person, shift } from "../lib/time.js";
import { isLate, levelWord, nextView } from "../lib/row_view.js";
import { t } from "../lib/texts.js";

const ROWS = 11;
const PINNED_AT_MOST = 8;
const ROOMY = 12;
const DENSE = 16;
const LEVELS = [1, 2, 3, 4, 5];

export const waitingRows = (rows) => rows.filter((row) => row.doctor === null && row.status !== "planned");
export const treatedRows = (rows) => rows.filter((row) => row.doctor !== null && row.status !== "planned");

// The most urgent are on every page; the others take turns.
export function pageOf(waiting, turn) {
  if (waiting.length <= ROWS) return { rows: waiting, page: 1, pages: 1 };
  const pinned = waiting.filter((row) => row.level === 1 || row.level === 2).slice(0, PINNED_AT_MOST);
  const others = waiting.filter((row) => !pinned.includes(row));
  const room = ROWS - pinned.length;
  const pages = Math.ceil(others.length / room);
  const first = (turn % pages) * room;
  return { rows: [...pinned, ...others.slice(first, first + room)], page: (turn % pages) + 1, pages };
}

function nextStep(row) {
  if (row.continuous) return t("room.watched");
  if (row.next_assessment_at === null) return t("room.with_doctor");
  return t("room.next", { clock: clock(Date.parse(row.next_assessment_at)) });
}

function busy(row, now) {
  return {
    key: `p:${row.id}`,
    kind: "busy",
    title: row.place ?? t("room.none"),
    time: duration(minutesBetween(Date.parse(row.doctor_since ?? row.arrived_at), now)),
    line: [person(row.sex, row.age_months), row.complaint].filter(Boolean).join(" · "),
    note: nextStep(row),
    note_state: nextView(row, now).state,
    doctor: row.doctor ?? "",
    level_class: `l${row.level ?? 0}`,
    mark: String(row.level ?? "?"),
    level_word: levelWord(row.level),
  };
}

function quiet(room, waiting, nameMode) {
  const inside = waiting.filter((row) => row.place === room);
  const tile = { key: `r:${room}`, title: room, time: "", note_state: "", doctor: "", level_class: "l0", mark: "", level_word: "" };
  if (!inside.length) return { ...tile, kind: "free", line: t("room.free"), note: "" };
  const names = inside.map((row) => (nameMode === "number" ? row.number : row.name));
  return { ...tile, kind: "waiting", line: names.join(", "), note: t("room.waits") };
}

export function roomTiles(rows, rooms, now, nameMode) {
  const treated = treatedRows(rows);
  const waiting = waitingRows(rows);
  const known = new Set(rooms.map((room) => room.name));
  const inRooms = rooms.flatMap(({ name }) => {
    const inside = treated.filter((row) => row.place === name);
    return inside.length ? inside.map((row) => busy(row, now)) : [quiet(name, waiting, nameMode)];
  });
  const tiles = [...inRooms, ...treated.filter((row) => !known.has(row.place)).map((row) => busy(row, now))];
  return tiles.length <= ROOMY ? tiles : tiles.filter((tile) => tile.kind !== "waiting");
}

export const density = (tiles) => (tiles <= ROOMY ? "" : tiles <= DENSE ? "dense" : "denser");

function head(rows, waiting, shown, now) {
  const untriaged = waiting.filter((row) => row.level === null);
  const longest = Math.max(0, ...untriaged.map((row) => minutesBetween(Date.parse(row.arrived_at), now)));
  const { page, pages } = shown;
  return {
    untriaged: String(untriaged.length),
    untriaged_longest: untriaged.length ? t("wall.longest", { time: duration(longest) }) : "",
    waiting: String(waiting.length - untriaged.length),
    for_triage: String(untriaged.length),
    has_untriaged: untriaged.length > 0,
    paging: pages > 1 ? t("wall.paging", { shown: shown.rows.length, total: waiting.length, page, pages }) : "",
    treated: String(treatedRows(rows).length),
    nobody: waiting.length === 0,
  };
}

function foot(rows, waiting, { rooms, figures }, now) {
  const known = new Set(rooms.map((room) => room.name));
  const used = new Set(rows.map((row) => row.place).filter((place) => known.has(place)));
  const planned = rows.filter((row) => row.status === "planned")
    .sort((a, b) => Date.parse(a.arrived_at) - Date.parse(b.arrived_at));
  const waits = waiting.map((row) => minutesBetween(Date.parse(row.arrived_at), now));
  const { median_minutes_to_doctor: median, share_within_target: share } = figures;
  const first = planned.length ? person(planned[0].sex, planned[0].age_months) : "";
  return {
    rooms_used: String(used.size),
    rooms_of: t("wall.of", { number: known.size }),
    expected: planned.length ? clock(Date.parse(planned[0].arrived_at)) : "–",
    expected_note: planned.length > 1 ? `${first} +${planned.length - 1}`.trim() : first,
    longest: waits.length ? duration(Math.max(...waits)) : "–",
    overdue: String(waiting.filter((row) => isLate(row, now)).length),
    median: median === null ? "–" : duration(median),
    share: share === null ? "–" : String(share),
    share_unit: share === null ? "" : "%",
  };
}

export function wallView(rows, board, shown, now) {
  const waiting = waitingRows(rows);
  const at = (rank) => waiting.filter((row) => row.level === rank).length;
  return {
    ...Object.fromEntries(LEVELS.map((rank) => [`count_${rank}`, String(at(rank))])),
    ...Object.fromEntries(LEVELS.map((rank) => [`has_${rank}`, rank < 5 || at(rank) > 0])),
    ...head(rows, waiting, shown, now),
    ...foot(rows, waiting, board, now),
    shift: t(shift(now)),
  };
}

export const clockView = (now) => ({ clock: clock(now), seconds: clockSeconds(now).slice(5) });
