// One's own sign-in: ends sessions, adds and removes factors, changes the password.
import { clearProblem, newKey, problemText, send, showProblem } from "../lib/form.js";
import { passkeys, touch } from "../lib/sign_in_flow.js";

const factor = document.getElementById("factor");
const app = document.getElementById("app");
const codes = document.getElementById("codes");
const change = document.getElementById("change");
const SVG = "http://www.w3.org/2000/svg";
let appStep = null;

const post = (path, body) => send("POST", path, body, { key: newKey() });

function showCodes(list) {
  if (!list?.length) return location.reload();
  app.hidden = factor.hidden = true;
  codes.querySelector("[data-codes]").replaceChildren(...list.map((code) => {
    const line = document.createElement("li");
    line.textContent = code;
    return line;
  }));
  codes.hidden = false;
  codes.focus();
}

function draw({ size, path }) {
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("viewBox", `0 0 ${size} ${size}`);
  picture.setAttribute("aria-hidden", "true");
  const dark = picture.appendChild(document.createElementNS(SVG, "path"));
  dark.setAttribute("d", path);
  app.querySelector("[data-qr]").replaceChildren(picture);
}

// Begins with the password; what `go` gets is what the server began. A refusal is shown at the form.
async function begin(path, go) {
  clearProblem(factor);
  const begun = await post(path, { password: factor.elements.password.value });
  return begun.ok ? go(begun.data) : showProblem(factor, begun.data);
}

for (const button of document.querySelectorAll("[data-post]")) {
  button.addEventListener("click", async () => {
    const answer = await post(button.dataset.post);
    if (answer.ok || answer.status === 404) return location.reload();
    const place = document.getElementById("sessions-error");
    place.textContent = problemText(answer.data);
    place.hidden = false;
  });
}

for (const button of document.querySelectorAll("[data-remove]")) {
  button.addEventListener("click", () => begin(`/api/me/factors/${button.dataset.remove}/remove`, () => location.reload()));
}

const addPasskey = factor.querySelector("[data-add-passkey]");
addPasskey.hidden = !passkeys();
addPasskey.addEventListener("click", () => begin("/api/me/passkey/begin", async ({ step, options }) => {
  const answer = await touch("create", options);
  if (!answer) return showProblem(factor, { code: "passkey-refused" });
  const added = await post("/api/me/passkey", { step, answer, name: factor.elements.name.value });
  return added.ok ? showCodes(added.data.recovery_codes) : showProblem(factor, added.data);
}));

factor.querySelector("[data-add-app]")?.addEventListener("click", () => begin("/api/me/authenticator/begin", ({ step, secret, qr }) => {
  appStep = step;
  draw(qr);
  app.querySelector("[data-secret]").textContent = secret.replace(/(.{4})/g, "$1 ");
  app.hidden = false;
  app.elements.code.focus();
}));

factor.querySelector("[data-new-codes]")?.addEventListener("click", () => begin("/api/me/recovery-codes", (made) => showCodes(made.recovery_codes)));
factor.addEventListener("submit", (event) => event.preventDefault());
codes.querySelector("[data-done]").addEventListener("click", () => location.reload());

app.addEventListener("submit", async (event) => {
  event.preventDefault();
  clearProblem(app);
  const body = { step: appStep, code: app.elements.code.value.replace(/\s/g, ""), name: factor.elements.name.value };
  const added = await post("/api/me/authenticator", body);
  if (added.ok) showCodes(added.data.recovery_codes);
  else showProblem(app, added.data);
});

change.addEventListener("submit", async (event) => {
  event.preventDefault();
  clearProblem(change);
  const { password, new: wanted } = change.elements;
  const answer = await post("/api/me/password", { password: password.value, new: wanted.value });
  change.querySelector("[data-changed]").hidden = !answer.ok;
  if (answer.ok) change.reset();
  else showProblem(change, answer.data);
});
