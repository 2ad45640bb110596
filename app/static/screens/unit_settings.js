// Rooms and zones: lines are added, moved and taken away here; nothing is changed in the ward before it is saved.
import "../lib/page.js";
import { newKey, problemText, send } from "../lib/form.js";
import { clock, now } from "../lib/time.js";
import { t } from "../lib/texts.js";
import { arrangementOf, complainBeside, emptyNames, forgetComplaints, sayBeside, uncovered } from "./unit_settings_form.js";

const find = (selector) => document.querySelector(selector);
const form = find("#settings");
const { path, unit, signIn } = document.body.dataset;
const { ranks } = JSON.parse(find("#known").textContent);
const LISTS = { room: find("#rooms"), desk: find("#desks"), zone: find("#zones") };
let { version } = document.body.dataset;
let key = newKey();
let saved = JSON.stringify(arrangementOf(form));
const isChanged = () => JSON.stringify(arrangementOf(form)) !== saved;

function add(what) {
  const node = find(`template#${what}`).content.firstElementChild.cloneNode(true);
  if (what === "zone") node.dataset.zone = `sone-${newKey().slice(0, 6)}`;
  LISTS[what].append(node);
  follow();
  return node;
}

// What depends on other lines: the zones a room can be in, and who would be on no wall.
function follow() {
  const { zones, ...rest } = arrangementOf(form);
  for (const select of document.querySelectorAll("[name=room_zone]")) {
    const chosen = select.value;
    const [everywhere] = select.options;
    select.replaceChildren(everywhere, ...zones.map(({ id, name }) => new Option(name || t("unit.script.unnamed"), id)));
    select.value = zones.some(({ id }) => id === chosen) ? chosen : "";
    select.hidden = zones.length === 0;
  }
  const levels = uncovered({ zones, ...rest }, ranks).map((rank) => t(`level.${rank}`)).join(", ");
  const said = levels ? t("unit.script.uncovered", { levels }) : "";
  if (find("#uncovered").textContent !== said) find("#uncovered").textContent = said;
}

function say(text, problem = "") {
  find("#done").textContent = text;
  const place = find("[data-form-error]");
  place.textContent = problem;
  place.hidden = !problem;
}

const ACTS = {
  up: (line) => line.previousElementSibling?.before(line),
  down: (line) => line.nextElementSibling?.after(line),
  remove: (line) => takeAway(line),
  "remove-zone": (_, block) => takeAway(block),
};

function takeAway(node) {
  const next = node.nextElementSibling ?? node.previousElementSibling;
  const last = node.closest(".card").querySelector("[data-add]");
  node.remove();
  (next?.querySelector("input") ?? last).focus();
}

form.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (button?.dataset.add) return add(button.dataset.add).querySelector("input").focus();
  if (!button?.dataset.act) return;
  ACTS[button.dataset.act](button.closest(".line"), button.closest(".zone"));
  if (button.isConnected) button.focus();
  follow();
});
form.addEventListener("input", () => { say(""); follow(); });

// Enter in a list of names is the next name, not the end of the work.
form.addEventListener("keydown", (event) => {
  const what = event.target.name;
  if (event.key !== "Enter" || !(what in LISTS) || event.ctrlKey) return;
  event.preventDefault();
  const line = event.target.closest("li");
  const next = what === "zone" ? null : line.nextElementSibling ?? add(what);
  (next ?? line).querySelector("input").focus();
});

// A room that cannot go yet comes back where its patients are told of.
function bringBack(rooms) {
  const before = JSON.parse(saved);
  for (const name of rooms) {
    const line = add("room");
    line.querySelector("input").value = name;
    const zone = before.zones.find((each) => each.rooms.includes(name))?.id ?? "";
    if (find(`[data-zone="${CSS.escape(zone)}"]`)) line.querySelector("select").value = zone;
  }
  follow();
}

function refused(problem) {
  if (problem.code === "not-signed-in") return location.assign(signIn);
  if (problem.code === "room-in-use") bringBack(problem.rooms);
  find("#reload").hidden = problem.code !== "stale";
  if (complainBeside(form, problem)) return say("");
  say("", problemText(problem));
  if (problem.code === "waiting-room-without-zone") return find("#zones input[name=waiting]")?.focus();
  find("[data-form-error]").focus();
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  forgetComplaints(form);
  const empty = emptyNames(form);
  for (const input of empty) sayBeside(input, { code: "field-required" });
  if (empty.length) return empty[0].focus();
  const body = arrangementOf(form);
  const answer = await send("PUT", path, body, { key, match: `"${version}"` });
  if (answer.status) key = newKey();
  if (!answer.ok) return refused(answer.data);
  version = String(answer.data.version);
  saved = JSON.stringify(body);
  for (const zone of body.zones) {
    const link = find(`[data-zone="${zone.id}"] [data-wall]`);
    link.href = `/wall/${unit}?zone=${zone.id}`;
    link.hidden = false;
  }
  say(t("unit.script.saved", { clock: clock(now()) }));
});

find("#reload").addEventListener("click", () => { saved = JSON.stringify(arrangementOf(form)); location.reload(); });
addEventListener("beforeunload", (event) => { if (isChanged()) event.preventDefault(); });
follow();
