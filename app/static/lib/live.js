// Keeps a board equal to the server's, and knows when it cannot.
// A gap, a new epoch or a beat ahead of us: resume. A wrong count, or no luck resuming: everything anew.
import { askToSignIn } from "./form.js";
import { Line, onWaking } from "./line.js";
import { ANEW, GAP, Picture, TRUE } from "./picture.js";
import { Since } from "./proof.js";
import { now } from "./time.js";

const BREATH = 100; // milliseconds; twenty changes a second must not cost twenty drawings
const KNOWN = new Set(["hello", "snapshot", "patch", "beat"]);

export class LiveBoard {
  #path; #picture; #line; #limit; #proven = new Since();
  #anew = false; // ask for everything
  #resumed = false; // resumed since the last beat
  #doubted = false; // the server said hello and then nothing: hello is no proof until it has beaten
  #asked = false; // somebody signed in again since the last beat
  #drawing = false; #drawn = -Infinity;
  state = "opening"; // then "live", "stale" or "refused"
  trueAt; // server time of the last proof
  onchange = () => {}; // (ids of rows that are new or different)
  onstate = () => {};
  onextra = () => {}; // (extra, the keys that are different now)
  onmissing = () => {}; // (how many)
  onversion = () => {}; // the server runs other code, or has other settings, than the page was made by

  // `staleAfter`: milliseconds without proof until what we show counts as old.
  constructor({ path, board, staleAfter = 12_000, version = null }) {
    this.#path = path;
    this.#picture = new Picture(board);
    this.#limit = staleAfter;
    this.trueAt = Date.parse(board.server_time);
    this.version = version;
    this.#line = new Line(() => this.#address(), staleAfter);
    this.#line.onframe = (frame, late) => { if (KNOWN.has(frame.type)) this.#take(frame, late); };
    this.#line.onrefused = () => this.#ask();
  }

  get rows() { return this.#picture.rows; }
  get extra() { return this.#picture.extra; } // of the unit itself: rooms, figures, columns, zones, ranges…
  get missing() { return this.#picture.missing; } // how many who are here the board does not show: an alarm
  get place() { return { epoch: this.#picture.epoch, seq: this.#picture.seq }; }
  get secondsSinceProof() { return Math.floor(this.#proven.passed / 1000); }

  // The time to draw by; it stands still while we are cut off. It looks first, so that a screen that has slept never
  // shows the old picture as today's, not for one frame.
  get time() {
    this.check();
    return this.state === "stale" ? this.trueAt : now();
  }

  start() {
    this.#proven.mark(performance.now()); // the page was true when it was asked for, at the earliest
    this.#line.open();
    setInterval(() => this.check(), Math.min(1000, this.#limit / 4));
    onWaking(() => {
      this.check();
      if (this.state !== "refused") this.#line.wake();
    });
  }

  check() {
    if (this.state === "refused") return;
    if (this.#proven.passed > this.#limit) this.#become("stale");
    if (this.#line.unanswered) return this.#line.again();
    if (!this.#line.dead) return;
    this.#doubted ||= this.#line.onlyGreets;
    this.#resume({ anew: false });
  }

  // A locked workstation is asked where it stands, and goes on; a screen on the wall has nobody to ask.
  async #ask() {
    const me = await askToSignIn();
    if (!me || this.#asked) return this.#become("refused"); // signed in and refused all the same: may not (any more)
    this.#asked = true;
    this.#resume({ anew: true });
  }

  #address() {
    const url = new URL(this.#path, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const { epoch, seq } = this.#picture;
    if (epoch && !this.#anew) url.search = new URLSearchParams({ epoch, after: seq });
    return url;
  }

  #resume({ anew }) {
    this.#anew ||= anew || this.#resumed;
    this.#resumed = true;
    this.#line.again();
  }

  #take(frame, late) {
    const { missing } = this;
    const learned = this.#picture.learn(frame);
    if (learned.size) this.onextra(this.extra, learned);
    const found = this.#picture[frame.type](frame);
    if (this.missing !== missing) this.onmissing(this.missing);
    if (found === GAP || found === ANEW) return this.#resume({ anew: found === ANEW });
    this[`_${frame.type}`](frame);
    if (found === TRUE && !this.#doubted && late < this.#limit) this.#prove(late);
  }

  _hello({ version }) {
    this.version ??= version;
    if (version !== this.version) this.onversion();
  }

  _snapshot() { this.#anew = false; this.#draw(); }
  _patch() {
    this.#draw();
    document.dispatchEvent(new Event("ward-news"));
  }

  _beat() { this.#doubted = this.#resumed = this.#asked = false; }

  #prove(late) {
    if (late <= this.#proven.passed) {
      this.#proven.mark(late);
      this.trueAt = now() - late;
    }
    this.#become("live");
  }

  #become(state) {
    if (state === this.state) return;
    this.state = state;
    this.onstate(state);
  }

  // The first change is drawn at once; what comes in the breath after it is drawn together.
  #draw() {
    if (this.#drawing) return;
    this.#drawing = true;
    const wait = BREATH - (performance.now() - this.#drawn);
    if (wait > 0) setTimeout(() => requestAnimationFrame(() => this.#drawNow()), wait);
    else requestAnimationFrame(() => this.#drawNow());
  }

  #drawNow() {
    this.#drawing = false;
    this.#drawn = performance.now();
    const { changed } = this.#picture;
    this.#picture.changed = new Set();
    this.onchange(changed);
  }
}
