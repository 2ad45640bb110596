// A screen nobody knows yet: shows its code, asks whether it was approved, and goes to its place when it was.
import { newKey, send } from "../lib/form.js";
import { forgetScreen } from "../lib/spare_page.js";
import { t } from "../lib/texts.js";

const KEPT = "legevakt.pairing";
const PLACES = { display: "wall", "waiting-room-display": "waiting-room" };
const find = (selector) => document.querySelector(selector);
const { pause = "3000" } = document.body.dataset;

// {code, secret, key, expires}; kept over a power cut, so that the code somebody is typing stays good.
function kept() {
  try { return JSON.parse(localStorage.getItem(KEPT)); } catch { return null; }
}
function keep(value) {
  pairing = value;
  try {
    if (value) localStorage.setItem(KEPT, JSON.stringify(value));
    else localStorage.removeItem(KEPT);
  } catch { /* then it lives as long as the page */ }
}
let pairing = kept();
let state = "opening";

function write(selector, text) {
  const element = find(selector);
  if (element.textContent !== text) element.textContent = text;
}

function draw(next = state) {
  state = next;
  document.body.dataset.state = state;
  const left = pairing ? pairing.expires - Date.now() : 0;
  const { code } = pairing ?? {};
  write("[data-code]", left > 0 ? `${code.slice(0, 4)}-${code.slice(4)}` : "····-····");
  write("[data-said]", t(`pairing.${state}`));
  write("[data-left]", state === "waiting" && left > 0 ? t("pairing.renewed", { minutes: Math.ceil(left / 60_000) }) : "");
}

// The browser holds the token now, or held it all along while the service was away: then there is a place to go to.
async function atHome() {
  const answer = await send("GET", "/api/me");
  const place = PLACES[answer.data?.role];
  if (answer.ok && place) location.replace(`/${place}/${answer.data.unit}`);
  return { here: Boolean(answer.ok && place), known: answer.status === 200 || answer.status === 401 };
}

async function open() {
  const { here, known } = await atHome();
  if (here) return draw("approved");
  if (!known) return draw("offline");
  const answer = await send("POST", "/api/displays/pairings", {}, { key: newKey() });
  if (!answer.ok) return draw(answer.data.code === "too-many-pairings" ? "full" : "offline");
  const { code, secret, expires_in: seconds } = answer.data;
  keep({ code, secret, key: newKey(), expires: Date.now() + seconds * 1000 });
  draw("waiting");
}

async function ask() {
  const { secret, key } = pairing;
  const answer = await send("POST", "/api/displays/pairings/claim", { secret }, { key });
  if (answer.status === 202) return draw("waiting");
  if (answer.ok) {
    keep(null);
    draw("approved");
    return arrive();
  }
  if (answer.status !== 404 && answer.status !== 409) return draw("offline");
  keep(null); // it waits for nothing any more
  return open();
}

async function arrive() {
  const { here, known } = await atHome();
  if (!here && known) draw("unkept"); // a browser keeps such cookies only over HTTPS
  if (!here && !known) setTimeout(arrive, Number(pause));
}

async function goOn() {
  await (pairing ? ask() : open());
  if (state === "approved" || state === "unkept") return;
  setTimeout(goOn, Number(pause) * (0.8 + 0.4 * Math.random()));
}

forgetScreen(); // whoever comes here is no wall (any more)
const [before, after] = t("pairing.step_open", { address: location.host }).split(location.host);
find("[data-before]").textContent = before;
find("[data-address]").textContent = location.host;
find("[data-after]").textContent = after;
draw();
goOn();
setInterval(draw, 1000);
