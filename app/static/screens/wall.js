// The staff wall: draws the board in place, keeps time, pages the less urgent, and says so when it is cut off.
import { Keyed, fill } from "../lib/fill.js";
import { LiveBoard } from "../lib/live.js";
import { runForYears } from "../lib/long_running.js";
import { boardOrder } from "../lib/board_order.js";
import { clock, duration, minutesBetween, now, setServerTime } from "../lib/time.js";
import { keepPicture, lastPicture } from "../lib/last_picture.js";
import { viewOf } from "../lib/row_cache.js";
import { forgetScreen, keepPage } from "../lib/spare_page.js";
import { t } from "../lib/texts.js";
import { paintByHour } from "../lib/theme.js";
import { density, pageOf } from "./wall_paging.js";
import { gridOf, roomTiles, tilesPage, waitingRows } from "./wall_tiles.js";
import { clockView, partOf, tableClass, wallView } from "./wall_view.js";

const { socket, signIn, spare, names, unit, zone, staleAfter, pageSeconds = "10" } = document.body.dataset;
const find = (selector) => document.querySelector(selector);
const board = JSON.parse(find("#board").textContent);
const alone = !board.epoch; // the page a display keeps: better the last picture, marked as old, than nothing
const { ahead = 0, version = null, ...picture } = (alone && lastPicture(unit)) || {};
Object.assign(board, picture);

const live = new LiveBoard({ path: socket, board, staleAfter: Number(staleAfter), version });
const rows = new Keyed(find("#rows"), find("template#row"));
const tiles = new Keyed(find("#rooms"), find("template#room"));
const parts = [...document.querySelectorAll("header, main h2, main .nobody, footer, #alarm")];
const table = find("#waiting-table");
let turn = 0;

function draw() {
  const { time } = live;
  const all = boardOrder([...live.rows.values()], time);
  const part = partOf(all, board, zone);
  const waiting = waitingRows(part.rows);
  const places = roomTiles(part.rows, part.rooms, time, names);
  const pages = { page: pageOf(waiting, turn), tiles: tilesPage(places, turn) };
  show(rows, waiting.map((row) => ({ key: row.id, view: viewOf(row, time, names) })), pages.page.shown.map(({ id }) => id));
  show(tiles, places.map((tile) => ({ key: tile.key, view: tile })), pages.tiles.shown.map(({ key }) => key));
  style(table, tableClass(board, density(waiting)[1]));
  style(tiles.container, `rooms ${gridOf(places).name}`.trim());
  const view = { ...wallView(part, board, pages, live.missing, time), ...clockView(now()) };
  for (const each of parts) fill(each, view);
  drawBars(part.rooms.length, Number(view.rooms_used));
}

const style = (element, name) => { if (element.className !== name) element.className = name; };

// All are on the page, for who reads without script; those whose turn it is are seen.
function show(list, items, shown) {
  const visible = new Set(shown);
  list.show(items);
  for (const [key, node] of list.nodes) if (node.hidden === visible.has(key)) node.hidden = !visible.has(key);
}

const BARS_AT_MOST = 20;
function drawBars(rooms, used) {
  const bars = find("[data-bars]");
  const wanted = rooms <= BARS_AT_MOST ? rooms : 0;
  if (bars.childElementCount !== wanted) {
    bars.replaceChildren(...Array.from({ length: wanted }, () => document.createElement("i")));
  }
  [...bars.children].forEach((bar, index) => (index >= used ? bar.setAttribute("class", "e") : bar.removeAttribute("class")));
}

// A change shows for a moment, in a few steps; when much changes at once it is the order that tells, not the colour.
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const AT_ONCE = 4;
let flashing = 0;
function flash(changed) {
  if (calm.matches) return;
  const color = getComputedStyle(document.body).getPropertyValue("--accent-soft");
  for (const id of changed) {
    const node = [rows.nodes.get(id), tiles.nodes.get(`p:${id}`)].find((each) => each && !each.hidden);
    if (!node || flashing >= AT_ONCE) continue;
    flashing += 1;
    const parts = node.cells ? [...node.cells] : [node];
    const fades = parts.map((part) => part.animate([{ backgroundColor: color }, {}], { duration: 600, easing: "steps(6)" }));
    fades[0].onfinish = fades[0].oncancel = () => { flashing -= 1; };
  }
}

function showState(state) {
  if (state === "refused") return forgetScreen().then(() => location.assign(signIn));
  const stale = state === "stale";
  const what = live.place.epoch ? t("wall.stale", { clock: clock(live.trueAt) }) : t("wall.stale_nothing");
  find("[data-stale-text]").textContent = stale ? what : "";
  find("#stale").hidden = !stale;
  document.body.classList.toggle("stale", stale);
  find("[data-connection-word]").textContent = t(state === "live" ? "live.connected" : "live.opening");
  draw();
}

function tick() {
  draw();
  paintByHour(now());
  find("#stale time").textContent = clock(now());
  const old = live.state === "stale" && live.place.epoch ? minutesBetween(live.trueAt, now()) : 0;
  find("[data-stale-age]").textContent = old ? t("wall.stale_age", { time: duration(old) }) : "";
  find("[data-connection-age]").textContent = live.state === "live" ? `· ${live.secondsSinceProof} s` : "";
}

setServerTime(alone ? Date.now() + ahead : board.server_time);
live.onextra = (extra) => { Object.assign(board, extra); };
live.onchange = (changed) => { draw(); flash(changed); };
live.onmissing = draw;
live.onstate = showState;
live.onversion = () => location.reload();
if (alone) live.state = "stale";
live.start();
if (alone) showState("stale");
tick();
setInterval(tick, 1000);
if (!spare) forgetScreen(); // somebody's workstation
else if (!alone) addEventListener("load", () => keepPage(spare));
setInterval(() => { if (spare && live.state === "live") keepPicture(unit, live); }, 5000);
setInterval(() => { turn += 1; draw(); }, Number(pageSeconds) * 1000);
runForYears(live);
