// Forms that say one thing and then show the page anew: a reason, a block, a review.
import { clearProblem, newKey, send, showProblem } from "../lib/form.js";

// What somebody typed and which button was pressed; empty fields, and those of another choice, are left out.
function said(form, button) {
  const given = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()]).filter(([, value]) => value));
  for (const part of form.querySelectorAll("[data-only-for][hidden] [name]")) delete given[part.name];
  return button?.name ? { ...given, [button.name]: button.value } : given;
}

function follow(form) {
  for (const part of form.querySelectorAll("[data-only-for]")) {
    part.hidden = new FormData(form).get("kind") !== part.dataset.onlyFor;
  }
}

for (const form of document.querySelectorAll("form[data-post]")) {
  let asked = { text: null }; // the same text again has the same key: it is not done twice
  follow(form);
  form.addEventListener("change", () => follow(form));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.getAttribute("aria-busy")) return;
    form.setAttribute("aria-busy", "true");
    clearProblem(form);
    const body = said(form, event.submitter);
    const text = JSON.stringify(body);
    if (text !== asked.text) asked = { key: newKey(), text };
    const answer = await send("POST", form.dataset.post, body, { key: asked.key });
    form.removeAttribute("aria-busy");
    if (answer.ok) location.reload();
    else showProblem(form, answer.data ?? {});
  });
}
