// What is typed, saved a second after the last key and on leaving a field. What could not be saved stays in this
// browser, is said, is tried again, and is offered back after a reload.
import { now } from "./time.js";

const WAIT = 1000;
const RETRY = 4000;

export class Autosave {
  // `put(body)` answers {ok, ...}; `body()` is what stands now; `say(state, answer)` is saved, unsaved or failed.
  constructor({ shelf, body, put, say, refused }) {
    Object.assign(this, { shelf, body, put, say, refused });
    this.dirty = false;
    this.stopped = false;
    this.timer = 0;
    this.saving = Promise.resolve();
  }

  changed() {
    if (this.stopped) return;
    this.dirty = true;
    this.keep(); // at once: a power cut does not wait a second
    this.say("unsaved");
    this.later(WAIT);
  }

  keep() {
    try { localStorage.setItem(this.shelf, JSON.stringify({ body: this.body(), at: now() })); } catch { /* the field still holds it */ }
  }

  kept() {
    try { return JSON.parse(localStorage.getItem(this.shelf)); } catch { return null; }
  }

  forget() {
    try { localStorage.removeItem(this.shelf); } catch { /* nothing was kept either */ }
  }

  // Nothing is saved from here on, and leaving asks no more; what is typed stays in the fields.
  stop() {
    this.stopped = true;
    this.dirty = false;
    clearTimeout(this.timer);
  }

  later(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), wait);
  }

  now() {
    clearTimeout(this.timer);
    this.saving = this.saving.then(() => this.save());
    return this.saving;
  }

  async save() {
    if (!this.dirty || this.stopped) return true;
    this.dirty = false;
    const answer = await this.put(this.body());
    if (this.stopped) return answer.ok;
    if (answer.ok) {
      if (!this.dirty) this.forget();
      this.say(this.dirty ? "unsaved" : "saved", answer);
      return true;
    }
    this.keep();
    if (this.refused(answer)) return false;
    this.dirty = true;
    this.say("failed", answer);
    this.later(RETRY);
    return false;
  }

  watch(form) {
    form.addEventListener("focusout", () => { if (this.dirty) this.now(); });
    addEventListener("beforeunload", (event) => { if (this.dirty) event.preventDefault(); });
    document.addEventListener("before-lock", ({ detail }) => detail.push(this.now()));
    document.addEventListener("signing-out", () => this.stop()); // what could not be saved is kept in this browser
    addEventListener("online", () => { if (this.dirty) this.now(); });
  }
}
