// The coordinator: rows live from the board, what is reckoned from them fetched anew when something has changed.
import "../lib/page.js";
import { Keyed } from "../lib/fill.js";
import { send } from "../lib/form.js";
import { LiveBoard } from "../lib/live.js";
import { t } from "../lib/texts.js";
import { clock, now, setServerTime, shift } from "../lib/time.js";
import { confirmLevel, say, takeAlarm, tryCallBack } from "./coordinator_acts.js";
import { showSound, soundFor } from "./coordinator_sound.js";
import { coordinatorView, waitingOf } from "./coordinator_view.js";

const SOON = 400; // changes that come together are asked about once
const APART = 3000; // and never more often than this
const AGAIN = 15_000; // the forecast moves with the clock
const find = (selector) => document.querySelector(selector);
const { socket, signIn, staleAfter, overview: path } = document.body.dataset;
const { board, overview: first } = JSON.parse(find("#data").textContent);
const live = new LiveBoard({ path: socket, board, staleAfter: Number(staleAfter) });
let overview = first;
let fetchedAt = Date.parse(board.server_time);

const LISTS = ["alarms", "waiting", "tasks", "soon", "doctors", "rooms", "rules"];
const keyed = new Map(LISTS.map((name) => [name, new Keyed(find(`#${name}`), find(`template#${name}-row`))]));
const figures = new Keyed(find("#figures"), null);
const items = (lines) => lines.map((view) => ({ key: view.id, view }));

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function draw() {
  if (live.state === "refused") return;
  const { time } = live;
  const rows = [...live.rows.values()];
  const view = coordinatorView(rows, live.extra.rooms ?? [], overview, time);
  figures.show(items(view.figures));
  for (const name of LISTS) {
    const next = keepPlace(name, view[name]);
    keyed.get(name).show(items(view[name]));
    next?.();
    find(`[data-none=${name}]`).hidden = view[name].length > 0;
    const table = find(`#${name}-table`);
    if (table) table.hidden = view[name].length === 0;
  }
  write(find("[data-shift]"), t(shift(time)));
  showSound();
}

// Whoever has just taken an alarm by key goes on to the next, and is not thrown to the top of the page.
function keepPlace(name, lines) {
  const list = keyed.get(name);
  const held = list.container.contains(document.activeElement) ? document.activeElement.closest("[data-id]") : null;
  if (!held || lines.some(({ id }) => id === held.dataset.id)) return null;
  const following = held.nextElementSibling ?? held.previousElementSibling;
  return () => (following?.isConnected ? following.querySelector(".who, button")?.focus() : find("#main").focus());
}

let timer = 0;
let asked = -Infinity;
let again = false; // something changed while we asked
function refresh(wait = SOON) {
  again = true;
  if (timer || live.state === "refused") return;
  timer = setTimeout(fetchOverview, Math.max(wait, asked + APART - performance.now()));
}

async function fetchOverview() {
  asked = performance.now();
  again = false;
  const answer = await send("GET", path);
  timer = 0;
  if (again) refresh();
  if (answer.status === 401) return showState("refused");
  if (!answer.ok) return;
  overview = answer.data;
  fetchedAt = now();
  draw();
}

function showState(state) {
  const lost = state === "stale" || state === "refused";
  if (state === "refused") for (const list of keyed.values()) list.container.replaceChildren();
  write(find("[data-stale-text]"), state === "refused" ? t("coordinator.signed_out") : lost ? staleText() : "");
  find("#stale").hidden = !lost;
  find("#stale [data-sign-in]").hidden = state !== "refused";
  document.body.classList.toggle("stale", lost);
  write(find("[data-connection-word]"), t(state === "live" ? "live.connected" : lost ? "live.lost" : "live.opening"));
  if (state === "live") refresh();
  if (state !== "refused") draw();
}

function staleText() {
  const old = live.trueAt - fetchedAt > 60_000 ? ` ${t("coordinator.overview_old", { clock: clock(fetchedAt) })}` : "";
  return t("coordinator.stale", { clock: clock(live.trueAt) }) + old;
}

async function once(button, deed) {
  if (!button || button.hidden || button.getAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true");
  say("");
  await deed();
  button.removeAttribute("aria-busy");
  refresh(0);
}

function act(button) {
  const { id } = button.closest("[data-id]").dataset;
  if (button.dataset.result) return once(button, () => tryCallBack(overview.tasks.find((task) => task.id === id), button.dataset.result));
  const deed = button.dataset.act === "take-alarm" ? takeAlarm : confirmLevel;
  return once(button, () => deed(live.rows.get(id)));
}

find("#main").addEventListener("click", ({ target }) => {
  const button = target.closest("[data-act], [data-result]");
  if (button) act(button);
});

const rowAt = () => document.activeElement?.closest("#alarms > tr, #waiting > tr");
function step(by) {
  const all = [...document.querySelectorAll("#alarms > tr, #waiting > tr")];
  const here = all.indexOf(rowAt());
  all[Math.min(all.length - 1, Math.max(0, here < 0 ? 0 : here + by))]?.querySelector(".who").focus();
}

const alarmOf = (row) => row && keyed.get("alarms").nodes.get(row.dataset.id)?.querySelector("[data-act=take-alarm]:not([hidden])");
const KEYS = { j: () => step(1), k: () => step(-1), a: () => (rowAt() ? alarmOf(rowAt()) && act(alarmOf(rowAt())) : find("[data-act=take-alarm]:not([hidden])")?.focus()) };
addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest("input, select, textarea")) return;
  const key = KEYS[event.key.toLowerCase()];
  if (key) { event.preventDefault(); key(); }
});

function showMissing(number) {
  write(find("#missing"), number ? t("coordinator.missing", { number }) : "");
  find("#missing").hidden = number === 0;
}

setServerTime(board.server_time);
live.onchange = () => { soundFor(waitingOf([...live.rows.values()])); draw(); refresh(); };
live.onextra = draw;
live.onstate = showState;
live.onmissing = showMissing;
live.onversion = () => { if (document.hidden) location.reload(); };
soundFor(waitingOf(board.rows));
live.start();
draw();
setInterval(draw, 1000);
setInterval(() => refresh(0), AGAIN);
