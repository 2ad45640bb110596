// Signs that decide: those that fit the complaint stand first, the other red ones are always seen, the rest one key away.
import { meant, startComplaints } from "../lib/complaints.js";
import { t } from "../lib/texts.js";
import { complaint, data, form } from "./triage_form.js";

const find = (selector) => document.querySelector(selector);
const orderOf = ({ dataset }) => (Number(dataset.rank) || 9) * 1000 + data.order.indexOf(dataset.sign);
const worstFirst = [...form.querySelectorAll("[data-sign]")].sort((a, b) => orderOf(a) - orderOf(b));
const more = find("#signs-more");
const plainTitle = find("#signs-title").dataset.plain;
const inList = (option) => option.querySelector("input").checked;
let shown = null;

// A sign that is ticked stays in sight, whatever complaint is written after it.
export function arrange() {
  const found = meant(complaint(), data.complaints);
  const fitting = new Set(found?.signs ?? []);
  const known = worstFirst.some((option) => fitting.has(option.dataset.sign));
  const first = (option) => !known || fitting.has(option.dataset.sign) || inList(option);
  if (shown !== (found?.code ?? "")) {
    find("#signs-first").append(...worstFirst.filter(first));
    find("#signs-red").append(...worstFirst.filter((option) => !first(option) && option.dataset.rank === "1"));
    find("#signs-rest").append(...worstFirst.filter((option) => !first(option) && option.dataset.rank !== "1"));
  }
  shown = found?.code ?? "";
  const rest = find("#signs-rest").childElementCount;
  find("#signs-title").textContent = known ? t("triage.script.worst", { complaint: found.word }) : plainTitle;
  find("#red-title").hidden = !find("#signs-red").childElementCount;
  more.hidden = find("#proposal").hidden = rest === 0;
  more.querySelector("[data-count]").textContent = String(rest);
}

export function openMore() {
  if (more.hidden) return find("#signs-first input").focus();
  more.open = true;
  find("#sign-filter").focus();
}

function filterSigns(text) {
  const wanted = text.trim().toLowerCase();
  for (const option of find("#signs-rest").children) {
    option.hidden = !inList(option) && !option.textContent.toLowerCase().includes(wanted);
  }
}

export function startSigns() {
  startComplaints(form.complaint, data);
  shown = meant(data.complaint, data.complaints)?.code ?? "";
  form.addEventListener("input", ({ target }) => {
    if (target.id === "sign-filter") return filterSigns(target.value);
    if (target === form.complaint) return arrange();
    if (target.name === "no_signs" && target.checked) {
      for (const box of form.querySelectorAll("[name=discriminators]:checked")) box.checked = false;
    } else if (target.name === "discriminators" && target.checked) form.no_signs.checked = false;
  });
}
