// The screen locks and is unlocked where it stands: what was typed is still there, and what was refused is sent again.
import { onSomebodyIn } from "./door_bell.js";
import { send, whenSignedOut, whoIsIn } from "./form.js";
import { follow } from "./sign_in_flow.js";

const LOOK = 15_000; // milliseconds between looks at how long nobody has touched anything
const dialog = document.getElementById("unlock");
const { signedIn } = document.body.dataset;
let unlocked = null; // the promise of those who wait for the screen to be open again
let open = () => {};
let hiddenParts = [];
let title = document.title;

// Not covered but taken out of sight: nothing of it is drawn, read aloud or found by the keyboard.
function hide() {
  title = document.title;
  document.title = dialog.dataset.title;
  hiddenParts = [...document.body.children].filter((part) => part !== dialog && !part.hidden);
  for (const part of hiddenParts) part.hidden = true;
}

function show() {
  for (const part of hiddenParts) part.hidden = false;
  hiddenParts = [];
  document.title = title;
}

function ask() {
  unlocked ??= new Promise((resolve) => {
    const before = document.activeElement;
    open = () => { unlocked = null; dialog.close(); show(); before?.focus?.(); resolve(true); };
    for (const other of document.querySelectorAll("dialog[open]")) if (other !== dialog) other.close();
    hide();
    dialog.querySelector("form").reset();
    dialog.showModal();
    dialog.querySelector("[name=password]").focus();
    offerHelseId();
  });
  return unlocked;
}

// In a tab of its own, so that this page and all that is typed in it stay where they are.
async function offerHelseId() {
  const { ok, data } = await send("GET", "/api/unlock");
  const way = dialog.querySelector("[data-helseid]");
  way.hidden = !(ok && data.helseid);
  if (ok && data.came_by_helseid && !dialog.querySelector("[name=password]").value) way.focus();
}

// What is typed, and what is on its way, is saved first: the session that is about to end is still its author's.
export async function lastWords() {
  const saving = [];
  document.dispatchEvent(new CustomEvent("before-lock", { detail: saving }));
  await Promise.race([Promise.allSettled(saving), new Promise((done) => setTimeout(done, 3000))]);
}

let locking = null; // an unlocking waits for it: overtaken, the lock would fall on whoever has just come in
async function lock() {
  if (unlocked) return;
  await lastWords();
  ask();
  locking = send("POST", "/api/lock");
  await locking;
}

let touched = performance.now();
let minutes = null; // by the site; asked for when it may matter
async function lockIfIdle() {
  const idle = (performance.now() - touched) / 60_000;
  if (unlocked || idle < 2) return;
  minutes ??= (await send("GET", "/api/me")).data?.lock_minutes ?? 10;
  if (minutes && (performance.now() - touched) / 60_000 >= minutes) lock();
}

// Somebody else gets their own page. What the first one wrote is theirs, on the server and in this browser.
function cameIn(who) {
  if (who.id === signedIn) open();
  else location.assign("/");
}

async function look() {
  if (!unlocked) return;
  await locking;
  const who = await whoIsIn();
  if (who && unlocked) cameIn(who);
}

if (dialog) {
  whenSignedOut(ask);
  const form = dialog.querySelector("form");
  follow(form, {
    first: async () => {
      await locking;
      return send("POST", "/api/unlock", { password: form.elements.password.value });
    },
    done: (who) => { form.elements.password.value = ""; cameIn(who); },
  });
  onSomebodyIn(look);
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.querySelector("[data-other]").addEventListener("click", () => location.assign("/login"));
  document.querySelector("[data-lock]")?.addEventListener("click", lock);
  for (const name of ["pointerdown", "keydown", "wheel"]) addEventListener(name, () => { touched = performance.now(); }, { passive: true, capture: true });
  setInterval(lockIfIdle, LOOK);
}
