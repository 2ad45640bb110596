// The last true picture of a wall, so that a screen started without the server still shows something, marked as old.
import { now } from "./time.js";

const OURS = "legevakt.picture.";
const OLDEST = 12 * 3600_000; // after a shift and a half it helps nobody, and should not lie on the screen's disk

export function keepPicture(unit, live) {
  const picture = {
    ...live.extra, ...live.place, rows: [...live.rows.values()], server_time: new Date(live.trueAt).toISOString(),
    version: live.version,
    ahead: now() - Date.now(), // how wrong this machine's clock is: without a server nobody else tells the time
  };
  try { localStorage.setItem(OURS + unit, JSON.stringify(picture)); } catch { /* full or forbidden: only a spare */ }
}

export function lastPicture(unit) {
  try {
    const picture = JSON.parse(localStorage.getItem(OURS + unit));
    const age = Date.now() + (picture?.ahead ?? 0) - Date.parse(picture?.server_time);
    if (age >= 0 && age < OLDEST) return picture;
    forgetAllPictures();
  } catch { /* unreadable: as good as none */ }
  return null;
}

export function forgetAllPictures() {
  try {
    for (const name of Object.keys(localStorage)) if (name.startsWith(OURS)) localStorage.removeItem(name);
  } catch { /* nothing was kept */ }
}
