// What a coordinator does in one click, and what became of it.
import { newKey, problemText, send } from "../lib/form.js";
import { t } from "../lib/texts.js";
import { clock } from "../lib/time.js";

const said = document.getElementById("said");
const trouble = document.getElementById("trouble");
const keys = new Map(); // one key per intent, kept until it is answered

export function say(text, problem = "") {
  said.textContent = text;
  trouble.textContent = problem;
  trouble.hidden = !problem;
}

async function post(path, body) {
  const intent = `${path} ${JSON.stringify(body)}`;
  if (!keys.has(intent)) keys.set(intent, newKey());
  const answer = await send("POST", path, body, { key: keys.get(intent) });
  if (answer.status) keys.delete(intent);
  return answer;
}

const refused = (name, { data }) => say("", `${name}: ${problemText(data)}`);

export async function takeAlarm({ id, name }) {
  const answer = await post(`/api/encounters/${id}/take-alarm`);
  if (!answer.ok) return refused(name, answer);
  say(t("coordinator.done_take", { name, clock: clock(Date.parse(answer.data.again_at)) }));
}

export async function confirmLevel({ id, name }) {
  const answer = await post(`/api/encounters/${id}/confirm-level`);
  if (!answer.ok) return refused(name, answer);
  say(t("coordinator.done_confirm", { name }));
}

export async function tryCallBack({ id, name }, outcome) {
  const answer = await post(`/api/tasks/${id}/attempts`, { result: outcome });
  if (!answer.ok) return refused(name, answer);
  const result = t(`coordinator.result_${outcome}`);
  const { done, due_at: due } = answer.data;
  say(done ? t("coordinator.done_task", { name, result }) : t("coordinator.done_try", { name, result, clock: clock(Date.parse(due)) }));
}
