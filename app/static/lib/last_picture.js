// The last true picture of a wall, so that a screen started without the server still shows something, marked as old.
const key = (unit) => `legevakt.picture.${unit}`;

export function keepPicture(unit, live, { rooms, figures }) {
  const picture = {
    ...live.place, rows: [...live.rows.values()], rooms, figures, server_time: new Date(live.trueAt).toISOString(),
  };
  try { localStorage.setItem(key(unit), JSON.stringify(picture)); } catch { /* full or forbidden: only a spare */ }
}

export function lastPicture(unit) {
  try { return JSON.parse(localStorage.getItem(key(unit))); } catch { return null; }
}

export function forgetPicture(unit) {
  try { localStorage.removeItem(key(unit)); } catch { /* nothing was kept */ }
}
