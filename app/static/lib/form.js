// Sending what somebody typed: one key per form so that a repeat is not a second record, and nothing typed is lost.
import { known, t } from "./texts.js";
import { clock } from "./time.js";

export function newKey() {
  // Not randomUUID, which browsers offer only over HTTPS; some wards test on plain HTTP inside the house.
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const DOOR = ["/api/sign-in", "/api/unlock", "/api/lock", "/api/sign-out", "/api/displays/sign-in"];
let signedOut = null; // what to do when the session is over: asks for a sign-in, answers whether there was one

export function whenSignedOut(ask) { signedOut = ask; }

// Whether somebody is signed in, after asking for it where the page stands; false at once where nobody can be asked.
export async function askToSignIn() { return Boolean(signedOut) && (await send("GET", "/api/me")).ok; }

// Who is signed in now, or null; asks nobody to sign in.
export async function whoIsIn() {
  const answer = await fetched("GET", "/api/me");
  return answer.ok ? answer.data : null;
}

// As `fetched`. A session that is over is asked for where the page stands, and the same is sent once more with the same key.
export async function send(method, path, body, how) {
  const answer = await fetched(method, path, body, how);
  if (answer.status !== 401 || !signedOut || DOOR.some((door) => path.startsWith(door))) return answer;
  return (await signedOut()) ? fetched(method, path, body, how) : answer;
}

// Answers {ok, status, data, etag}; without an answer at all, a problem of our own.
async function fetched(method, path, body, { key, match } = {}) {
  const headers = { "Content-Type": "application/json", Accept: "application/json, application/problem+json" };
  if (key) headers["Idempotency-Key"] = key;
  if (match) headers["If-Match"] = match;
  const options = { method, headers, credentials: "same-origin", body: body === undefined ? undefined : JSON.stringify(body) };
  try {
    const answer = await fetch(path, options);
    const text = await answer.text();
    const data = text ? JSON.parse(text) : null;
    return { ok: answer.ok, status: answer.status, data, etag: answer.headers.get("ETag") };
  } catch {
    return { ok: false, status: 0, data: { code: "no-answer" }, etag: null };
  }
}

function readable(value) {
  if (Array.isArray(value)) return value.map((item) => (known(`missing.${item}`) ? t(`missing.${item}`) : item)).join(", ");
  if (typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value)) return clock(Date.parse(value));
  return value;
}

// The refusal in the reader's words: with its facts when the sentence knows them, else the plain sentence.
export function problemText({ code, title, facts, ...rest } = {}) {
  const given = Object.fromEntries(Object.entries({ ...rest, ...facts }).map(([name, value]) => [name, readable(value)]));
  if (known(`error.${code}.facts`)) return t(`error.${code}.facts`, given);
  return known(`error.${code}`) ? t(`error.${code}`) : (title ?? t("error.refused"));
}

function fieldsOf(form, problem) {
  const { code = "", field, parameter, fields = [] } = { ...problem, ...problem.facts };
  const named = [field, parameter, ...fields.map((each) => each.field.split(".").pop())].filter(Boolean);
  const found = named.flatMap((name) => [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)].slice(0, 1));
  const byCode = [...form.querySelectorAll("[data-codes]")].filter((each) => code.startsWith(each.dataset.codes));
  return [...new Set([...found, ...byCode])];
}

export function clearProblem(form) {
  for (const each of form.querySelectorAll("[aria-invalid]")) {
    for (const name of ["aria-invalid", "aria-describedby"]) each.removeAttribute(name);
  }
  for (const each of form.querySelectorAll(".field-error")) each.remove();
  const place = form.querySelector("[data-form-error]");
  if (place) { place.hidden = true; place.textContent = ""; }
}

// Says what was wrong beside the field it is about, else at the form, and moves there unless somebody is on the way on.
export function showProblem(form, problem, { move = true } = {}) {
  clearProblem(form);
  const fields = fieldsOf(form, problem);
  for (const field of fields) {
    const message = document.createElement("p");
    message.className = "field-error";
    message.id = `${field.id}-error`;
    message.textContent = problemText(fields.length > 1 || problem.code === "invalid" ? { code: "field-invalid" } : problem);
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", message.id); // read with the field, which gets the focus
    (field.closest("[data-field-frame]") ?? field).after(message);
  }
  const place = form.querySelector("[data-form-error]");
  if (!fields.length && place) {
    place.textContent = problemText(problem);
    place.hidden = false;
  }
  if (move) (fields[0] ?? place)?.focus();
}
