// The unit's screens: a new one is approved by its code; those that hang are seen, changed and taken down.
import "../lib/page.js";
import { Keyed } from "../lib/fill.js";
import { clearProblem, newKey, problemText, send, showProblem } from "../lib/form.js";
import { clock, now } from "../lib/time.js";
import { t } from "../lib/texts.js";
import { line } from "./displays_view.js";

const find = (selector) => document.querySelector(selector);
const { path, signIn, pause = "5000" } = document.body.dataset;
const { zones, ...first } = JSON.parse(find("#displays").textContent);
const rows = new Keyed(find("#rows"), find("template#row"));
let displays = first.displays;
let fresh = Date.parse(first.server_time);

function draw() {
  rows.show(displays.map((each) => ({ key: each.id, view: line(each, now(), zones) })));
  find("#nobody").hidden = displays.length > 0;
  const total = String(displays.length);
  if (find("[data-total]").textContent !== total) find("[data-total]").textContent = total;
}

function say(text) {
  find("#done").textContent = text;
  if (text) find("#done").scrollIntoView({ block: "nearest" });
}

async function refresh() {
  const answer = await send("GET", path);
  if (answer.status === 401 || answer.status === 403) {
    clearInterval(looking); // on the way to the door; knocking again would begin the way anew
    return location.assign(signIn);
  }
  const offline = answer.ok ? "" : t("displays.offline", { clock: clock(fresh) });
  if (find("#offline").textContent !== offline) find("#offline").textContent = offline;
  if (!answer.ok) return;
  ({ displays } = answer.data);
  fresh = Date.parse(answer.data.server_time);
  draw();
}

// Names and zones are a matter of walls; a waiting room shows neither, and is the only one that sounds.
function fit(form) {
  const wall = form.elements.kind.value === "wall";
  for (const part of form.querySelectorAll("[data-walls-only]")) part.hidden = !wall;
  for (const part of form.querySelectorAll("[data-waiting-rooms-only]")) part.hidden = wall;
}

function settingsOf(form) {
  const { name, kind, names, zone, theme, chime } = form.elements;
  const sounds = kind.value === "waiting-room" && chime.value === "on";
  return { name: name.value.trim(), kind: kind.value, names: names.value, zone: zone?.value || null, theme: theme.value, chime: sounds };
}

function fillIn(form, display) {
  const { name, zone, ...choices } = display;
  form.elements.name.value = name;
  if (form.elements.zone) form.elements.zone.value = zones.some(({ id }) => id === zone) ? zone : "";
  for (const field of ["kind", "names", "theme"]) form.elements[field].value = choices[field];
  form.elements.chime.value = choices.chime ? "on" : "off";
  fit(form);
}

const missing = (form, fields) => fields.find((name) => !form.elements[name].value.trim());

const add = find("#add");
let key = newKey();
add.addEventListener("change", ({ target }) => {
  if (target.name === "kind") add.elements.theme.value = target.value === "waiting-room" ? "light" : "dark";
  fit(add);
});
add.addEventListener("submit", async (event) => {
  event.preventDefault();
  const field = missing(add, ["code", "name"]);
  if (field) return showProblem(add, { code: "field-required", field });
  clearProblem(add);
  const answer = await send("POST", path, { code: add.elements.code.value, ...settingsOf(add) }, { key });
  if (answer.status) key = newKey();
  if (!answer.ok) return showProblem(add, answer.data);
  add.reset();
  fit(add);
  say(t("displays.approved", { name: answer.data.name }));
  add.elements.code.focus();
  await refresh();
});

// One dialog at a time, about one screen, which it names.
let chosen = null;
function ask(dialog, display) {
  chosen = { display, key: newKey() };
  clearProblem(dialog.querySelector("form"));
  dialog.showModal();
}

const change = find("#change");
const changing = change.querySelector("form");
changing.addEventListener("change", () => fit(changing));
changing.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (missing(changing, ["name"])) return showProblem(changing, { code: "field-required", field: "name" });
  clearProblem(changing);
  const { display } = chosen;
  const answer = await send("PUT", `${path}/${display.id}`, settingsOf(changing), { key: chosen.key, match: `"${display.version}"` });
  if (answer.status) chosen.key = newKey();
  await settled(answer, change, "displays.saved");
});

const revoke = find("#revoke");
revoke.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const answer = await send("POST", `${path}/${chosen.display.id}/revoke`, undefined, { key: chosen.key });
  await settled(answer, revoke, "displays.revoked");
});

async function settled(answer, dialog, done) {
  if (!answer.ok && answer.data.code !== "not-found") {
    if (answer.data.current) {
      chosen.display = answer.data.current; // what a colleague chose meanwhile is shown before it is overwritten
      fillIn(changing, chosen.display);
    }
    return showProblem(dialog.querySelector("form"), answer.data);
  }
  dialog.close();
  say(answer.ok ? t(done, { name: answer.data.name }) : problemText(answer.data));
  await refresh();
}

find("#rows").addEventListener("click", ({ target }) => {
  const act = target.closest("button[data-act]")?.dataset.act;
  if (!act) return;
  const display = displays.find(({ id }) => id === target.closest("tr").dataset.id);
  const { name } = display;
  say("");
  if (act === "change") {
    find("#change-title").textContent = t("displays.change_title", { name });
    fillIn(changing, display);
    return ask(change, display);
  }
  find("#revoke-title").textContent = t("displays.revoke_title", { name });
  find("[data-revoke-go]").textContent = t("displays.revoke_go", { name });
  ask(revoke, display);
});
for (const dialog of [change, revoke]) dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());

find("[data-explain]").textContent = t("displays.explain", { address: `${location.host}/pair` });
fit(add);
draw();
const looking = setInterval(refresh, Number(pause));
