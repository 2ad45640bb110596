// The line of an open record: hears when the record went on and who else is here. What is shown counts as new as far as
// it was drawn from where the server says the record stands, by the same twelve seconds as the boards (live.js).
import { askToSignIn } from "./form.js";
import { Line, onWaking } from "./line.js";
import { Since } from "./proof.js";

const HERE = 4000; // milliseconds between signs that this page is open; the server waits for three of them
const RETRY = 2000;
const KNOWN = new Set(["hello", "news", "people", "beat"]);

export class LiveRecord {
  #line; #limit; #look; #shown; #said = null; #proven = new Since();
  #looking = false; #again = false; #doubted = false; #asked = false;
  #section = null;
  state = "opening"; // then "live", "stale" or "refused"
  onstate = () => {};
  onpeople = () => {};
  ondraft = () => {}; // (its version)

  // `place`: where the record stood when the page was drawn. `look()` draws anew and answers the place drawn, or null.
  constructor({ path, place, look, staleAfter = 12_000 }) {
    this.#shown = place;
    this.#look = look;
    this.#limit = staleAfter;
    this.#line = new Line(() => address(path), staleAfter);
    this.#line.onframe = (frame, late) => { if (KNOWN.has(frame.type)) this.#take(frame, late); };
    this.#line.onrefused = () => this.#ask();
  }

  start() {
    this.#proven.mark(performance.now());
    this.#line.open();
    setInterval(() => this.check(), Math.min(1000, this.#limit / 4));
    setInterval(() => this.#tell(), HERE);
    onWaking(() => {
      this.check();
      if (this.state !== "refused") this.#line.wake();
    });
  }

  // Where the reader writes, or null; told at once, and again with every sign of life.
  say(section) {
    if (section === this.#section) return;
    this.#section = section;
    this.#tell();
  }

  check() {
    if (this.state === "refused") return;
    if (this.#proven.passed > this.#limit) { this.#become("stale"); this.onpeople(null); }
    if (this.#line.unanswered) return this.#line.again();
    if (!this.#line.dead) return;
    this.#doubted ||= this.#line.onlyGreets;
    this.#line.again();
  }

  async #ask() {
    const me = await askToSignIn();
    if (!me || this.#asked) return this.#become("refused");
    this.#asked = true;
    this.#line.again();
  }

  #tell() { this.#line.send(JSON.stringify({ section: this.#section })); }

  #take(frame, late) {
    const { epoch, seq, people, type } = frame;
    this.#said = { epoch, seq };
    if (type === "hello") this.#tell();
    if (type === "beat") this.#doubted = this.#asked = false;
    this.onpeople(people);
    this.ondraft(frame.draft);
    if (!this.#isShown()) return this.#catchUp();
    if (!this.#doubted && late < this.#limit) this.#prove(late);
  }

  #isShown() { return this.#said.epoch === this.#shown.epoch && this.#said.seq <= this.#shown.seq; }

  // One drawing at a time; what is told meanwhile asks for one more.
  async #catchUp() {
    this.#again = true;
    if (this.#looking) return;
    this.#looking = true;
    while (this.#again) {
      this.#again = false;
      const began = performance.now();
      const place = await this.#look().catch(() => null);
      if (place) {
        this.#shown = place;
        if (this.#isShown() && !this.#doubted) this.#prove(performance.now() - began);
        else this.#again ||= !this.#isShown();
      } else {
        await new Promise((resolve) => setTimeout(resolve, RETRY));
        this.#again = this.state !== "refused";
      }
    }
    this.#looking = false;
  }

  #prove(late) {
    if (late <= this.#proven.passed) this.#proven.mark(late);
    this.#become("live");
  }

  #become(state) {
    if (state === this.state) return;
    this.state = state;
    this.onstate(state);
  }
}

function address(path) {
  const url = new URL(path, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url;
}
