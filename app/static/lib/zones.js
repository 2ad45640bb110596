// Which walls of a big ward show whom; the rule is triage/rules/unit/zones.py. Whom no zone claims, all walls show.
const UNTRIAGED = 0;
const isGone = (zones, wall) => zones.every((zone) => zone.id !== wall);

function claims(zone, row) {
  if (row.status === "planned") return false;
  return row.place === null ? zone.waiting.includes(row.level ?? UNTRIAGED) : zone.rooms.includes(row.place);
}

export function zonesShowing(zones, row) {
  const claiming = zones.filter((zone) => claims(zone, row));
  return new Set((claiming.length ? claiming : zones).map((zone) => zone.id));
}

export function rowsOnWall(zones, wall, rows) {
  return isGone(zones, wall) ? rows : rows.filter((row) => zonesShowing(zones, row).has(wall));
}

export function roomsOnWall(zones, wall, rooms) {
  if (isGone(zones, wall)) return rooms;
  const of = (isIn) => new Set(zones.filter((zone) => isIn(zone.id)).flatMap((zone) => zone.rooms));
  const own = of((id) => id === wall);
  const elsewhere = of((id) => id !== wall);
  return rooms.filter((room) => own.has(room.name) || !elsewhere.has(room.name));
}
