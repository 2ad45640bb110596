// The page while it is open: what a colleague does is drawn where it stands, who else is here and where they write is
// said, and nothing that is being typed is touched.
import { LiveRecord } from "../lib/live_record.js";
import { refresh, someWait } from "../lib/parts.js";
import { t } from "../lib/texts.js";
import { lineIs } from "./encounter_line.js";
import { draftStands, saveNow } from "./encounter_draft.js";
import { data, form, learnPage } from "./encounter_state.js";

const { parts, staleAfter } = document.body.dataset;
const here = document.getElementById("here");
const moved = document.getElementById("moved");
const labels = () => document.querySelectorAll("#note label[for], #order-form label[for]");

async function look() {
  const drawn = await refresh(null, parts, { gently: true });
  if (!drawn) return null;
  const next = JSON.parse(drawn.getElementById("encounter").textContent);
  learnPage(next);
  if (next.stands !== data.stands) standsElsewhere(next);
  return next.live;
}

const typing = () => document.activeElement?.matches("textarea, input:not([type=radio], [type=checkbox])") || document.querySelector("dialog[open]");

// Taken, handed over, signed: the page is another one. It is fetched anew at once, unless somebody is in the middle of a
// sentence, who is told and goes on when it suits them.
async function standsElsewhere(next) {
  if (!typing() && (!form || await saveNow())) return location.reload();
  moved.hidden = false;
  moved.querySelector("p").textContent = t(next.signed ? "encounter.script.moved_signed" : "encounter.script.moved");
}

const place = (people, name) => people.filter(({ id, sections }) => id !== data.me && sections.includes(name)).map((each) => each.name);

function showPeople(people) {
  const others = (people ?? []).filter(({ id }) => id !== data.me);
  const text = others.length ? t("encounter.script.here", { names: others.map(({ name }) => name).join(", ") }) : "";
  if (here.textContent !== text) here.textContent = text;
  here.hidden = !text;
  for (const label of labels()) {
    const names = place(people ?? [], label.htmlFor);
    let sign = label.querySelector(".who");
    if (!names.length) { sign?.remove(); continue; }
    if (!sign) { sign = document.createElement("span"); sign.className = "who"; label.append(sign); }
    const words = t("encounter.script.writes_here", { names: names.join(", ") });
    if (sign.textContent !== words) sign.textContent = words;
  }
}

function section() {
  const field = document.activeElement;
  if (document.hidden || !field?.matches("textarea, input, select") || !field.closest("#note, #order-form")) return null;
  return field.name || field.id || null;
}

export function startLive() {
  if (!data.live) return;
  const record = new LiveRecord({ path: data.live.socket, place: data.live, look, staleAfter: Number(staleAfter) });
  record.onstate = (state) => lineIs("record", state);
  record.onpeople = showPeople;
  record.ondraft = draftStands;
  const tell = () => record.say(section());
  for (const event of ["focusin", "focusout"]) document.addEventListener(event, () => setTimeout(tell));
  document.addEventListener("visibilitychange", tell);
  document.addEventListener("focusout", () => setTimeout(() => { if (someWait()) look(); }));
  moved.querySelector("button").addEventListener("click", () => location.reload());
  lineIs("record", "opening");
  record.start();
  if (form) tell();
}
