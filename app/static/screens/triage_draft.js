// The draft of triage (kladd): on the server a second after the last key, taken up again after reload or sign-out,
// and taken over by a colleague who goes on.
import { Autosave } from "../lib/autosave.js";
import { newKey, problemText, send } from "../lib/form.js";
import { clock } from "../lib/time.js";
import { t } from "../lib/texts.js";
import { data, draft, fillIn, form } from "./triage_form.js";

const path = `/api/encounters/${data.encounter}/triage-draft`;
const sign = document.getElementById("saved");
const box = document.getElementById("offer");
let version = data.draft?.version ?? 0;
let byHand = () => false;
let filled = () => {};

const STATES = {
  saved: ({ data: said }) => t("triage.script.saved", { clock: clock(Date.parse(said.saved_at)) }),
  unsaved: () => t("triage.script.unsaved"),
  failed: () => t("triage.script.not_saved"),
};

function say(state, answer) {
  const text = STATES[state](answer);
  if (sign.textContent !== text) sign.textContent = text;
  sign.classList.toggle("bad", state === "failed");
}

function offer(text, body) {
  box.querySelector("p").textContent = text;
  box.hidden = false;
  for (const button of box.querySelectorAll("button")) button.hidden = !body;
  box.querySelector("[data-take-back]").onclick = () => { takeUp(body); autosave.changed(); box.hidden = true; };
  box.querySelector("[data-discard]").onclick = () => { autosave.forget(); box.hidden = true; };
}

function takeUp(body) {
  fillIn(body);
  filled(Boolean(body.level));
}

async function put(body) {
  const answer = await send("PUT", path, body, { match: `"${data.version}.${version}"` });
  if (answer.ok) version = answer.data.draft_version;
  return answer;
}

// Changed in another window, or taken over: nothing is overwritten, and what stands here stays.
function refused({ status, data: problem }) {
  if (status === 0 || status >= 500 || status === 401) return false;
  const { code, by, current, draft_version: held } = { ...problem, ...problem?.facts };
  if (code !== "triage-draft-outdated") { autosave.stop(); say("failed"); offer(problemText(problem), null); return true; }
  if (by) { autosave.stop(); say("failed"); offer(t("triage.script.taken_over", { name: by }), null); return true; }
  version = held;
  say("failed");
  if (current) offer(t("triage.script.offer_newer"), current); else autosave.changed();
  return true;
}

export const autosave = new Autosave({
  shelf: `legevakt.triage.${data.encounter}.${data.me}`, body: () => draft(byHand()), put, say, refused,
});

async function takeOver(notice) {
  const before = version || autosave.dirty ? draft(byHand()) : null;
  const answer = await send("POST", `${path}/take-over`, { author: notice.dataset.author }, { key: newKey() });
  if (!answer.ok) { notice.textContent = problemText(answer.data); return; }
  version = answer.data.draft_version;
  autosave.dirty = false;
  notice.remove();
  takeUp(answer.data.text);
  say("saved", answer);
  if (before) offer(t("triage.script.offer_mine"), before);
}

function takeUpOwn() {
  const unsaved = autosave.kept();
  if (unsaved && JSON.stringify(unsaved.body) !== JSON.stringify(data.draft?.text)) {
    offer(t("triage.script.offer_unsaved", { clock: clock(unsaved.at) }), unsaved.body);
  }
  if (!data.draft) return;
  const { text, saved_at: savedAt, outdated } = data.draft;
  if (outdated) return offer(t("triage.script.offer_outdated", { clock: clock(Date.parse(savedAt)) }), text);
  takeUp(text);
  say("saved", { data: data.draft });
}

export function startDraft({ chosenByHand, whenFilled }) {
  byHand = chosenByHand;
  filled = whenFilled;
  takeUpOwn();
  form.addEventListener("input", ({ target }) => { if (target.id !== "sign-filter" && target.id !== "place-list") autosave.changed(); });
  autosave.watch(form);
  document.getElementById("colleagues").addEventListener("click", ({ target }) => {
    if (target.matches("[data-take-over]")) takeOver(target.closest("[data-author]"));
  });
}
