// What every workstation page has: the clock, and the way out.
import { send } from "./form.js";
import { clock, now, setServerTime } from "./time.js";
import { lastWords } from "./unlock.js";
import "./asked.js";

const { serverTime, language } = document.body.dataset;
if (serverTime) setServerTime(serverTime);

const face = document.querySelector(".appbar .clock");
function tick() {
  const text = clock(now());
  if (face && face.textContent !== text) face.textContent = text;
}
setInterval(tick, 1000);

// Really out, whatever is left.
export async function leave() {
  await lastWords();
  document.dispatchEvent(new Event("signing-out"));
  const ended = await send("POST", "/api/sign-out");
  location.assign(ended.data?.go_on ?? "/login"); // who came by HelseID leaves it too: the next one here is somebody else
}

// A doctor who goes is told first whom and what they leave behind.
async function leavesSomething(mine) {
  if (!mine) return false;
  const answer = await send("GET", `/api${mine}`);
  return answer.ok && answer.data.patients.length + answer.data.unsigned.length > 0;
}

document.querySelector("[data-sign-out]")?.addEventListener("click", async () => {
  await lastWords();
  const { mine } = document.getElementById("asked")?.dataset ?? {};
  if (await leavesSomething(mine)) location.assign(`${mine}?leaving=true`);
  else leave();
});

addEventListener("keydown", async (event) => {
  const { mine } = document.getElementById("asked")?.dataset ?? {};
  if (!mine || !event.altKey || event.ctrlKey || event.key.toLowerCase() !== "p") return;
  event.preventDefault();
  await lastWords();
  location.assign(mine);
});

// The menu of what is seldom needed is gone when one looks elsewhere.
const menu = document.querySelector(".appbar .menu");
document.addEventListener("click", ({ target }) => { if (menu?.open && !menu.contains(target)) menu.open = false; });
menu?.addEventListener("keydown", ({ key }) => { if (key === "Escape") { menu.open = false; menu.querySelector("summary").focus(); } });

export const decimalMark = language === "en" ? "." : ",";
