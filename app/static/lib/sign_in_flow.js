// Signing in step by step: a password and what it asks for besides, or a passkey alone. For the sign-in page and for unlocking.
import { clearProblem, send, showProblem } from "./form.js";

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const known = (list = []) => list.map((each) => ({ ...each, id: bytes(each.id) }));

export const passkeys = () => Boolean(window.PublicKeyCredential && navigator.credentials);

// The authenticator's answer as JSON; null when the person changed their mind.
export async function touch(how, options) {
  const asked = { ...options, challenge: bytes(options.challenge) };
  if (options.user) asked.user = { ...options.user, id: bytes(options.user.id) };
  asked[how === "create" ? "excludeCredentials" : "allowCredentials"] = known(options.excludeCredentials ?? options.allowCredentials);
  let made;
  try { made = await navigator.credentials[how]({ publicKey: asked }); } catch { return null; }
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (made.response[name]) response[name] = text(made.response[name]);
  }
  return { id: made.id, rawId: text(made.rawId), type: made.type, response, clientExtensionResults: {} };
}

export async function byPasskey(form) {
  const begun = await send("POST", "/api/sign-in/passkey/begin");
  if (!begun.ok) return showProblem(form, begun.data);
  const answer = await touch("get", begun.data.options);
  if (!answer) return showProblem(form, { code: "passkey-refused" });
  return settle(form, await send("POST", "/api/sign-in/passkey", { step: begun.data.step, answer }));
}

function settle(form, answer) {
  if (answer.ok) return answer.data;
  const refused = answer.status === 401 || (answer.status === 422 && answer.data.code === "invalid");
  return showProblem(form, refused ? { code: "sign-in-refused" } : answer.data);
}

// `first()` sends the password. What is asked for besides is shown in the same form, and `done` gets who came in.
export function follow(form, { first, done }) {
  const second = form.querySelector("[data-second]");
  const touchKey = form.querySelector("[data-passkey]");
  let step = null;
  const finish = (who) => { if (who) { step = null; if (second) second.hidden = true; done(who); } };

  function ask(wanted) {
    if (!second) return location.assign("/login"); // a page with one press, and somebody who needs more
    step = wanted.step;
    if (wanted.ways.includes("passkey") && passkeys()) byPasskey(form).then(finish);
    for (const part of form.querySelectorAll("[data-first]")) part.hidden = true;
    second.hidden = false;
    form.elements.code.value = "";
    form.elements.code.focus();
  }

  async function go() {
    clearProblem(form);
    if (step) return finish(settle(form, await send("POST", "/api/sign-in/second", { step, code: form.elements.code.value.trim() })));
    const answer = settle(form, await first());
    if (answer?.step) return ask(answer);
    return finish(answer);
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.getAttribute("aria-busy")) return;
    form.setAttribute("aria-busy", "true");
    try { await go(); } finally { form.removeAttribute("aria-busy"); }
  });
  if (touchKey) touchKey.hidden = !passkeys();
  touchKey?.addEventListener("click", async () => { clearProblem(form); finish(await byPasskey(form)); });
  form.addEventListener("reset", () => {
    step = null;
    if (second) second.hidden = true;
    for (const part of form.querySelectorAll("[data-first]")) part.hidden = false;
    clearProblem(form);
  });
}
