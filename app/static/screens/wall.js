// The staff wall: draws the board in place, keeps time, pages the less urgent, and says so when it is cut off.
import { Keyed, fill } from "../lib/fill.js";
import { LiveBoard } from "../lib/live.js";
import { boardOrder } from "../lib/board_order.js";
import { clock, now, setServerTime } from "../lib/time.js";
import { forgetPicture, keepPicture, lastPicture } from "../lib/last_picture.js";
import { rowView } from "../lib/row_view.js";
import { t } from "../lib/texts.js";
import { clockView, density, pageOf, roomTiles, waitingRows, wallView } from "./wall_view.js";

const { socket, signIn, names, unit, staleAfter, pageSeconds = "10" } = document.body.dataset;
const find = (selector) => document.querySelector(selector);
const board = JSON.parse(find("#board").textContent);
const saved = board.epoch ? null : lastPicture(unit);
if (saved) Object.assign(board, saved); // a page without data: better the last picture, marked as old, than nothing

const live = new LiveBoard({ path: socket, board, staleAfter: Number(staleAfter) });
const rows = new Keyed(find("#rows"), find("template#row"));
const tiles = new Keyed(find("#rooms"), find("template#room"));
const parts = [...document.querySelectorAll("header, main h2, main .nobody, footer")];
const bars = [...document.querySelectorAll("[data-bars] i")];
let turn = 0;

function draw() {
  const time = live.state === "stale" ? live.trueAt : now();
  const all = boardOrder([...live.rows.values()], time);
  const waiting = waitingRows(all);
  const shown = pageOf(waiting, turn);
  const visible = new Set(shown.rows.map((row) => row.id));
  rows.show(waiting.map((row) => ({ key: row.id, view: rowView(row, time, names) })));
  for (const [id, node] of rows.nodes) if (node.hidden === visible.has(id)) node.hidden = !visible.has(id);
  const places = roomTiles(all, board.rooms, time, names);
  tiles.show(places.map((tile) => ({ key: tile.key, view: tile })));
  const tight = `rooms ${density(places.length)}`.trim();
  if (tiles.container.className !== tight) tiles.container.className = tight;
  const view = { ...wallView(all, board, shown, time), ...clockView(now()) };
  for (const part of parts) fill(part, view);
  bars.forEach((bar, index) => bar.classList.toggle("e", index >= Number(view.rooms_used)));
}

const calm = matchMedia("(prefers-reduced-motion: reduce)");
function flash(changed) {
  if (calm.matches) return;
  const color = getComputedStyle(document.body).getPropertyValue("--accent-soft");
  for (const id of changed) {
    const node = rows.nodes.get(id) ?? tiles.nodes.get(`p:${id}`);
    for (const part of node?.cells ?? (node ? [node] : [])) part.animate([{ backgroundColor: color }, {}], 600);
  }
}

function showState(state) {
  if (state === "refused") {
    forgetPicture(unit);
    location.assign(signIn);
    return;
  }
  const stale = state === "stale";
  find("[data-stale-text]").textContent = stale ? t("wall.stale", { clock: clock(live.trueAt) }) : "";
  find("#stale").hidden = !stale;
  document.body.classList.toggle("stale", stale);
  find("[data-connection-word]").textContent = t(state === "live" ? "live.connected" : "live.opening");
  draw();
}

function tick() {
  draw();
  find("#stale time").textContent = clock(now());
  find("[data-connection-age]").textContent = live.state === "live" ? `· ${live.secondsSinceProof} s` : "";
}

// Once a night in the quietest hour, spread over it, so that a screen never runs for weeks on old code.
const reloadAt = `04:${String(Math.floor(Math.random() * 60)).padStart(2, "0")}`;
let hasBeenOtherMinute = false;
function reloadAtNight() {
  const due = clock(now()) === reloadAt;
  if (due && hasBeenOtherMinute && live.state === "live") location.reload();
  hasBeenOtherMinute ||= !due;
}

let step = 0;
const shiftPixels = () => { step = (step + 1) % 4; document.body.dataset.shift = String(step); };

setServerTime(board.server_time);
live.onfigures = (figures) => { board.figures = figures; };
live.onchange = (changed) => { draw(); flash(changed); };
live.onstate = showState;
live.onversion = () => location.reload();
if (saved) live.state = "stale";
live.start();
if (saved) showState("stale");
tick();
setInterval(tick, 1000);
setInterval(() => { if (live.state === "live") keepPicture(unit, live, board); }, 5000);
setInterval(() => { turn += 1; draw(); }, Number(pageSeconds) * 1000);
setInterval(reloadAtNight, 20_000);
setInterval(shiftPixels, 300_000); // against burn-in
