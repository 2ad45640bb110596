// Signing in; in the demo one press is enough.
import { clearProblem, newKey, send, showProblem } from "../lib/form.js";

const form = document.getElementById("sign-in");

async function signIn(username, password) {
  clearProblem(form);
  const answer = await send("POST", "/api/sign-in", { username, password }, { key: newKey() });
  if (!answer.ok) {
    const refused = answer.status === 401 || answer.status === 422;
    return showProblem(form, refused ? { code: "sign-in-refused" } : answer.data);
  }
  location.assign(form.dataset.next || (answer.data.unit ? `/units/${answer.data.unit}` : "/"));
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  signIn(form.elements.username.value.trim(), form.elements.password.value);
});

for (const button of document.querySelectorAll("[data-username]")) {
  button.addEventListener("click", () => signIn(button.dataset.username, button.dataset.password));
}
