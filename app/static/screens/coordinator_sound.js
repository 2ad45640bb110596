// One short sound when an alarm for level 1 or 2 begins to ring, or a doctor is called for at any level;
// muted for the shift, never for good.
import { Chime } from "../lib/chime.js";
import { t } from "../lib/texts.js";
import { now, shift } from "../lib/time.js";

const KEY = "legevakt.alarms-muted-at";
const SHIFT_AT_MOST = 12 * 3_600_000;
const URGENT = 2;
const button = document.getElementById("sound");
const chime = new Chime({ on: true, changed: () => showSound() });
let mutedHere = 0; // where nothing can be remembered

function mutedAt() {
  try { return Number(localStorage.getItem(KEY)) || mutedHere; } catch { return mutedHere; }
}

function mute(moment) {
  mutedHere = moment;
  try { localStorage.setItem(KEY, String(moment)); } catch { /* then until the page is closed */ }
}

function isMuted() {
  const since = mutedAt();
  return since > 0 && now() - since < SHIFT_AT_MOST && shift(since) === shift(now());
}

export function showSound() {
  const muted = isMuted();
  button.setAttribute("aria-pressed", String(!muted));
  const word = t(muted ? "coordinator.sound_off" : chime.on ? "coordinator.sound_on" : "coordinator.sound_asleep");
  const place = button.querySelector("[data-sound]");
  if (place.textContent !== word) place.textContent = word;
}

// The first press on a page that may not sound yet only wakes it, also when it is awake before the finger is up.
let asleep = true;
for (const touch of ["pointerdown", "keydown"]) button.addEventListener(touch, () => { asleep = !chime.on; });

button.addEventListener("click", () => {
  if (isMuted() || !asleep) mute(isMuted() ? 0 : now());
  showSound();
});

let rung; // what has rung already, by alarm; what rang before the page was opened is no news
function newlyUrgent({ id, level, alarm }) {
  if (!alarm || alarm.taken_by !== null) return null;
  const called = alarm.rules.find((rule) => rule === "doctor" || rule === "limit"); // a doctor is wanted, whatever the level
  if (called) return `${id} ${alarm.since} ${called}`;
  return level !== null && level <= URGENT ? `${id} ${alarm.since}` : null;
}

export function soundFor(rows) {
  const urgent = new Set(rows.map(newlyUrgent).filter(Boolean));
  const news = rung && [...urgent].some((each) => !rung.has(each));
  rung = urgent;
  if (news && !isMuted()) chime.ring();
  return Boolean(news);
}
