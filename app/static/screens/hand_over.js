// Handing over by ISBAR: asking a colleague, taking the question back, or giving the patient on at once.
import "../lib/page.js";
import { newKey, problemText, send } from "../lib/form.js";

const data = JSON.parse(document.getElementById("encounter").textContent);
const path = `/api/encounters/${data.encounter}/hand-over`;
const form = document.getElementById("propose");
const problem = document.getElementById("problem");
const keys = { propose: newKey(), once: newKey(), withdraw: newKey() };
let busy = false;

async function write(address, body, key) {
  if (busy) return;
  busy = true;
  const answer = await send("POST", address, body, { key, match: `"${data.version}"` });
  busy = false;
  if (answer.ok) return location.assign(`/encounters/${data.encounter}`);
  problem.textContent = problemText(answer.data);
  problem.hidden = false;
  problem.focus();
}

const words = () => Object.fromEntries([...form.querySelectorAll("textarea")].map(({ name, value }) => [name, value.trim()]));

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  write(`${path}/proposals`, { to: form.elements.to.value, isbar: words() }, keys.propose);
});
form?.addEventListener("keydown", (event) => {
  if (event.ctrlKey && event.key === "Enter") { event.preventDefault(); form.requestSubmit(); }
});
document.getElementById("at-once")?.addEventListener("click", () => write(path, { to: form.elements.to.value }, keys.once));
document.querySelector("[data-withdraw]")?.addEventListener("click", ({ currentTarget }) => {
  write(`${path}/proposals/${currentTarget.dataset.withdraw}/withdraw`, {}, keys.withdraw);
});
