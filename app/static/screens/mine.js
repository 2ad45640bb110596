// A doctor's own lists: drawn anew when something happens on the ward; J and K move, and the way out says what is left.
import { leave } from "../lib/page.js";
import { newKey, problemText, send } from "../lib/form.js";
import { LiveBoard } from "../lib/live.js";
import { refresh } from "../lib/parts.js";
import { t } from "../lib/texts.js";

const { socket, signIn, staleAfter } = document.body.dataset;
const sign = document.querySelector("[data-connection-word]");
const live = new LiveBoard({
  path: socket, board: JSON.parse(document.getElementById("board").textContent), staleAfter: Number(staleAfter),
});
live.onchange = () => refresh();
live.onstate = (state) => {
  sign.textContent = t(state === "live" ? "live.connected" : state === "stale" ? "live.lost" : "live.opening");
  document.body.classList.toggle("stale", state === "stale");
  if (state === "refused") location.assign(signIn);
};
live.start();

const lines = () => [...document.querySelectorAll(".lines a:not(.btn)")];
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || !/^[jk]$/i.test(event.key)) return;
  const all = lines();
  const at = all.indexOf(document.activeElement);
  const next = at < 0 ? 0 : at + (event.key.toLowerCase() === "j" ? 1 : -1);
  all[Math.max(0, Math.min(all.length - 1, next))]?.focus();
});

const key = newKey();
document.querySelector("main").addEventListener("click", async ({ target }) => {
  if (target.closest("[data-leave]")) return leave();
  const address = target.closest("[data-sign]")?.dataset.sign;
  if (!address) return;
  const answer = await send("POST", address, {}, { key: `${key}${address}`.slice(-200) });
  if (answer.ok) return refresh();
  const problem = document.getElementById("problem");
  problem.textContent = problemText(answer.data);
  problem.hidden = false;
  problem.focus();
});
document.getElementById("leaving")?.focus();
