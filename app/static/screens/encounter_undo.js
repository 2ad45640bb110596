// How long the signature can still be taken back; the button goes when the time is over.
import { now } from "../lib/time.js";
import { t } from "../lib/texts.js";
import { data } from "./encounter_state.js";

export function countDown(button, place) {
  if (!button) return;
  const until = Date.parse(data.undo_until);
  const timer = setInterval(() => {
    const seconds = Math.ceil((until - now()) / 1000);
    if (seconds > 0) place.textContent = t("encounter.script.undo_left", { seconds });
    else { clearInterval(timer); button.remove(); }
  }, 500);
}
