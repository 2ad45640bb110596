// The patient's own page: asks every quarter of a minute, shows no number it cannot vouch for, and is heard when called.
import { Chime } from "../lib/chime.js";
import { fill } from "../lib/fill.js";
import { onWaking } from "../lib/line.js";
import { Since } from "../lib/proof.js";
import { t } from "../lib/texts.js";
import { clock, now, setServerTime } from "../lib/time.js";

const { language, pause, staleAfter, serverTime } = document.body.dataset;
const find = (selector) => document.querySelector(selector);
const secret = location.pathname.split("/").at(-1);
const proven = new Since();
let { tag } = document.body.dataset;
let trueAt = Date.parse(serverTime);
let called = find(".called").hidden ? "" : "before";
let over = find(".number").hidden;
let asking = null;

setServerTime(trueAt);
proven.mark(performance.now()); // the page was true when it was asked for, at the earliest

const write = (element, text) => { if (element.textContent !== text) element.textContent = text; };

function check() {
  const stale = !over && proven.passed > Number(staleAfter);
  find("#stale").hidden = !stale;
  find("#fresh").hidden = stale; // better no number than a wrong one
  write(find("[data-stale-text]"), stale ? t("my_place.stale", { clock: clock(trueAt) }) : "");
  write(find("#updated"), stale || over ? "" : t("my_place.updated", { clock: clock(trueAt) }));
}

async function look() {
  if (over || asking?.passed < 10_000) return;
  const asked = asking = new Since();
  try {
    const headers = { "X-Ticket": secret, "If-None-Match": tag };
    const signal = AbortSignal.timeout(10_000);
    const answer = await fetch(`/q?language=${language}`, { headers, signal, cache: "no-store", credentials: "omit" });
    // Taken back, or long over; a page just drawn was true, and is not drawn over and over.
    if (answer.status === 404 && performance.now() > Number(pause)) return location.reload();
    if (answer.status === 200) take(await answer.json(), answer.headers.get("ETag"));
    if (answer.status === 200 || answer.status === 304) prove(asked, answer.headers.get("Date"));
  } catch { /* no contact: what is shown grows old, and says so */ } finally {
    if (asking === asked) asking = null;
    check();
  }
}

function prove(asked, date) {
  if (asked.passed > 12_000) return; // it lay in a phone that slept
  if (date) setServerTime(Date.parse(date));
  proven.mark(asked.passed);
  trueAt = now();
}

function take(view, newTag) {
  tag = newTag;
  fill(document.body, view);
  over = view.over;
  find("#alerting").hidden = over;
  const before = called;
  called = view.called_key;
  if (called && called !== before) ring();
}

// Nothing sounds before the patient has asked for it by a touch; browsers allow no other way either.
const button = find("#alerting button");
let chime = null;
let awake = null;

function ring() {
  if (!chime) return;
  navigator.vibrate?.([500, 200, 500, 200, 900]);
  for (const after of [0, 2000, 4000]) setTimeout(() => chime?.ring(), after);
}

// A phone that goes to sleep hears nothing: it is asked to stay awake where it can.
const stayAwake = async () => { awake = await navigator.wakeLock?.request("screen").catch(() => null); };

button.addEventListener("click", () => {
  const on = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(on));
  write(button, t(on ? "my_place.alert_on" : "my_place.alert"));
  if (on) {
    chime = new Chime({ on: true, loudness: 0.7 });
    navigator.vibrate?.(100);
    stayAwake();
  } else {
    chime.close();
    chime = null;
    awake?.release();
  }
});

function wake() {
  check();
  if (document.visibilityState !== "visible") return;
  look();
  if (chime) stayAwake();
}

if (!over) {
  find("#alerting").hidden = false;
  setInterval(check, 1000);
  // Not all phones in the same second, nor the same ones together for the whole night.
  const again = () => setTimeout(async () => { await look(); again(); }, Number(pause) * (0.8 + Math.random() * 0.4));
  again();
  onWaking(wake);
}
check();
