// One press brings words of an older version back, as new text below what stands; what was brought is asked for no more.
import { newKey, problemText, send } from "../lib/form.js";
import { t } from "../lib/texts.js";

const { path } = JSON.parse(document.getElementById("versions").textContent);
const done = document.getElementById("done");
const problem = document.getElementById("problem");
const keys = new WeakMap(); // of each button: a repeat is not the same words twice

async function bringBack(button) {
  if (button.getAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true");
  if (!keys.has(button)) keys.set(button, newKey());
  const { number, field, heading } = button.dataset;
  const answer = await send("POST", `${path}/${number}/bring-back`, { field }, { key: keys.get(button) });
  button.removeAttribute("aria-busy");
  problem.hidden = answer.ok;
  done.hidden = !answer.ok;
  if (!answer.ok) {
    problem.textContent = problemText(answer.data ?? {});
    return problem.focus();
  }
  done.textContent = t("versions.script.brought", { heading });
  button.replaceWith(Object.assign(document.createElement("p"), { className: "src", textContent: t("versions.script.brought", { heading }) }));
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-number]");
  if (button) bringBack(button);
});
