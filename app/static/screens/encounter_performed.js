// What was done, as codes (prosedyrer og takster): found as typed, with how many times, taken away before signing.
import { CodeSearch, backTo } from "../lib/code_search.js";
import { newKey, problemText, send } from "../lib/form.js";
import { refresh } from "../lib/parts.js";
import { t } from "../lib/texts.js";
import { learn, match, path, withNewest } from "./encounter_state.js";

const field = document.getElementById("performed-code");
let key = newKey();

function complain(text) {
  const place = document.getElementById("performed-error");
  place.textContent = text;
  place.hidden = !text;
  field.toggleAttribute("aria-invalid", Boolean(text));
}

async function add(code) {
  const before = field.value;
  const quantity = Number(document.getElementById("quantity").value) || 1;
  const body = { system: code.system, code: code.code, quantity };
  const answer = await withNewest(() => send("POST", `${path}/performed`, body, { key, match: match() }));
  if (!answer.ok) return complain(problemText(answer.data));
  key = newKey();
  learn(answer);
  complain("");
  if (field.value === before) field.value = ""; // the next one may be typed already
  document.getElementById("quantity").value = 1;
  await refresh(["performed"], document.body.dataset.parts);
  return backTo(field);
}

async function typed() {
  if (!field.value.trim()) return field.focus();
  const code = await search.meant(field.value);
  return code ? add(code) : complain(t("encounter.script.no_code"));
}

async function remove(id) {
  const answer = await withNewest(() => send("DELETE", `${path}/performed/${id}`, undefined, { match: match() }));
  if (!answer.ok) return complain(problemText(answer.data));
  learn(answer);
  complain("");
  await refresh(["performed"], document.body.dataset.parts);
  return backTo(field);
}

const search = field && new CodeSearch(field, { kinds: ["procedure", "tariff"], onpick: add, onenter: typed });
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-take-away]");
  if (button) remove(button.dataset.takeAway);
});
addEventListener("keydown", (event) => {
  if (!field || !event.altKey || event.ctrlKey || event.key.toLowerCase() !== "u") return;
  event.preventDefault();
  field.focus();
});

// Sick notes and referrals: begun here, written on a page of their own.
document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-begin]");
  if (!button || button.getAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true");
  const answer = await send("POST", `${path}/compositions`, { kind: button.dataset.begin }, { key: newKey() });
  if (answer.ok) return location.assign(`/encounters/${answer.data.id}/compositions/${answer.data.composition}`);
  button.removeAttribute("aria-busy");
  const place = document.getElementById("composition-error");
  place.textContent = problemText(answer.data);
  place.hidden = false;
  return place.focus();
});
