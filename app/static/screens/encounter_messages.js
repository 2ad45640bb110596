// How far each message out has come; app/screens/encounter.py says the same. "Delivered" only on the receipt.
import { Keyed } from "../lib/fill.js";
import { clock } from "../lib/time.js";
import { known, t } from "../lib/texts.js";
import { data, path } from "./encounter_state.js";

const SETTLED = ["acknowledged", "rejected", "given-up"];
const CLASSES = { acknowledged: "ok", rejected: "bad", "given-up": "bad" };

function detail({ reason, receipts, state, changed_at }) {
  const errors = receipts.flatMap((receipt) => receipt.errors).join("; ");
  if (errors && state === "rejected") return errors;
  if (reason) return t(known(`reason.${reason}`) ? `reason.${reason}` : "reason.other", { code: reason });
  return t(`message.detail.${state}`, { clock: clock(Date.parse(changed_at)) });
}

const view = (message) => ({
  channel: t(`message.channel.${message.channel}`),
  receiver: message.receiver ?? t("message.no_receiver"),
  state: t(`message.${message.state}`),
  state_class: CLASSES[message.state] ?? "",
  detail: detail(message),
});

export function followMessages() {
  const list = new Keyed(document.getElementById("messages"), document.getElementById("message"));
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
  if (open()) setTimeout(look, 2000);
}
