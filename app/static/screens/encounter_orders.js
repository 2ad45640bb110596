// Orders on the doctor's page: ordering by keyboard (Alt B), answering, taking back, having seen.
import { newKey, problemText, send } from "../lib/form.js";
import { refresh } from "../lib/parts.js";
import { t } from "../lib/texts.js";
import { path } from "./encounter_state.js";

const find = (id) => document.getElementById(id);
const keys = new Map(); // one key for each deed until it is done: a second press is not a second record

function complain(text) {
  const place = find("order-error");
  place.textContent = text;
  place.hidden = false;
  place.focus();
}

async function write(name, address, body, { version, back }) {
  const key = keys.get(name) ?? newKey();
  keys.set(name, key);
  const answer = await send("POST", address, body, { key, ...(version ? { match: `"${version}"` } : {}) });
  if (answer.status) keys.delete(name);
  if (!answer.ok && answer.status !== 412) return complain(problemText(answer.data));
  find(back)?.focus(); // a part with somebody in one of its fields is not drawn anew
  document.activeElement?.matches("input, select") && document.activeElement.blur();
  await refresh(["orders", "course"]);
  if (!answer.ok) complain(t("encounter.script.order_changed"));
}

const fold = (text) => text.trim().toLowerCase();

// What was typed: a choice in full, or the only one of which a word begins so; else one's own words.
function wanted() {
  const typed = fold(find("order").value);
  if (!typed) return null;
  const all = [...document.querySelectorAll("#order-choices option")];
  const same = all.filter((each) => fold(each.value) === typed);
  const begins = all.filter((each) => fold(each.value).startsWith(typed));
  const inside = all.filter((each) => fold(each.value).split(/[\s:,]+/).some((word) => word.startsWith(typed)));
  const found = [same, begins, inside].find((each) => each.length) ?? [];
  if (found.length > 1) return { several: found.map((each) => each.value).join(" · ") };
  if (found.length) return { items: found[0].dataset.codes.split(" ").map((code) => ({ code })) };
  return { items: [{ display: find("order").value.trim(), category: find("order-category").value }] };
}

function place() {
  const asked = wanted();
  if (!asked) return find("order").focus();
  if (asked.several) return complain(t("encounter.script.order_several", { several: asked.several }));
  return write("place", `${path}/orders`, asked, { back: "order-summary" });
}

function about(node) {
  const { order, version } = node.closest("[data-order]").dataset;
  return { at: `${path}/orders/${order}`, version, order, back: `more-${order}` };
}

function answer(form) {
  const { at, version, order, back } = about(form);
  const given = (name) => form.elements[name]?.value.trim() || null;
  const status = form.elements.preliminary?.checked ? "preliminary" : form.dataset.answer;
  const value = given("value")?.replace(",", ".") ?? null;
  return write(`answer-${order}`, `${at}/result`, { status, value, text: given("text"), reason: given("reason") }, { version, back });
}

function submit(event) {
  const { target } = event;
  if (!target.closest("[data-part=orders]")) return;
  event.preventDefault();
  if (target.id === "order-form") return place();
  if (target.dataset.answer) return answer(target);
  const { at, version, order } = about(target);
  return write(`revoke-${order}`, `${at}/revoke`, { reason: target.elements.reason.value }, { version, back: "order-summary" });
}

function press({ target }) {
  const button = target.closest("[data-see], [data-progress]");
  if (!button) return;
  const { at, version, order } = about(button);
  if (button.dataset.see) write(`see-${order}`, `${at}/seen`, { result: button.dataset.see }, { back: "order-summary" });
  else write(`step-${order}`, `${at}/progress`, { status: button.dataset.progress }, { version, back: button.id });
}

function leaveTo({ target }) {
  if (!("followUp" in target.dataset) || !target.value) return;
  const { at, version, order, back } = about(target);
  write(`follow-${order}`, `${at}/follow-up`, { by: target.value }, { version, back });
}

addEventListener("submit", submit);
addEventListener("click", press);
addEventListener("change", leaveTo);
addEventListener("keydown", (event) => {
  const box = find("place-order");
  if (!box || !event.altKey || event.ctrlKey || event.key.toLowerCase() !== "b") return;
  event.preventDefault();
  box.open = true;
  find("order").focus();
});
