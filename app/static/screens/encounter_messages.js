// How far each message out has come; app/screens/encounter.py says the same. "Delivered" only on the receipt.
import { newKey, problemText, send } from "../lib/form.js";
import { Keyed } from "../lib/fill.js";
import { clock, clockSeconds } from "../lib/time.js";
import { known, t } from "../lib/texts.js";
import { data, path } from "./encounter_state.js";

const SETTLED = ["acknowledged", "held", "rejected", "given-up", "contradicted"];
const CLASSES = { acknowledged: "ok", held: "bad", rejected: "bad", "given-up": "bad", contradicted: "bad" };

function detail({ reason, receipts, review, state, changed_at, by_hand, by_hand_by, not_before, attempts }) {
  if (review) return t(review.left ? "message.detail.questioned" : "message.detail.held");
  if (by_hand && state !== "acknowledged") return t(`message.by_hand.${by_hand}`, { who: by_hand_by ?? "" });
  const errors = receipts.flatMap((receipt) => receipt.errors).join("; ");
  if (errors && state === "rejected") return errors;
  if (reason) return t(known(`reason.${reason}`) ? `reason.${reason}` : "reason.other", { code: reason });
  if (state === "queued" && not_before && !attempts) return t("message.detail.waits", { clock: clockSeconds(Date.parse(not_before)) });
  return t(`message.detail.${state}`, { clock: clock(Date.parse(changed_at)) });
}

const view = (message) => ({
  channel: t(`message.channel.${message.channel}`),
  receiver: message.receiver ?? t("message.no_receiver"),
  state: t(`message.${message.state}`),
  state_class: CLASSES[message.state] ?? "",
  detail: detail(message),
  by_hand: data.may_deliver_by_hand && ["gp-summary", "dialogue"].includes(message.channel)
    && ["rejected", "given-up", "contradicted"].includes(message.state)
    && message.reason !== "readdressed" && !message.by_hand,
});

export function followMessages() {
  let list = new Keyed(document.getElementById("messages"), document.getElementById("message"));
  let messages = data.messages;
  const open = () => messages.some(({ state }) => !SETTLED.includes(state));
  async function look() {
    const answer = await fetch(`${path}/messages`, { credentials: "same-origin" }).catch(() => null);
    if (answer?.ok) {
      const found = await answer.json();
      messages = Array.isArray(found) ? found : found.messages;
      list.show(messages.map((message) => ({ key: message.id, view: view(message) })));
    }
    if (open()) setTimeout(look, 2000);
  }
  // A person has printed it, sent it in the portal or posted it: that is written down, and stays with the letter.
  document.addEventListener("part", ({ detail }) => { // drawn anew by the server
    if (detail.name === "sending") list = new Keyed(document.getElementById("messages"), document.getElementById("message"));
  });
  document.addEventListener("click", async ({ target }) => {
    if (!list.container.contains(target)) return;
    const way = target.dataset?.way;
    if (!way) return;
    const item = target.closest("li");
    const done = await send("POST", `${path}/messages/${item.dataset.id}/by-hand`, { way }, { key: newKey() });
    if (done.ok) await look();
    else item.querySelector("[data-field=detail]").textContent = problemText(done.data);
  });
  if (open()) setTimeout(look, 2000);
}
