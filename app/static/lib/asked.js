// Who asks this doctor to take over: shown on every page, at once where the page hears from the ward, else within seconds.
import { newKey, problemText, send } from "./form.js";

const EVERY = 5000;
const place = document.getElementById("asked");
const keys = new Map();
let shown = "";

async function look() {
  if (document.visibilityState === "hidden" || place.contains(document.activeElement)) return;
  const answer = await fetch(`${place.dataset.from}?language=${document.documentElement.lang}`, { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok || answer.redirected) return; // signed out, or no line: the page says so itself
  const drawn = await answer.text();
  if (drawn === shown || place.contains(document.activeElement)) return;
  shown = drawn;
  place.replaceChildren(...new DOMParser().parseFromString(drawn, "text/html").body.childNodes);
}

async function reply({ target }) {
  const how = target.closest("[data-answer]")?.dataset.answer;
  const line = target.closest("[data-proposal]");
  if (!how) return;
  const address = `${line.dataset.proposal}/${how}`;
  if (!keys.has(address)) keys.set(address, newKey());
  const answer = await send("POST", address, {}, { key: keys.get(address) });
  if (answer.ok && how === "confirm") return location.assign(line.dataset.to);
  target.blur();
  if (answer.ok) return look();
  const problem = line.querySelector("[role=alert]");
  problem.textContent = problemText(answer.data);
  problem.hidden = false;
}

if (place) {
  place.addEventListener("click", reply);
  document.addEventListener("ward-news", look);
  addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.key.toLowerCase() !== "o") return;
    event.preventDefault();
    place.querySelector("button")?.focus();
  });
  setInterval(look, EVERY);
  look();
}
