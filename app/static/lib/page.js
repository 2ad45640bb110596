// What every workstation page has: the clock, and the way out.
import { send } from "./form.js";
import { clock, now, setServerTime } from "./time.js";
import { lastWords } from "./unlock.js";

const { serverTime, language } = document.body.dataset;
if (serverTime) setServerTime(serverTime);

const face = document.querySelector(".appbar .clock");
function tick() {
  const text = clock(now());
  if (face && face.textContent !== text) face.textContent = text;
}
setInterval(tick, 1000);

document.querySelector("[data-sign-out]")?.addEventListener("click", async () => {
  await lastWords();
  document.dispatchEvent(new Event("signing-out"));
  const ended = await send("POST", "/api/sign-out");
  location.assign(ended.data?.go_on ?? "/login"); // who came by HelseID leaves it too: the next one here is somebody else
});

export const decimalMark = language === "en" ? "." : ",";
