// Checking in: two fields are enough, and nothing typed is lost.
import { startComplaints } from "../lib/complaints.js";
import { clearProblem, newKey, send, showProblem } from "../lib/form.js";
import { t } from "../lib/texts.js";
import { momentOf } from "../lib/time.js";

const form = document.getElementById("arrival");
const find = (selector) => document.querySelector(selector);
let key = newKey();

export const isTyping = () => Boolean(form) && [...form.elements].some((each) => each.type === "text" && each.value.trim());

function bodyOf(data) {
  const body = Object.fromEntries([...data].filter(([name, value]) => name !== "flags" && value.trim() !== ""));
  if (body.gp) body.general_practitioner = JSON.parse(find("#gps").textContent)[Number(body.gp)];
  delete body.gp;
  if (body.national_id) body.national_id = body.national_id.replace(/\s/g, "");
  if (body.expected_at) body.expected_at = momentOf(body.expected_at);
  return body;
}

async function submit(event) {
  event.preventDefault();
  const data = new FormData(form);
  const body = bodyOf(data);
  const missing = ["called", "complaint"].find((name) => !body[name]);
  if (missing) return showProblem(form, { code: "field-required", field: missing });
  if ((body.urgency || body.pre_alert) && !body.expected_at) return showProblem(form, { code: "field-required", field: "expected_at" });
  clearProblem(form);
  const answer = await send("POST", form.getAttribute("action"), { ...body, flags: data.getAll("flags") }, { key });
  if (!answer.ok) return showProblem(form, answer.data);
  key = newKey();
  form.reset();
  find(".coming").open = false;
  find("#arrival-done").textContent = t(body.expected_at ? "desk.expected" : "desk.checked_in", { called: body.called, number: answer.data.number });
  if (!body.expected_at) offerTicket(answer.data);
  find("#called").focus();
}

// The patient stands at the desk now: the ticket is one press away, and the next patient's fields are empty already.
function offerTicket({ id, number }) {
  const link = find("#arrival-ticket");
  link.href = `/encounters/${id}/ticket`;
  link.textContent = t("desk.ticket_for", { number });
  link.hidden = false;
}

form?.addEventListener("submit", submit);
if (form) startComplaints(find("#complaint"), JSON.parse(find("#complaints").textContent));
