// Templates and phrases: a new one, another text for one, or taking one away; the page is then drawn anew.
import { clearProblem, newKey, send, showProblem } from "../lib/form.js";

const HEADINGS = ["subjective", "objective", "assessment", "plan"];

function said(form) {
  const value = (name) => form.elements[name].value.trim();
  const body = { kind: value("kind"), shared: form.elements.shared.value === "true" };
  if (body.kind === "phrase") return { ...body, trigger: value("trigger").toLowerCase(), text: value("text") };
  return { ...body, name: value("name"), headings: Object.fromEntries(HEADINGS.map((name) => [name, value(name)])) };
}

async function once(form, method, body, key) {
  if (form.getAttribute("aria-busy")) return;
  form.setAttribute("aria-busy", "true");
  clearProblem(form);
  const { address, version } = form.dataset;
  const answer = await send(method, address, body, { key, match: version ? `"${version}"` : undefined });
  form.removeAttribute("aria-busy");
  if (answer.ok) location.reload();
  else showProblem(form, answer.data ?? {});
}

for (const form of document.querySelectorAll("form[data-address]")) {
  let asked = {};
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const body = said(form);
    const text = JSON.stringify(body);
    if (asked.text !== text) asked = { text, key: newKey() };
    once(form, form.dataset.version ? "PUT" : "POST", body, asked.key);
  });
  form.querySelector("[data-remove]")?.addEventListener("click", () => once(form, "DELETE", undefined, newKey()));
}

// Whoever opens one writes in it.
for (const part of document.querySelectorAll("details")) {
  part.addEventListener("toggle", () => { if (part.open) part.querySelector(".in")?.focus(); });
}
