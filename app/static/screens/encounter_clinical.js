// Critical information and medicines on the doctor's page, by keyboard: Alt K and Alt L write down, 1 2 3 answer for a medicine.
import { newKey, problemText, send } from "../lib/form.js";
import { refresh } from "../lib/parts.js";
import { t } from "../lib/texts.js";
import { path } from "./encounter_state.js";

const PARTS = "[data-part=critical], [data-part=medicines]";
const find = (id) => document.getElementById(id);
const keys = new Map(); // one key for each deed until it is done: a second press is not a second record

function complain(part, text) {
  const place = find(part === "critical" ? "critical-error" : "medicine-error");
  place.textContent = text;
  place.hidden = false;
  place.focus();
}

// A part with an open form is not drawn anew under somebody's hands.
function guard({ target }) {
  if (target.matches?.("details") && target.closest(PARTS)) target.toggleAttribute("data-busy", target.open);
}

function rest(part) { // nothing is being written any more
  for (const each of document.querySelectorAll(`[data-part=${part}] details`)) { each.open = false; each.removeAttribute("data-busy"); }
  document.activeElement?.matches("input, select") && document.activeElement.blur();
}

// Back to where one was, or to what comes next; ids that are gone after the drawing are passed over.
async function write(part, address, body, { version, back = [] } = {}) {
  const name = `${address} ${JSON.stringify(body)}`;
  const key = keys.get(name) ?? newKey();
  keys.set(name, key);
  const match = version === undefined ? {} : { match: `"${version}"` };
  const answer = await send("POST", `${path}/${address}`, body, { key, ...match });
  if (answer.status) keys.delete(name);
  if (!answer.ok && answer.status !== 412) return complain(part, problemText(answer.data));
  rest(part);
  await refresh([part, "course"]);
  back.map(find).find(Boolean)?.focus();
  if (!answer.ok) complain(part, t("encounter.script.clinical_changed"));
  document.dispatchEvent(new Event("clinical"));
}

const given = (form) => Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim() || null]));

function line(node, kind) {
  const found = node.closest(`[data-${kind}]`);
  return found && { id: found.dataset[kind], version: found.dataset.version };
}

const DEEDS = {
  criticalForm(form) {
    const there = line(form, "critical");
    return write("critical", there ? `critical/${there.id}` : "critical", given(form), { version: there?.version, back: [`critical-more-${there?.id}`, "critical-add"] });
  },
  noneKnown: (form) => write("critical", "critical/none-known", given(form), { back: ["critical-none", "critical-add"] }),
  medicineAdd(form) {
    const body = given(form);
    if (body.source === "contact") body.change = "new";
    else delete body.reason;
    return write("medicines", "medicines", body, { back: ["medicine-add"] });
  },
  medicineChange(form) {
    const { id, version } = line(form, "medicine");
    const { change, new_dosage, reason } = given(form);
    const body = { change, reason, ...(change === "dose" ? { new_dosage } : {}) };
    return write("medicines", `medicines/${id}/change`, body, { version, back: [`medicine-more-${id}`] });
  },
  medicineVoid(form) {
    const { id, version } = line(form, "medicine");
    return write("medicines", `medicines/${id}/void`, given(form), { version, back: ["medicine-add"] });
  },
};

function submit(event) {
  const deed = event.target.closest?.(PARTS) && Object.keys(DEEDS).find((name) => name in event.target.dataset);
  if (!deed) return;
  event.preventDefault();
  DEEDS[deed](event.target);
}

function answer(button) {
  const { id, version } = line(button, "medicine");
  const open = [...document.querySelectorAll("[data-medicine]")].filter((each) => !each.querySelector('[aria-pressed="true"]') && each.dataset.medicine !== id);
  const next = open[0] && `use-uses-${open[0].dataset.medicine}`;
  return write("medicines", `medicines/${id}/use`, { use: button.dataset.use }, { version, back: [next ?? button.id, button.id] });
}

function press({ target }) {
  const button = target.closest?.("[data-use]");
  if (button) answer(button);
}

function shortcut(event) {
  const line = event.target.closest?.("[data-medicine]");
  if (line && /^[123]$/.test(event.key) && !event.altKey && !event.ctrlKey && !event.target.matches("input, select")) {
    event.preventDefault();
    return answer(line.querySelectorAll("[data-use]")[event.key - 1]);
  }
  const box = event.altKey && !event.ctrlKey && { k: "add-critical", l: "add-medicine" }[event.key.toLowerCase()];
  if (!box || !find(box)) return;
  event.preventDefault();
  find(box).open = true;
  find(box).querySelector("input").focus();
}

addEventListener("submit", submit);
addEventListener("click", press);
addEventListener("keydown", shortcut);
addEventListener("toggle", guard, true);
