// The page hangs on two lines, the queue's and the record's: what it says of itself is the worse of them.
import { t } from "../lib/texts.js";

const ORDER = ["live", "opening", "stale", "refused"];
const WORDS = { live: "live.connected", opening: "live.opening", stale: "live.lost", refused: "live.signed_out" };
const states = new Map();
const sign = document.querySelector("[data-connection-word]");

export function lineIs(name, state) {
  states.set(name, state);
  const worst = [...states.values()].sort((a, b) => ORDER.indexOf(b) - ORDER.indexOf(a))[0];
  sign.textContent = t(WORDS[worst]);
  document.body.classList.toggle("stale", worst === "stale" || worst === "refused");
}
