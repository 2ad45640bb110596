// The operators' screen: calls and those on the way live, the call one has in its form, today's list fetched on change.
import "../lib/page.js";
import { Keyed } from "../lib/fill.js";
import { newKey, problemText, send, showProblem } from "../lib/form.js";
import { LiveBoard } from "../lib/live.js";
import { t } from "../lib/texts.js";
import { clock, momentOf, now, setServerTime } from "../lib/time.js";
import { CallForm } from "./calls_form.js";
import { callsView } from "./calls_view.js";

const find = (selector) => document.querySelector(selector);
const { socket, unit, staleAfter } = document.body.dataset;
const { board, today: first, me } = JSON.parse(find("#data").textContent);
const live = new LiveBoard({ path: socket, board, staleAfter: Number(staleAfter) });
let today = first;
let closed = ""; // the calls that were open when today's list was fetched

const LISTS = ["waiting", "underway", "expected", "today"];
const keyed = new Map(LISTS.map((name) => [name, new Keyed(find(`#${name}`), find(`template#${name}-row`))]));
const figures = new Keyed(find("#figures"), null);
const items = (lines) => lines.map((view) => ({ key: view.id, view }));
const form = new CallForm({ done: (_, outcome) => { say(t("calls.done", { outcome: t(`calls.outcome_${outcome}`) })); find("#new-caller").focus(); } });
const calls = () => live.extra.calls ?? [];
const callOf = (id) => calls().find((call) => call.id === id);
let chosen = null; // the call of mine that was asked for

function say(text, problem = "") {
  find("#said").textContent = text;
  find("#trouble").textContent = problem;
  find("#trouble").hidden = !problem;
}

function draw() {
  if (live.state === "refused") return;
  const { time } = live;
  const view = callsView({ rows: [...live.rows.values()], calls: calls(), answered: live.extra.answered, today, me }, time);
  figures.show(items(view.figures));
  for (const name of LISTS) {
    keyed.get(name).show(items(view[name]));
    find(`[data-none=${name}]`).hidden = view[name].length > 0;
  }
  const mine = calls().filter((call) => call.operator === me && call.status === "answered");
  const kept = mine.find((call) => call.id === chosen) ?? mine.find((call) => call.id === form.id) ?? mine[0] ?? null;
  form.show(kept, { focus: kept !== null && kept.id === chosen });
  if (kept?.id === chosen) chosen = null;
  form.tick(time);
}

async function fetchToday() {
  const open = calls().map(({ id }) => id).join();
  if (open === closed) return;
  closed = open;
  const answer = await send("GET", `/api/units/${unit}/calls`);
  if (answer.ok) { today = answer.data.today; draw(); }
}

function showState(state) {
  const lost = state === "stale" || state === "refused";
  if (state === "refused") for (const list of keyed.values()) list.container.replaceChildren();
  find("[data-stale-text]").textContent = state === "refused" ? t("calls.signed_out") : lost ? t("calls.stale", { clock: clock(live.trueAt) }) : "";
  find("#stale").hidden = !lost;
  find("#stale [data-sign-in]").hidden = state !== "refused";
  document.body.classList.toggle("stale", lost);
  find("[data-connection-word]").textContent = t(state === "live" ? "live.connected" : lost ? "live.lost" : "live.opening");
  draw();
}

async function post(path, body, more = {}) {
  const answer = await send("POST", path, body, { key: newKey(), ...more });
  if (!answer.ok) say("", problemText(answer.data));
  return answer;
}

const ACTS = {
  take: async (id) => { if ((await post(`/api/calls/${id}/take`)).ok) choose(id); },
  "take-over": async (id) => { if ((await post(`/api/calls/${id}/take-over`)).ok) choose(id); },
  open: (id) => choose(id),
  drop: (id) => post(`/api/calls/${id}/close`, { outcome: "not-reached" }),
  arrive: async (id) => {
    const { name, number } = live.rows.get(id);
    if ((await post(`/api/encounters/${id}/arrive`)).ok) say(t("desk.done_arrive", { name, number }));
  },
  "no-show": async (id) => {
    const { name, version } = live.rows.get(id);
    if ((await post(`/api/encounters/${id}/left`, undefined, { match: `"${version}"` })).ok) say(t("calls.done_no_show", { name }));
  },
};

function choose(id) { chosen = id; draw(); }

find("#main").addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-act]");
  if (!button || button.getAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true");
  say("");
  await ACTS[button.dataset.act](button.closest("[data-id]").dataset.id);
  button.removeAttribute("aria-busy");
});

find("#expected").addEventListener("change", async ({ target }) => {
  if (!target.matches("[data-eta]") || !target.value) return;
  const { id } = target.closest("[data-id]").dataset;
  if ((await post(`/api/encounters/${id}/expected`, { expected_at: momentOf(target.value) })).ok) target.value = "";
});

const hand = find("#by-hand");
let key = newKey();
hand.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { caller, complaint } = hand.elements;
  const answer = await send("POST", `/api/units/${unit}/calls`, { caller: caller.value, complaint: complaint.value }, { key });
  if (answer.status) key = newKey();
  if (!answer.ok) return showProblem(hand, answer.data);
  hand.reset();
  choose(answer.data.id);
});

const KEYS = { s: () => find("#waiting [data-act=take]:not([hidden])")?.click(), n: () => find("#new-caller").focus() };
addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest("input, select, textarea")) return;
  const deed = KEYS[event.key.toLowerCase()];
  if (deed) { event.preventDefault(); deed(); }
});

setServerTime(board.server_time);
live.onchange = () => { draw(); fetchToday(); };
live.onextra = () => { draw(); fetchToday(); };
live.onstate = showState;
live.onversion = () => { if (document.hidden) location.reload(); };
closed = calls().map(({ id }) => id).join();
live.start();
draw();
setInterval(draw, 500);
