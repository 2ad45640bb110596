// The board in the waiting room: numbers as they are called, waiting times while they are fresh, and neither longer.
import { Chime } from "../lib/chime.js";
import { Keyed, fill } from "../lib/fill.js";
import { LiveBoard } from "../lib/live.js";
import { runForYears } from "../lib/long_running.js";
import { now, setServerTime } from "../lib/time.js";
import { forgetScreen, keepPage } from "../lib/spare_page.js";
import { paintByHour } from "../lib/theme.js";
import { calls, headView, levelView, pageOf } from "./waiting_room_view.js";

const { socket, signIn, spare, chime: arranged, staleAfter, pageSeconds = "6" } = document.body.dataset;
const find = (selector) => document.querySelector(selector);
const board = JSON.parse(find("#board").textContent);

const live = new LiveBoard({ path: socket, board, staleAfter: Number(staleAfter) });
const chime = new Chime(arranged ? { on: arranged === "on" } : {});
const earlier = new Keyed(find("#earlier"), find("template#call"));
const levels = new Keyed(find("#levels"), find("template#level"));
const parts = [...document.querySelectorAll("header, main h2, #newest, .how")];
const stale = () => live.state === "stale";
let turn = 0;

function draw() {
  live.check(); // a screen that has slept must not show old waiting times as today's
  const called = calls([...live.rows.values()], live.extra, now());
  const page = pageOf(called, turn);
  const view = { ...headView(called, live.extra, now(), stale()), pages: page.pages };
  earlier.show(page.earlier.map((call) => ({ key: call.key, view: call })));
  levels.show(live.extra.waits.map(levelView).map((level) => ({ key: level.key, view: level })));
  for (const part of parts) fill(part, view);
  find("#fresh").hidden = view.stale;
  find("#stale").hidden = view.fresh;
}

// Only what is called while we look on: a screen that starts or comes back does not ring for old calls.
let heard = new Map();
function ringForNew(changed) {
  const before = heard;
  heard = new Map([...live.rows.values()].map((row) => [row.id, row.called_at]));
  const isNew = (id) => heard.get(id) && before.has(id) && heard.get(id) !== before.get(id);
  if (live.state === "live" && [...changed].some(isNew)) chime.ring();
}

const alone = !board.epoch; // the page a display keeps: it knows nothing, and says to listen
setServerTime(alone ? Date.now() : board.server_time);
live.onchange = (changed) => { ringForNew(changed); draw(); };
live.onextra = draw;
live.onstate = (state) => (state === "refused" ? forgetScreen().then(() => location.assign(signIn)) : draw());
live.onversion = () => location.reload();
ringForNew(new Set());
if (alone) live.state = "stale";
live.start();
if (!spare) forgetScreen(); // somebody's workstation
else if (!alone) addEventListener("load", () => keepPage(spare));
draw();
setInterval(() => { draw(); paintByHour(now()); }, 1000);
setInterval(() => { turn += 1; draw(); }, Number(pageSeconds) * 1000);
runForYears(live);
