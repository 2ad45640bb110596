// Correcting, adding and deleting: one form, one thing; a repeat has the same key, and the page is then drawn anew.
import { clearProblem, newKey, send, showProblem } from "../lib/form.js";

function typed(field, value) {
  return field?.dataset.type === "boolean" ? value === "true" : value;
}

// `headings.plan` goes into an object, ticked boxes of a list into the list; empty fields are left out.
function said(form, button) {
  const body = {};
  for (const field of form.elements) {
    if (!field.name || field.type === "submit" || (["checkbox", "radio"].includes(field.type) && !field.checked)) continue;
    const value = field.value.trim();
    if (!value) continue;
    const [outer, inner] = field.name.split(".");
    if (field.dataset.type === "list") (body[outer] ??= []).push(JSON.parse(value));
    else if (inner) (body[outer] ??= {})[inner] = value;
    else body[outer] = typed(field, value);
  }
  const added = Object.fromEntries([...form.querySelectorAll("[data-new]")].map((field) => [field.dataset.new, field.value.trim()]));
  if (added.code) (body.diagnoses ??= []).push({ ...added, code: added.code.toUpperCase() });
  if (button?.name) body[button.name] = typed(button, button.value);
  if (body.granted === false) delete body.basis;
  return body;
}

for (const form of document.querySelectorAll("form[data-post]")) {
  let asked = { text: null };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.getAttribute("aria-busy")) return;
    form.setAttribute("aria-busy", "true");
    clearProblem(form);
    const body = said(form, event.submitter);
    const text = JSON.stringify(body);
    if (text !== asked.text) asked = { key: newKey(), text };
    const answer = await send("POST", form.dataset.post, body, { key: asked.key, match: form.dataset.match });
    form.removeAttribute("aria-busy");
    if (answer.ok) location.reload();
    else showProblem(form, answer.data ?? {});
  });
}

// Whoever opens a form writes in it.
for (const part of document.querySelectorAll(".ways > details")) {
  part.addEventListener("toggle", () => { if (part.open) part.querySelector("textarea, input:not([type=hidden])")?.focus(); });
}
