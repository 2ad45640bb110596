// The desk: check in, and everybody who is here on one live list, where all that is common is done in place.
import "../lib/page.js";
import { LiveBoard } from "../lib/live.js";
import { clock, duration, minutesBetween, now, setServerTime } from "../lib/time.js";
import { t } from "../lib/texts.js";
import { Acts, DEEDS } from "./desk_acts.js";
import { isTyping } from "./desk_arrival.js";
import { QUESTIONS, asked } from "./desk_filter.js";
import { startKeys } from "./desk_keys.js";
import { DeskList } from "./desk_list.js";
import { askLeaving, startMenu } from "./desk_menu.js";
import { RoomChoices } from "./desk_rooms.js";

const find = (selector) => document.querySelector(selector);
const { socket, signIn, staleAfter } = document.body.dataset;
const may = new Set(document.body.dataset.may.split(" "));
const board = JSON.parse(find("#board").textContent);
const live = new LiveBoard({ path: socket, board, staleAfter: Number(staleAfter) });
const list = new DeskList(find("#rows"), find("template#row"), find(".scroll"));
const acts = new Acts(live, list);
const rooms = new RoomChoices(find("#rows"), find("template#row"));
const filter = find("#filter");

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function draw() {
  if (live.state === "refused") return;
  const { time } = live;
  const rows = [...live.rows.values()];
  const shown = list.draw(rows, time, asked(filter));
  for (const [name, fits] of Object.entries(QUESTIONS)) {
    write(filter.querySelector(`[data-count=${name}]`), String(rows.filter((row) => fits(row, time)).length));
  }
  find("#nobody").hidden = rows.length > 0;
  find("#none-fits").hidden = rows.length === 0 || shown > 0;
  const old = live.state === "stale" ? minutesBetween(live.trueAt, now()) : 0;
  write(find("[data-stale-age]"), old ? t("desk.stale_age", { time: duration(old) }) : "");
}

function showState(state) {
  const lost = state === "stale" || state === "refused";
  if (state === "refused" && !isTyping()) return location.assign(signIn);
  if (state === "refused") find("#rows").replaceChildren(); // signed out: what was typed stays, patients do not
  const said = state === "refused" ? t("desk.signed_out") : t("desk.stale", { clock: clock(live.trueAt) });
  write(find("[data-stale-text]"), lost ? said : "");
  find("#stale").hidden = !lost;
  find("#sign-in-again").hidden = state !== "refused";
  document.body.classList.toggle("stale", lost);
  write(find("[data-connection-word]"), t(state === "live" ? "live.connected" : lost ? "live.lost" : "live.opening"));
  draw();
}

function showMissing(number) {
  write(find("#missing"), number === 1 ? t("desk.missing_one") : t("desk.missing", { number }));
  find("#missing").hidden = number === 0;
}

const open = (id, selector) => list.node(id)?.querySelector(selector)?.click();
const PLACES = { measure: "#measuring", ticket: "/ticket" };
const HERE = new Set(["triage", ...Object.keys(PLACES)]); // for those who have come
const can = (row, deed) => may.has(deed) && (DEEDS[deed]?.can(row) ?? (HERE.has(deed) ? row.status !== "planned" : true));

async function choose(id, deed) {
  const row = live.rows.get(id);
  if (!row || !may.has(deed)) return;
  if (deed === "open") return open(id, ".who");
  if (deed === "triage") return can(row, deed) && open(id, ".triage");
  if (PLACES[deed]) return can(row, deed) && location.assign(`/encounters/${id}${PLACES[deed]}`);
  if (deed === "place") return openPlaces(list.node(id).querySelector("select"));
  if (deed === "left" && can(row, deed) && !(await askLeaving(row, acts.basedOn()))) return;
  await acts.act(id, deed);
}

// An arrow key on a closed list of rooms would move the patient at once, room by room: it opens the list instead.
function openPlaces(select) {
  select.focus();
  select.showPicker?.();
}

const showMenu = startMenu({ can, choose });

find("#rows").addEventListener("click", async (event) => {
  if (list.slippedAway(event)) {
    event.preventDefault();
    return acts.say(t("desk.slipped"));
  }
  const button = event.target.closest("button[data-act]");
  if (!button || button.getAttribute("aria-busy")) return;
  const { id } = button.closest("tr").dataset;
  if (button.dataset.act === "more") return showMenu(live.rows.get(id), button);
  button.setAttribute("aria-busy", "true");
  await choose(id, button.dataset.act);
  button.removeAttribute("aria-busy");
});

find("#rows").addEventListener("keydown", (event) => {
  if (!event.target.matches("select") || event.key === "Tab" || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  if (event.key !== "Escape" && event.key !== "Shift") openPlaces(event.target);
});

find("#rows").addEventListener("change", async ({ target }) => {
  const { id } = target.closest("tr").dataset;
  target.setAttribute("aria-busy", "true");
  const done = await acts.act(id, "place", { place: target.value || null });
  target.removeAttribute("aria-busy");
  if (!done) showPlace(target);
});

const showPlace = (select) => { select.value = live.rows.get(select.closest("tr").dataset.id)?.place ?? ""; };

const onRow = (deed) => () => list.at && choose(list.at, deed);
startKeys({
  j: () => list.step(1), k: () => list.step(-1),
  t: onRow("triage"), v: onRow("measure"), s: onRow("seen"), r: onRow("place"), c: onRow("call"), m: onRow("take"), b: onRow("confirm-level"), l: onRow("ticket"),
  a: () => onRow(live.rows.get(list.at)?.status === "planned" ? "arrive" : "take-alarm")(),
  g: onRow("left"), n: () => find("#called")?.focus(), "/": () => find("#words").focus(), "?": () => find("#keys").showModal(),
});

filter.addEventListener("input", draw);
filter.addEventListener("submit", (event) => event.preventDefault());
find("#rows").addEventListener("focusout", ({ target }) => {
  if (target.matches("select:not([aria-busy])")) showPlace(target); // a colleague may have moved the patient meanwhile
  requestAnimationFrame(draw); // the row that only focus kept may go
});

// Never away from somebody: other code is fetched when nobody types, asks or looks.
let outdated = false;
function renew() {
  if (outdated && document.hidden && !isTyping() && !find("dialog[open]")) location.reload();
}

setServerTime(board.server_time);
live.onchange = draw;
live.onstate = showState;
live.onextra = (extra, learned) => { if (learned.has("rooms")) rooms.show(extra.rooms); };
live.onmissing = showMissing;
live.onversion = () => { outdated = true; };
document.addEventListener("visibilitychange", renew);
live.start();
draw();
setInterval(draw, 1000);
