// Dialogue with GPs: each form and button is one deed; what is half written stays while the page looks again.
import "../lib/page.js";
import { clearProblem, newKey, problemText, send, showProblem } from "../lib/form.js";
import { refresh } from "../lib/parts.js";
import { t } from "../lib/texts.js";

const EVERY = 20_000;
const keys = new Map();

async function deed(element, body) {
  const path = element.dataset.post;
  if (element.getAttribute("aria-busy")) return null;
  if (!keys.has(path)) keys.set(path, newKey());
  const version = element.closest("[data-version]")?.dataset.version;
  element.setAttribute("aria-busy", "true");
  const answer = await send("POST", path, body, { key: keys.get(path), match: version && `"${version}"` });
  element.removeAttribute("aria-busy");
  if (answer.status) keys.delete(path);
  return answer;
}

document.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  clearProblem(form);
  const answer = await deed(form, Object.fromEntries(new FormData(form)));
  if (!answer) return;
  if (!answer.ok) { showProblem(form, answer.data); return; }
  form.reset();
  document.activeElement?.blur();
  document.querySelector("#done").textContent = t("dialogue.script.done");
  await refresh();
});

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("button[data-post]");
  if (!button) return;
  const answer = await deed(button);
  if (!answer) return;
  document.querySelector("#done").textContent = answer.ok ? t("dialogue.script.done") : problemText(answer.data);
  await refresh();
});

setInterval(() => refresh(null, location.href, { gently: true }), EVERY);
