// Asking for the copy of a whole record: once it is written down who asks, the sheets open.
import { clearProblem, newKey, send, showProblem } from "../lib/form.js";

const form = document.querySelector("form[data-copy]");
let asked = { text: null };

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (form.getAttribute("aria-busy")) return;
  form.setAttribute("aria-busy", "true");
  clearProblem(form);
  const body = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()]));
  const text = JSON.stringify(body);
  if (text !== asked.text) asked = { key: newKey(), text };
  const answer = await send("POST", form.dataset.copy, body, { key: asked.key });
  form.removeAttribute("aria-busy");
  if (answer.ok) location.assign(`/encounters/${answer.data.encounter}/full-copy/${answer.data.id}`);
  else showProblem(form, answer.data ?? {});
});
