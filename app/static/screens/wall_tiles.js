// The rooms of a wall as tiles; app/screens/wall/tiles.py makes the same.
import { clock, duration, minutesBetween, person } from "../lib/time.js";
import { levelWord, nextView } from "../lib/row_view.js";
import { t } from "../lib/texts.js";
import { takeTurns } from "./wall_paging.js";

const ROOMY = 12;
const NAMES_AT_MOST = 90;
const GRIDS = [
  { name: "wide", columns: 1, rows: 6, rest: 1 },
  { name: "", columns: 2, rows: 6, rest: 1 },
  { name: "dense", columns: 2, rows: 8, rest: 1 },
  { name: "compact", columns: 2, rows: 12, rest: 2 },
  { name: "line", columns: 2, rows: 18, rest: 2 },
  { name: "list", columns: 3, rows: 18, rest: 2 },
];

export const waitingRows = (rows) => rows.filter((row) => row.doctor === null && row.status !== "planned");
export const treatedRows = (rows) => rows.filter((row) => row.doctor !== null && row.status !== "planned");

const isRest = (tile) => tile.kind === "rest";
const capacity = (grid, tiles) => grid.columns * (grid.rows - (tiles.some(isRest) ? grid.rest : 0));

export function gridOf(tiles) {
  const wanted = tiles.filter((tile) => !isRest(tile)).length;
  return GRIDS.find((grid) => capacity(grid, tiles) >= wanted) ?? GRIDS.at(-1);
}

export function tilesPage(tiles, turn) {
  const others = tiles.filter((tile) => !isRest(tile));
  const page = takeTurns(others, (tile) => tile.urgent, capacity(gridOf(tiles), tiles), turn);
  return { ...page, shown: [...page.shown, ...tiles.filter(isRest)] };
}

function nextStep(row) {
  if (row.continuous) return ["", t("room.watched")];
  if (row.next_assessment_at === null) return ["", t("room.with_doctor")];
  return [t("room.next"), clock(Date.parse(row.next_assessment_at))];
}

function busy(row, now) {
  const [word, note] = nextStep(row);
  return {
    key: `p:${row.id}`,
    kind: row.place ? "busy" : "roomless",
    title: row.place ?? t("room.none"),
    time: duration(minutesBetween(Date.parse(row.doctor_since ?? row.arrived_at), now)),
    line: [person(row.sex, row.age_months), row.complaint].filter(Boolean).join(" · "),
    note_word: word,
    note,
    note_state: nextView(row, now).state,
    doctor: row.doctor ?? "",
    nurse: row.nurse ?? "",
    level_class: `l${row.level ?? 0}`,
    mark: String(row.level ?? "?"),
    level_word: levelWord(row.level),
    urgent: row.level === 1 || row.level === 2,
  };
}

const EMPTY = { time: "", note_word: "", note: "", note_state: "", doctor: "", nurse: "", level_class: "l0", mark: "", level_word: "", urgent: false };

function quiet(room, waiting, nameMode) {
  const inside = waiting.filter((row) => row.place === room);
  const tile = { ...EMPTY, key: `r:${room}`, title: room };
  if (!inside.length) return { ...tile, kind: "free", line: t("room.free") };
  const names = inside.map((row) => (nameMode === "number" ? row.number : row.name));
  return { ...tile, kind: "waiting", line: names.join(", "), note: t("room.waits") };
}

function namesOf(rooms) {
  let line = "";
  for (const [index, name] of rooms.entries()) {
    const room = name.replaceAll(" ", "\u00a0"); // "Obs 3" at the end of a line is not "Obs" and a 3 below
    const longer = line ? `${line}, ${room}` : room;
    if ([...longer].length > NAMES_AT_MOST) return `${line} +${rooms.length - index}`;
    line = longer;
  }
  return line;
}

// Where room is short, what says least gives way: the large tiles are for those under treatment.
function fewer(tiles) {
  if (tiles.length <= ROOMY) return tiles;
  const without = tiles.filter((tile) => tile.kind !== "waiting");
  if (without.length <= ROOMY) return without;
  const free = without.filter((tile) => tile.kind === "free").map((tile) => tile.title);
  const taken = without.filter((tile) => tile.kind !== "free");
  if (!free.length) return taken;
  const title = t("room.free_rooms", { number: free.length });
  return [...taken, { ...EMPTY, key: "rest", kind: "rest", title, line: namesOf(free) }];
}

export function roomTiles(rows, rooms, now, nameMode) {
  const treated = treatedRows(rows);
  const waiting = waitingRows(rows);
  const known = new Set(rooms.map((room) => room.name));
  const inRooms = rooms.flatMap(({ name }) => {
    const inside = treated.filter((row) => row.place === name);
    return inside.length ? inside.map((row) => busy(row, now)) : [quiet(name, waiting, nameMode)];
  });
  return fewer([...inRooms, ...treated.filter((row) => !known.has(row.place)).map((row) => busy(row, now))]);
}
