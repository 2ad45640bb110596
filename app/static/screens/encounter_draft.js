// The draft, which doctors share: saved within a second of the first unsaved key and on leaving a field, and merged by the
// server with what colleagues wrote. What could not be saved stays in this browser, is said, is tried again, and is offered
// back after a reload, a crash or a sign-out.
import { send } from "../lib/form.js";
import { refresh } from "../lib/parts.js";
import { clock, clockSeconds } from "../lib/time.js";
import { t } from "../lib/texts.js";
import { FIELDS, body, drop, keepHere, page, same, shelf, show, unsaved } from "./encounter_fields.js";
import { data, form, learn, path } from "./encounter_state.js";

const WAIT = 1000;
const RETRY = 3000;
const sign = document.getElementById("saved");
let { version } = data.draft; // what stands in the fields was written from
let head = version; // what stands on the server
let conflicts = data.draft.conflicts.length;
let dirty = false;
let stopped = false;
let timer = 0;
let saving = Promise.resolve(true);

function say(text, bad = false) {
  if (sign.textContent !== text) sign.textContent = text;
  sign.classList.toggle("bad", bad);
}

const keep = () => keepHere(version);
const saySaved = (at) => say(t("encounter.script.saved", { clock: clockSeconds(Date.parse(at)), version: head }));

// The draft as the server has it now. Where something was typed on since `before` and a colleague wrote too, nothing is
// touched: the next saving says what it was written from, which is what was `sent` from these fields if that was it.
function takeIn(answer, before, { sent = false } = {}) {
  head = answer.draft_version;
  const text = answer.text ?? before;
  if (same(body(), before)) { version = head; show(text); }
  else if (sent) version = same(text, before) ? head : answer.sent_version;
  showConflicts(answer.conflicts ?? 0);
}

async function showConflicts(count) {
  if (count === conflicts) return;
  conflicts = count;
  await refresh(["conflicts"], document.body.dataset.parts);
}

const put = (text, from, window) => send("PATCH", `${path}/draft`, { ...text, window }, { match: `"${data.version}.${from}"` });

async function save() {
  if (!dirty || stopped) return !dirty;
  dirty = false;
  const sent = body();
  const answer = await put(sent, version, page);
  if (stopped) return answer.ok;
  if (answer.ok) {
    learn(answer);
    takeIn(answer.data, sent, { sent: true });
    if (dirty) keep(); else drop(shelf);
    if (!dirty) saySaved(answer.data.saved_at);
    return true;
  }
  dirty = true;
  keep();
  say(t("encounter.script.not_saved"), true);
  later(RETRY);
  return false;
}

function later(wait) {
  timer ||= setTimeout(saveNow, wait); // not put off by the next key: nobody loses more than this
}

export function saveNow() {
  clearTimeout(timer);
  timer = 0;
  saving = saving.then(save);
  return saving;
}

// A colleague saved. What is being typed here is merged with it when it is saved; else it is shown at once.
export function draftStands(number) {
  if (!form || number === head || stopped) return;
  saving = saving.then(async () => {
    if (number === head || dirty) return true;
    const before = body();
    const answer = await send("GET", `${path}/draft`);
    if (!answer.ok || !answer.data.text || dirty) return true;
    takeIn({ ...answer.data, conflicts: answer.data.conflicts.length }, before);
    saySaved(answer.data.saved_at);
    return true;
  });
}

function offer({ body: text, at, version: from, window }, key) {
  const box = document.getElementById("offer");
  box.querySelector("p").textContent = t("encounter.script.offer_unsaved", { clock: clock(at) });
  box.hidden = false;
  box.querySelector("[data-take-back]").onclick = async () => {
    if (!(await saveNow())) return;
    const before = body();
    const answer = await put(text, from, window);
    if (!answer.ok) return say(t("encounter.script.not_saved"), true);
    learn(answer);
    takeIn({ ...answer.data, text: answer.data.text ?? text }, before);
    saySaved(answer.data.saved_at);
    drop(key);
    box.hidden = true;
  };
  box.querySelector("[data-discard]").onclick = () => { drop(key); box.hidden = true; };
}

function offerUnsaved() {
  for (const [key, text] of unsaved()) if (same(text.body, data.draft)) drop(key); else return offer(text, key);
}

async function choose(button) {
  const { conflict } = button.closest("[data-conflict]").dataset;
  if (!(await saveNow())) return;
  const before = body();
  const answer = await send("POST", `${path}/draft/conflicts/${conflict}/choose`, { keep: button.dataset.keep });
  if (answer.ok) {
    takeIn(answer.data, before);
    saySaved(answer.data.saved_at);
    if (!answer.data.cleared) say(t("encounter.script.both_stand"), true);
  } else await refresh(["conflicts"], document.body.dataset.parts);
}

function typed({ target }) {
  if (!FIELDS.includes(target.name) && target.name !== "outcome" && !target.dataset.nothing) return;
  dirty = true;
  keep(); // at once: a power cut does not wait a second
  say(t("encounter.script.typing"));
  later(WAIT);
}

export function startDraft() {
  form.addEventListener("input", typed);
  form.addEventListener("focusout", () => { if (dirty) saveNow(); });
  form.addEventListener("click", ({ target }) => { if (target.closest("[data-keep]")) choose(target.closest("[data-keep]")); });
  addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
  addEventListener("pagehide", () => { if (dirty) keep(); });
  addEventListener("online", () => { if (dirty) saveNow(); });
  document.addEventListener("before-lock", ({ detail }) => detail.push(saveNow()));
  document.addEventListener("signing-out", () => { if (dirty) keep(); stopped = true; dirty = false; });
  offerUnsaved();
}

export const forgetDraft = () => { stopped = true; dirty = false; drop(shelf); };
