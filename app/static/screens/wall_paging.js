// What fits on a wall: the most urgent always, the others in turn; app/screens/wall/paging.py decides the same.
import { t } from "../lib/texts.js";

const TAKING_TURNS = 3;
const DENSITIES = [[11, ""], [15, "tight"], [22, "tighter"], [44, "crowd"]];

export function takeTurns(items, isPinned, capacity, turn) {
  const pinned = items.filter(isPinned);
  const others = items.filter((item) => !isPinned(item));
  const room = Math.max(0, capacity - pinned.length);
  const pages = room ? Math.max(1, Math.ceil(others.length / room)) : 1;
  const page = turn % pages;
  const shown = new Set([...pinned.slice(0, capacity), ...others.slice(page * room, (page + 1) * room)]);
  const lost = new Set([...pinned.slice(capacity), ...(room ? [] : others)]);
  return {
    shown: items.filter((item) => shown.has(item)),
    elsewhere: items.filter((item) => !shown.has(item) && !lost.has(item)),
    crowdedOut: items.filter((item) => lost.has(item)),
    page: page + 1,
    pages,
  };
}

const isUrgent = (row) => row.level === 1 || row.level === 2;

export function density(waiting) {
  const urgent = waiting.filter(isUrgent).length;
  const needed = urgent + Math.min(TAKING_TURNS, waiting.length - urgent);
  return DENSITIES.find(([rows]) => rows >= needed) ?? DENSITIES.at(-1);
}

export const pageOf = (waiting, turn) => takeTurns(waiting, isUrgent, density(waiting)[0], turn);

export function pagingWords({ shown, elsewhere, page, pages }) {
  if (!elsewhere.length) return "";
  const number = elsewhere.length === 1 ? "one" : "many";
  const levels = [...new Set(elsewhere.map((row) => row.level ?? 0))];
  const facts = {
    shown: shown.length,
    number: elsewhere.length,
    levels: levels.map((level) => t(`level.${number}_${level}`)).join("/"),
  };
  if (pages === 2) return t("wall.paging", { ...facts, other: 3 - page });
  return t("wall.paging_many", { ...facts, page, pages });
}
