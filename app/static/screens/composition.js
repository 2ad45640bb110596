// A sick note or a referral: saved as it is written, signed with Ctrl Enter; then printed, made anew, handed over.
import { Autosave } from "../lib/autosave.js";
import { clearProblem, newKey, problemText, send, showProblem } from "../lib/form.js";
import { clock } from "../lib/time.js";
import { t } from "../lib/texts.js";

const data = JSON.parse(document.getElementById("data").textContent);
const path = `/api/encounters/${data.encounter}/compositions/${data.composition}`;
const form = document.getElementById("composition");
let version = data.version;
const match = () => `"${version}"`;

function value(field) {
  if (field.type === "checkbox") return field.checked;
  if (field.type === "number") return field.value ? Number(field.value) : null;
  return field.type === "date" ? field.value || null : field.value;
}

function said() {
  const body = { kind: data.kind };
  for (const field of form.elements) if (field.name && field.type !== "radio") body[field.name] = value(field);
  if (form.elements.urgency) body.urgency = form.elements.urgency.value || null;
  return { form: body };
}

function showLacks(codes) {
  const strong = document.createElement("b");
  strong.textContent = t(codes.length ? "composition.script.missing" : "composition.script.whole");
  document.getElementById("lacks").replaceChildren(strong, ` ${codes.map((code) => t(`composition.lack_${code}`)).join(", ")}`);
}

function showDays() {
  const { from_day: from, to_day: to } = form.elements;
  const place = document.getElementById("days");
  if (!place) return;
  const days = from.value && to.value ? Math.round((Date.parse(to.value) - Date.parse(from.value)) / 86400000) + 1 : 0;
  const text = days > 0 ? t("composition.script.days", { days }) : "";
  if (place.textContent !== text) place.textContent = text;
}

function startForm() {
  const sign = document.getElementById("saved");
  const say = (state, answer) => {
    sign.classList.toggle("bad", state === "failed");
    sign.textContent = state === "saved" ? t("composition.script.saved", { clock: clock(Date.parse(answer.data.saved_at)) })
      : t(state === "failed" ? "composition.script.not_saved" : "composition.script.typing");
  };
  const saver = new Autosave({
    shelf: `legevakt.composition.${data.composition}.${data.me}`,
    body: said,
    say,
    put: async (body) => {
      const answer = await send("PUT", path, body, { match: match() });
      if (answer.ok) { version = answer.data.version; showLacks(answer.data.lacks); clearProblem(form); }
      return answer;
    },
    refused: (answer) => {
      if (answer.status === 0 || answer.status >= 500) return false;
      showProblem(form, answer.data ?? {}, { move: false });
      say("failed", answer);
      return true;
    },
  });
  saver.watch(form);
  form.addEventListener("input", () => { showDays(); saver.changed(); });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.getAttribute("aria-busy")) return;
    form.setAttribute("aria-busy", "true");
    if (await saver.now()) {
      const answer = await send("POST", `${path}/sign`, {}, { key: newKey(), match: match() });
      if (answer.ok) { saver.stop(); saver.forget(); return location.reload(); }
      showProblem(form, answer.data ?? {});
    }
    form.removeAttribute("aria-busy");
  });
  document.getElementById("discard").addEventListener("click", async () => {
    await saver.now();
    const answer = await send("DELETE", path, undefined, { match: match() });
    if (!answer.ok) return showProblem(form, answer.data ?? {});
    saver.stop();
    saver.forget();
    location.assign(`/encounters/${data.encounter}`);
  });
  addEventListener("keydown", (event) => {
    if (event.ctrlKey && event.key === "Enter") { event.preventDefault(); form.requestSubmit(); }
  });
  showDays();
}

function complain(problem) {
  const place = document.getElementById("refused");
  place.textContent = problemText(problem);
  place.hidden = false;
  place.focus();
}

for (const act of document.querySelectorAll("form[data-act]")) {
  let asked = {};
  act.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (act.getAttribute("aria-busy")) return;
    act.setAttribute("aria-busy", "true");
    const body = Object.fromEntries(new FormData(act));
    const text = JSON.stringify(body);
    if (asked.text !== text) asked = { text, key: newKey() };
    const answer = await send("POST", `${path}/${act.dataset.act}`, body, { key: asked.key });
    act.removeAttribute("aria-busy");
    if (!answer.ok) return complain(answer.data);
    if (act.dataset.act === "renew") location.assign(`/encounters/${data.encounter}/compositions/${answer.data.composition}`);
    else location.reload();
  });
}
for (const part of document.querySelectorAll(".acts details")) {
  part.addEventListener("toggle", () => { if (part.open) part.querySelector(".in")?.focus(); });
}
document.getElementById("print")?.addEventListener("click", () => print());
if (form) startForm();
