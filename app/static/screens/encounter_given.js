// Giving medicines on the doctor's page (Alt G): a few letters choose the standing order, Enter twice records it.
import { problemText } from "../lib/form.js";
import { t } from "../lib/texts.js";
import { at, complain, drawn, post, typed } from "./encounter_vitals.js";

const find = (id) => document.getElementById(id);
const offers = () => [...document.querySelectorAll("[data-offer]")];
const fold = (text) => text.trim().toLowerCase();

// Those that hold for the patient before those that do not: what cannot be given says why, and is not in the way.
function wanted() {
  const said = fold(find("give-what").value);
  if (!said) return [];
  const found = offers().filter((each) => {
    const words = fold(each.dataset.words);
    return words === said || words.startsWith(said) || words.split(/[\s:,()·]+/).some((word) => word.startsWith(said));
  });
  const holds = found.filter((each) => each.dataset.holds === "yes");
  return holds.length ? holds : found;
}

function choose() {
  const found = wanted();
  for (const each of offers()) each.hidden = found.length !== 1 || each !== found[0];
  if (found.length > 1) return complain("given-error", t("given.script.several", { several: found.map((each) => each.dataset.words).join(" / ") }));
  if (!found.length) return complain("given-error", t("given.script.none"));
  find("given-error").hidden = true;
  return ["[name=weight_kg]", "button", ".cannot"].map((each) => found[0].querySelector(each)).find(Boolean).focus();
}

const why = ({ facts, ...rest }) => ({ ...rest, facts: { ...facts, why: [...(rest.why ?? facts?.why ?? [])].map((each) => t(`given.why_${each}`)).join(", ") } });

async function record(address, body) {
  const answer = await post(address, body);
  if (answer.ok) return drawn("given", "give-summary");
  const { data } = answer;
  return complain("given-error", problemText(data?.code === "outside-standing-order" ? why(data) : data));
}

function give(form, outcome) {
  const { offer, orderVersion, cleared } = form.dataset;
  return record("administrations", {
    standing_order: offer, standing_version: orderVersion, cleared: cleared.split(" ").filter(Boolean), outcome,
    weight_kg: typed(form, "weight_kg"), remark: typed(form, "remark"), given_at: at(form),
  });
}

function byWord(form) {
  const { unit, route, ordered_by: doctor } = form.elements;
  return record("administrations", {
    medication: typed(form, "medication"), dose: typed(form, "dose"), unit: unit.value, route: route.value, ordered_by: doctor.value || null,
  });
}

function fix(form) {
  const line = form.closest("[data-administration]");
  return record(`administrations/${line.dataset.administration}/corrections`, {
    ...JSON.parse(line.dataset.again), dose: typed(form, "dose"), outcome: form.elements.outcome.value,
    remark: typed(form, "remark"), reason: typed(form, "reason"), withdrawn: form.elements.withdrawn.checked,
  });
}

addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.closest("[data-part=given]")) return;
  event.preventDefault();
  if (form.id === "give-form") choose();
  else if (form.id === "word-form") byWord(form);
  else if ("fix" in form.dataset) fix(form);
  else give(form, event.submitter?.dataset.outcome ?? "given");
});
addEventListener("click", ({ target }) => {
  const line = target.closest("[data-check]")?.closest("[data-administration]");
  if (line) record(`administrations/${line.dataset.administration}/check`, undefined);
});
addEventListener("keydown", (event) => {
  const box = find("give");
  if (!box || !event.altKey || event.ctrlKey || event.key.toLowerCase() !== "g") return;
  event.preventDefault();
  box.open = true;
  find("give-what").focus();
});
