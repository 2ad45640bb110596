// Signing in; in the demo one press is enough, and at a machine of the ward one press and the password.
import { newKey, send } from "../lib/form.js";
import { follow } from "../lib/sign_in_flow.js";

const form = document.getElementById("sign-in");
const { username, password } = form.elements;

follow(form, {
  first: () => send("POST", "/api/sign-in", { username: username.value.trim(), password: password.value }, { key: newKey() }),
  done: () => location.assign(form.dataset.next || "/"), // the front page knows where each role begins
});

for (const button of document.querySelectorAll("[data-username]")) {
  button.addEventListener("click", () => {
    username.value = button.dataset.username;
    password.value = button.dataset.password;
    form.requestSubmit();
  });
}

for (const button of document.querySelectorAll("[data-colleague]")) {
  button.addEventListener("click", () => {
    username.value = button.dataset.colleague;
    password.value = "";
    password.focus();
  });
}
