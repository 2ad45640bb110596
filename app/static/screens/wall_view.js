// What the header, headings and footer of a wall say; app/screens/wall/heading.py says the same.
import { clock, clockSeconds, duration, minutesBetween, person, shift } from "../lib/time.js";
import { isLate, levelWord } from "../lib/row_view.js";
import { t } from "../lib/texts.js";
import { roomsOnWall, rowsOnWall } from "../lib/zones.js";
import { pagingWords } from "./wall_paging.js";
import { treatedRows, waitingRows } from "./wall_tiles.js";

const LEVELS = [1, 2, 3, 4, 5];
const COLUMNS = ["place", "flags", "next", "staff"];

// What this wall shows of the unit's board: everything, or a zone of it.
export function partOf(rows, board, zone) {
  const mine = rowsOnWall(board.zones, zone, rows);
  return {
    rows: mine,
    rooms: roomsOnWall(board.zones, zone, board.rooms),
    zone: board.zones.find((each) => each.id === zone)?.name ?? "",
    elsewhere: rows.length - mine.length,
  };
}

export function tableClass({ columns }, tight) {
  return [tight, ...COLUMNS.filter((column) => !columns.includes(column)).map((column) => `no-${column}`)]
    .filter(Boolean).join(" ");
}

function alarm(missing, crowdedOut) {
  const said = [];
  if (missing) said.push(missing === 1 ? t("wall.missing_one") : t("wall.missing", { number: missing }));
  if (crowdedOut) said.push(t("wall.crowded_out", { number: crowdedOut }));
  return said.join(" · ");
}

function subtitle(part, unitName, now) {
  if (!part.zone) return `${t("wall.title")} · ${t(shift(now))}`;
  return part.elsewhere ? `${unitName} · ${t("wall.elsewhere", { number: part.elsewhere })}` : unitName;
}

function head(part, waiting, { page, tiles }, unitName, now) {
  const untriaged = waiting.filter((row) => row.level === null);
  const longest = Math.max(0, ...untriaged.map((row) => minutesBetween(Date.parse(row.arrived_at), now)));
  return {
    heading: part.zone || unitName,
    subtitle: subtitle(part, unitName, now),
    untriaged: String(untriaged.length),
    untriaged_longest: untriaged.length ? t("wall.longest", { time: duration(longest) }) : "",
    waiting: String(waiting.length - untriaged.length),
    for_triage: String(untriaged.length),
    has_untriaged: untriaged.length > 0,
    paging: pagingWords(page),
    treated: String(treatedRows(part.rows).length),
    treated_note: tiles.pages > 1 ? t("wall.page", tiles) : t("wall.time_in_room"),
    nobody: waiting.length === 0,
  };
}

// Ambulances before appointments. Who never came hides nobody: an old time is read as tonight's.
const NEVER_CAME = 3600_000;
function nextIn(row, now) {
  const late = now - Date.parse(row.arrived_at);
  return [late > NEVER_CAME, !row.by_ambulance, late > NEVER_CAME ? late : -late].map(Number);
}

function expected(rows, now) {
  const planned = rows.filter((row) => row.status === "planned")
    .map((row) => ({ row, key: nextIn(row, now) }))
    .sort(({ key: a }, { key: b }) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2])
    .map(({ row }) => row);
  const [first] = planned;
  const level = first?.level ?? null;
  const who = first ? person(first.sex, first.age_months) : "";
  return {
    expected_label: t(first?.by_ambulance ? "wall.ambulance" : "wall.expected"),
    expected: first ? clock(Date.parse(first.arrived_at)) : "–",
    expected_note: planned.length > 1 ? `${who} +${planned.length - 1}`.trim() : who,
    has_level: level !== null,
    level_class: `l${level ?? 0}`,
    mark: String(level ?? "?"),
    level_word: levelWord(level),
  };
}

function foot({ rows, rooms }, waiting, figures, now) {
  const known = new Set(rooms.map((room) => room.name));
  const used = new Set(rows.map((row) => row.place).filter((place) => known.has(place)));
  const waits = waiting.map((row) => minutesBetween(Date.parse(row.arrived_at), now));
  const { median_minutes_to_doctor: median, share_within_target: share } = figures;
  return {
    rooms_used: String(used.size),
    rooms_of: t("wall.of", { number: known.size }),
    ...expected(rows, now),
    longest: waits.length ? duration(Math.max(...waits)) : "–",
    overdue: String(waiting.filter((row) => isLate(row, now)).length),
    median: median === null ? "–" : duration(median),
    share: share === null ? "–" : String(share),
    share_unit: share === null ? "" : "%",
  };
}

export function wallView(part, board, pages, missing, now) {
  const waiting = waitingRows(part.rows);
  const at = (rank) => waiting.filter((row) => row.level === rank).length;
  return {
    ...Object.fromEntries(LEVELS.map((rank) => [`count_${rank}`, String(at(rank))])),
    ...Object.fromEntries(LEVELS.map((rank) => [`has_${rank}`, rank < 5 || at(rank) > 0])),
    ...head(part, waiting, pages, board.unit_name, now),
    ...foot(part, waiting, board.figures, now),
    alarm: alarm(missing, pages.page.crowdedOut.length + pages.tiles.crowdedOut.length),
  };
}

export const clockView = (now) => ({ clock: clock(now), seconds: clockSeconds(now).slice(5) });
