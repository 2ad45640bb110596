// Measuring on the doctor's page (Alt V), putting a round right, and the plan of observation. Enter records; odd values are asked about.
import { newKey, problemText, send } from "../lib/form.js";
import { refresh } from "../lib/parts.js";
import { t } from "../lib/texts.js";
import { clock, now } from "../lib/time.js";
import { path } from "./encounter_state.js";

const find = (id) => document.getElementById(id);
const NUMBERS = ["rr", "spo2", "hr", "sbp", "dbp", "temp", "glucose"];
const CHOSEN = ["air_or_oxygen", "avpu"];
const PARTS = "[data-part=vitals], [data-part=observation], [data-part=given]";
const keys = new Map(); // one key for each deed until it is done: a second press is not a second record

export async function post(address, body, version) {
  const name = `${address} ${JSON.stringify(body)}`;
  if (!keys.has(name)) keys.set(name, newKey());
  const answer = await send("POST", `${path}/${address}`, body, { key: keys.get(name), ...(version ? { match: `"${version}"` } : {}) });
  if (answer.status) keys.delete(name);
  return answer;
}

export function complain(id, text) {
  const place = find(id);
  place.textContent = text;
  place.hidden = false;
  place.focus();
}

// A form that is open is not drawn anew under somebody's hands; when it is done, all that hangs together is.
export async function drawn(part, back) {
  for (const each of document.querySelectorAll(`[data-part=${part}] details`)) { each.open = false; each.removeAttribute("data-busy"); }
  document.activeElement?.matches("input, select") && document.activeElement.blur();
  await refresh(["vitals", "observation", "given", "course"]);
  find(back)?.focus();
}

// The moment of a clock time that lies behind us. By difference, whatever zone the screen is in.
function pastMomentOf(time) {
  const minutes = (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
  const behind = (minutes(clock(now())) - minutes(time) + 1440) % 1440;
  return new Date(now() - behind * 60_000).toISOString();
}

export const at = (form) => (form.elements.at.value ? pastMomentOf(form.elements.at.value) : null);
export const typed = (form, name) => form.elements[name]?.value.trim().replace(",", ".") || null;

function round(form) {
  const signs = Object.fromEntries(NUMBERS.map((name) => [name, typed(form, name)]).filter(([, value]) => value));
  for (const name of CHOSEN) if (form.elements[name].value) signs[name] = form.elements[name].value;
  const gcs = Object.fromEntries(["eye", "verbal", "motor"].map((part) => [part, typed(form, `gcs_${part}`)]));
  const device = typed(form, "device");
  return {
    vital_signs: signs, pain: typed(form, "pain"), ...(Object.values(gcs).some(Boolean) ? { gcs } : {}),
    ...(device ? { source: "device", device } : {}), measured_at: at(form),
  };
}

function askAbout(form, odd) {
  const place = form.querySelector("[data-odd]");
  const words = odd.map(({ parameter, value, unit, min, max }) => t("vitals.script.odd", { what: t(`parameter.${parameter}`), value, unit: unit ?? "", min, max }));
  place.textContent = `${words.join(" ")} ${t("vitals.script.right")}`;
  place.hidden = false;
  const button = form.querySelector("[data-confirm]");
  button.hidden = false;
  button.dataset.confirm = odd.map(({ parameter }) => parameter).join(" ");
  button.focus();
}

async function measure(form, confirmed = []) {
  const { corrects } = form.dataset;
  const more = corrects ? { reason: typed(form, "reason"), withdrawn: form.elements.withdrawn.checked } : {};
  const address = corrects ? `measurements/${corrects}/corrections` : "measurements";
  const answer = await post(address, { ...round(form), ...more, confirmed });
  if (answer.ok) return drawn("vitals", "measure-summary");
  const odd = answer.data?.to_confirm;
  if (answer.data?.code === "values-unconfirmed" && odd) return askAbout(form, odd);
  return complain("vitals-error", problemText(answer.data));
}

// The round as it was recorded, in the form: what is changed there becomes the new version.
function correct(line) {
  const form = find("measure-form");
  form.reset();
  const values = JSON.parse(line.dataset.values);
  for (const [name, value] of Object.entries(values)) if (form.elements[name]) form.elements[name].value = value;
  form.dataset.corrects = line.dataset.round;
  form.querySelector("[data-correction]").hidden = false;
  find("measure").open = true;
  form.elements.reason.focus();
}

function plan(form) {
  const limits = new Map();
  for (const each of form.querySelectorAll("[name^=low-], [name^=high-]")) {
    const [side, code] = each.name.split("-");
    if (each.value.trim()) limits.set(code, { ...limits.get(code), code, [side]: each.value.trim().replace(",", ".") });
  }
  const until = new Date(now() + Number(form.elements.hours.value) * 3_600_000);
  return {
    question: typed(form, "question"), signs: [...form.querySelectorAll("[name=signs]:checked")].map((each) => each.value),
    every_minutes: Number(form.elements.every.value), limits: [...limits.values()], until_at: until.toISOString(),
  };
}

async function observe(address, body) {
  const answer = await post(address, body, document.querySelector("[data-part=observation]").dataset.version);
  if (answer.ok) return drawn("observation", "plan-summary");
  if (answer.status === 412) { await drawn("observation", "plan-summary"); return complain("observation-error", t("vitals.script.changed")); }
  return complain("observation-error", problemText(answer.data));
}

const FORMS = {
  "measure-form": (form) => measure(form),
  "plan-form": (form) => observe("observation", plan(form)),
  "end-form": (form) => observe("observation/end", { code: form.elements.code.value, reason: typed(form, "reason") }),
};

addEventListener("submit", (event) => {
  const deed = FORMS[event.target.id];
  if (!deed) return;
  event.preventDefault();
  deed(event.target);
});
addEventListener("click", async ({ target }) => {
  const confirm = target.closest("[data-confirm]");
  if (confirm) return measure(confirm.form, confirm.dataset.confirm.split(" "));
  if (target.closest("[data-correct]")) return correct(target.closest("[data-round]"));
  const deed = target.closest("[data-part=vitals] [data-deed]")?.dataset.deed;
  if (!deed) return null;
  const answer = await post(deed, undefined);
  return answer.ok ? drawn("vitals", "measure-summary") : complain("vitals-error", problemText(answer.data));
});
addEventListener("toggle", ({ target }) => {
  if (target.matches?.(`:is(${PARTS}) details:not(#rounds)`)) target.toggleAttribute("data-busy", target.open);
}, true);
function open() {
  const box = find("measure");
  if (!box) return false;
  box.open = true;
  find("sign-rr").focus();
  return true;
}
addEventListener("keydown", (event) => {
  if (event.altKey && !event.ctrlKey && event.key.toLowerCase() === "v" && open()) event.preventDefault();
});
if (location.hash === "#measuring") open(); // no element of that name: the browser would take the focus there
