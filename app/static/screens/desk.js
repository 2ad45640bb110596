// The desk: check in, place, take; the list is live and keeps the focus where it is.
import "../lib/page.js";
import { Keyed } from "../lib/fill.js";
import { LiveBoard } from "../lib/live.js";
import { boardOrder } from "../lib/board_order.js";
import { clearProblem, newKey, problemText, send, showProblem } from "../lib/form.js";
import { clock, now, setServerTime } from "../lib/time.js";
import { rowView } from "../lib/row_view.js";
import { t } from "../lib/texts.js";

const find = (selector) => document.querySelector(selector);
const { socket, signIn, staleAfter, initials } = document.body.dataset;
const board = JSON.parse(find("#board").textContent);
const live = new LiveBoard({ path: socket, board, staleAfter: Number(staleAfter) });
const rows = new Keyed(find("#rows"), find("template#row"));
const error = find("#list-error");

function wanted(row) {
  const filter = find("[name=filter]:checked").value;
  if (filter === "waiting") return row.doctor === null && row.status !== "planned";
  return filter === "all" || row.doctor === initials;
}

function draw() {
  const time = live.state === "stale" ? live.trueAt : now();
  const all = boardOrder([...live.rows.values()], time);
  rows.show(all.map((row) => ({ key: row.id, view: rowView(row, time, "name") })));
  for (const row of all) rows.nodes.get(row.id).hidden = !wanted(row);
  const total = String(all.length);
  if (find("[data-total]").textContent !== total) find("[data-total]").textContent = total;
  find("#nobody").hidden = all.some(wanted);
}

function showState(state) {
  if (state === "refused") return location.assign(signIn);
  const stale = state === "stale";
  find("[data-stale-text]").textContent = stale ? t("desk.stale", { clock: clock(live.trueAt) }) : "";
  find("#stale").hidden = !stale;
  document.body.classList.toggle("stale", stale);
  find("[data-connection-word]").textContent = t(state === "live" ? "live.connected" : "live.opening");
  draw();
}

function complain(row, problem) {
  error.textContent = `${row.name}: ${problemText(problem)}`;
  error.hidden = false;
  error.focus();
}

const keys = new Map(); // one key per intent, kept until it is answered
async function act(row, deed, body, match) {
  const intent = `${row.id} ${deed} ${JSON.stringify(body)}`;
  if (!keys.has(intent)) keys.set(intent, newKey());
  error.hidden = true;
  const answer = await send("POST", `/api/encounters/${row.id}/${deed}`, body, { key: keys.get(intent), match });
  if (answer.status) keys.delete(intent);
  if (!answer.ok) complain(row, answer.data);
  return answer;
}

find("#rows").addEventListener("click", async ({ target }) => {
  const button = target.closest("button[data-act]");
  if (!button || button.getAttribute("aria-busy")) return;
  const row = live.rows.get(button.closest("tr").dataset.id);
  button.setAttribute("aria-busy", "true");
  const answer = await act(row, button.dataset.act, button.dataset.act === "take" ? {} : undefined);
  button.removeAttribute("aria-busy");
  if (answer.ok && button.dataset.act === "take") location.assign(`/encounters/${row.id}`);
});

find("#rows").addEventListener("change", async ({ target }) => {
  if (target.dataset.act !== "place") return;
  const row = live.rows.get(target.closest("tr").dataset.id);
  const answer = await act(row, "place", { place: target.value || null }, `"${row.version}"`);
  if (!answer.ok) target.value = live.rows.get(row.id)?.place ?? "";
});

const form = find("#arrival");
let key = newKey();
form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const data = new FormData(form);
  const body = Object.fromEntries([...data].filter(([name, value]) => name !== "flags" && value.trim() !== ""));
  if (body.gp) body.general_practitioner = JSON.parse(find("#gps").textContent)[Number(body.gp)];
  delete body.gp;
  if (body.national_id) body.national_id = body.national_id.replace(/\s/g, "");
  const missing = ["called", "complaint"].find((name) => !body[name]);
  if (missing) return showProblem(form, { code: "field-required", field: missing });
  clearProblem(form);
  const answer = await send("POST", form.getAttribute("action"), { ...body, flags: data.getAll("flags") }, { key });
  if (!answer.ok) return showProblem(form, answer.data);
  key = newKey();
  form.reset();
  find("#arrival-done").textContent = t("desk.checked_in", { called: body.called, number: answer.data.number });
  find("#called").focus();
});

find(".filter").addEventListener("change", draw);
setServerTime(board.server_time);
live.onchange = draw;
live.onstate = showState;
live.start();
draw();
setInterval(draw, 1000);
