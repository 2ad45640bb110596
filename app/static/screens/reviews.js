// Letters in doubt: each is decided by a person, who says what was done; then the list is drawn anew.
import "../lib/page.js";
import { clearProblem, newKey, send, showProblem } from "../lib/form.js";
import { t } from "../lib/texts.js";

const DONE = "legevakt.reviews.done";
const done = sessionStorage.getItem(DONE);
if (done) { document.getElementById("done").textContent = t("reviews.decided"); sessionStorage.removeItem(DONE); }

for (const form of document.querySelectorAll("form[data-path]")) {
  let key = newKey();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { decision, note } = form.elements;
    if (!note.value.trim()) return showProblem(form, { code: "field-required", field: "note" });
    clearProblem(form);
    const button = form.querySelector("[type=submit]");
    button.setAttribute("aria-busy", "true");
    const answer = await send("POST", form.dataset.path, { decision: decision.value, note: note.value.trim() }, { key });
    button.removeAttribute("aria-busy");
    if (answer.status) key = newKey();
    if (!answer.ok) return showProblem(form, answer.data);
    sessionStorage.setItem(DONE, "1");
    location.reload();
  });
}
