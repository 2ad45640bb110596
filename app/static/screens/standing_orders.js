// A unit's standing orders: a doctor approves a version, or withdraws it.
import "../lib/page.js";
import { newKey, problemText, send } from "../lib/form.js";
import { refresh } from "../lib/parts.js";

addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.decide) return;
  event.preventDefault();
  const button = form.querySelector("button");
  form.dataset.key ??= newKey(); // a second press is not a second decision
  const body = { approved: form.dataset.approve === "yes", reason: form.elements.reason.value.trim() || null };
  const answer = await send("POST", form.dataset.decide, body, { key: form.dataset.key });
  const problem = document.getElementById("standing-error");
  problem.hidden = answer.ok;
  if (!answer.ok) {
    problem.textContent = problemText(answer.data);
    return problem.focus();
  }
  button.focus(); // a part with somebody in one of its fields is not drawn anew
  return refresh(["standing"]);
});
