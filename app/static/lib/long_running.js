// What a screen needs that is never turned off.
import { clock, now } from "./time.js";

const LOOK = 20_000;
const SHIFT = 300_000;
const PLACES = 4;

// Once a night in the quietest hour, spread over it, so that a screen never runs for weeks on old code. Never into
// nothing: only while the server answers.
function renewAtNight(live) {
  const at = `04:${String(Math.floor(Math.random() * 60)).padStart(2, "0")}`;
  let hasBeenOtherMinute = false;
  return () => {
    const due = clock(now()) === at;
    if (due && hasBeenOtherMinute && live.state === "live") location.reload();
    hasBeenOtherMinute ||= !due;
  };
}

// Against burn-in: the whole picture moves by a pixel or two.
function shiftPixels() {
  const { shift = "0" } = document.body.dataset;
  document.body.dataset.shift = String((Number(shift) + 1) % PLACES);
}

export function runForYears(live) {
  setInterval(renewAtNight(live), LOOK);
  setInterval(shiftPixels, SHIFT);
}
