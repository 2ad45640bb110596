// Makes a ticket, shows it to be read or printed, and takes it back. The secret is made here and kept nowhere.
import "../lib/page.js";
import { clearProblem, newKey, send, showProblem } from "../lib/form.js";
import { t } from "../lib/texts.js";
import { clock, now } from "../lib/time.js";

const PAPER = "legevakt.ticket.paper";
const find = (selector) => document.querySelector(selector);
const { path } = document.body.dataset;
const form = find("#make");

function newSecret() {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_"); // 24 bytes need no padding
}

// A repeat after a lost answer is the same ticket: key and secret stay until there is an answer.
let wanted = null;
async function make() {
  wanted ??= { key: newKey(), secret: newSecret() };
  const answer = await send("POST", path, { secret: wanted.secret }, { key: wanted.key });
  if (answer.status) wanted = null;
  if (!answer.ok) return showProblem(form, answer.data);
  const { code } = answer.data;
  find("#code").setAttribute("viewBox", `0 0 ${code.size} ${code.size}`);
  find("#code path").setAttribute("d", code.path);
  find("[data-made]").textContent = t("ticket.made_at", { clock: clock(now()) });
  show({ out: true, said: t("ticket.made") });
  find("#print").focus();
}

let ending = null;
async function end() {
  ending ??= newKey();
  const answer = await send("POST", `${path}/end`, undefined, { key: ending });
  if (answer.status) ending = null;
  if (!answer.ok) return showProblem(form, answer.data);
  show({ out: false, said: t("ticket.ended") });
  find("#go").focus();
}

function show({ out, said }) {
  find("#slip").hidden = find("#print").hidden = find("#end").hidden = !out;
  find("#go").textContent = t(out ? "ticket.make_new" : "ticket.make");
  find("#go").classList.toggle("primary", !out);
  find("#print").classList.toggle("primary", out);
  find("#state").textContent = said;
}

async function busy(button, act) {
  if (button.getAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true");
  clearProblem(form);
  await act();
  button.removeAttribute("aria-busy");
}

function choosePaper(paper) {
  document.body.classList.toggle("paper-a4", paper === "a4");
}

form.addEventListener("submit", (event) => { event.preventDefault(); busy(find("#go"), make); });
find("#end")?.addEventListener("click", () => busy(find("#end"), end));
find("#print")?.addEventListener("click", () => print());
form.addEventListener("change", ({ target }) => {
  if (target.name !== "paper") return;
  choosePaper(target.value);
  try { localStorage.setItem(PAPER, target.value); } catch { /* asked again next time */ }
});
try {
  const kept = localStorage.getItem(PAPER);
  if (kept && form.elements.paper) form.elements.paper.value = kept;
} catch { /* nothing is kept here */ }
choosePaper(form.elements.paper?.value);
