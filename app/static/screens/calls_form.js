// The call one has: kept in this browser at every key, on the server when a field is left, judged at once, then closed.
import { clearProblem, newKey, send, showProblem } from "../lib/form.js";
import { t } from "../lib/texts.js";
import { clock, momentOf, now, seconds } from "../lib/time.js";

const TEXTS = ["caller", "about", "place", "complaint", "advice"];
const COMES = ["come-now", "appointment"];
const MAY_COME = [...COMES, "ambulance"];

export class CallForm {
  #form = document.getElementById("call"); #hand = document.getElementById("by-hand");
  #saved = this.#form.querySelector("[data-saved]"); #turn = Promise.resolve();
  #call = null; #version = 0; #judged = ""; #closing = false; #key = newKey();

  constructor({ done }) {
    this.done = done;
    this.#form.addEventListener("input", () => this.#keep());
    this.#form.addEventListener("change", (event) => this.#changed(event.target.name));
    this.#form.addEventListener("submit", (event) => { event.preventDefault(); this.#queue(() => this.#close()); });
    this.#form.addEventListener("keydown", (event) => { if (event.ctrlKey && event.key === "Enter") this.#form.requestSubmit(); });
  }

  get id() { return this.#call?.id; }

  // What the server says of my call; what is being written is left alone.
  show(call, { focus = false } = {}) {
    if (call && call.id === this.id) { this.#call = call; this.#version = Math.max(this.#version, call.version); if (focus) this.#focus(); return; }
    if (this.#closing) return;
    this.#call = call;
    this.#form.hidden = !call;
    this.#hand.hidden = Boolean(call);
    if (!call) return;
    this.#version = call.version;
    this.#form.reset();
    clearProblem(this.#form);
    const kept = this.#kept();
    for (const name of TEXTS) this.#form.elements[name].value = kept?.[name] ?? call[name] ?? "";
    if (call.urgency) this.#form.elements.urgency.value = call.urgency;
    this.#judged = call.urgency ? JSON.stringify({ ...this.#notes(), urgency: call.urgency }) : "";
    this.#coming();
    this.#saved.textContent = "";
    if (focus) this.#focus();
  }

  #focus() {
    (this.#form.elements.caller.value ? this.#form.elements.about : this.#form.elements.caller).focus();
  }

  tick(time = now()) {
    if (!this.#call) return;
    const began = Date.parse(this.#call.answered_at ?? this.#call.since);
    this.#form.querySelector("[data-call-time]").textContent = seconds(began, time);
    this.#form.querySelector("[data-call-note]").textContent = t("calls.rings_since", { clock: clock(Date.parse(this.#call.since)) });
  }

  #notes() { return Object.fromEntries(TEXTS.map((name) => [name, this.#form.elements[name].value.trim() || null])); }

  get #shelf() { return `call ${this.id}`; }
  #keep() { try { localStorage.setItem(this.#shelf, JSON.stringify(this.#notes())); } catch { /* the field still holds it */ } }
  #kept() { try { return JSON.parse(localStorage.getItem(this.#shelf)); } catch { return null; } }
  #forget() { try { localStorage.removeItem(this.#shelf); } catch { /* nothing was kept either */ } }

  #queue(deed) { this.#turn = this.#turn.then(deed); }

  #changed(name) {
    if (name === "urgency") return this.#queue(() => this.#judge());
    if (name === "outcome") return this.#coming();
    if (TEXTS.includes(name)) this.#queue(() => this.#save());
  }

  #coming() {
    const outcome = this.#form.elements.outcome.value;
    const comes = MAY_COME.includes(outcome);
    document.getElementById("coming").hidden = !comes;
    if (comes && !this.#form.elements.expected_at.value) this.#form.elements.expected_at.value = clock(now() + 30 * 60_000);
    if (outcome === "ambulance") this.#form.elements.by_ambulance.checked = true;
  }

  async #save() {
    if (!this.#call || this.#closing) return;
    const answer = await send("PUT", `/api/calls/${this.id}`, this.#notes(), { match: `"${this.#version}"` });
    if (answer.ok) this.#version = answer.data.version;
    this.#saved.textContent = t(answer.ok ? "calls.saved" : "calls.unsaved");
    return answer;
  }

  async #judge() {
    const body = { ...this.#notes(), urgency: this.#form.elements.urgency.value };
    if (!body.urgency || this.#judged === JSON.stringify(body)) return { ok: true };
    const answer = await send("POST", `/api/calls/${this.id}/assessments`, body, { key: newKey() });
    if (!answer.ok) { showProblem(this.#form, answer.data); return answer; }
    this.#version = answer.data.version;
    this.#judged = JSON.stringify(body);
    this.#saved.textContent = t("calls.saved");
    return answer;
  }

  async #close() {
    const { outcome, expected_at: time, by_ambulance: ambulance } = this.#form.elements;
    clearProblem(this.#form);
    if (!outcome.value) return showProblem(this.#form, { code: "call-outcome-missing" });
    if (!(await this.#judge()).ok) return;
    const comes = MAY_COME.includes(outcome.value) && time.value;
    const body = { outcome: outcome.value, expected_at: comes ? momentOf(time.value) : null, by_ambulance: Boolean(comes && ambulance.checked) };
    const { id } = this;
    this.#closing = true;
    const answer = await send("POST", `/api/calls/${id}/close`, body, { key: this.#key });
    this.#closing = false;
    if (answer.status) this.#key = newKey();
    if (!answer.ok) return showProblem(this.#form, answer.data);
    this.#forget();
    this.show(null);
    this.done(id, outcome.value);
  }
}
