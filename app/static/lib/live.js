// The only file that knows the socket: keeps a board equal to the server's, and knows when it cannot.
// A gap, a new epoch or a beat ahead of us: resume. A wrong count, or no luck resuming: everything anew.
import { now, setServerTime } from "./time.js";

const NOT_ALLOWED = 4003;
const LONGEST_WAIT = 10_000;

export class LiveBoard {
  #path; #epoch; #seq; #staleAfter;
  #socket = null; #timer = 0; #attempt = 0; #resumed = false;
  #promised = 0; // what the server said it had when we came
  #heard = 0; // any frame, or the try to connect
  #proven = 0; // last time we knew that what we show is true
  #changed = new Set(); #frame = 0;
  state = "opening"; // then "live", "stale" or "refused"
  trueAt; // server time of the last proof
  onchange = () => {};
  onstate = () => {};
  onfigures = () => {}; // median and share tonight, with each picture and beat
  onversion = () => {}; // the server runs other code than the page was made by

  constructor({ path, board, staleAfter = 12_000 }) {
    this.#path = path;
    this.#epoch = board.epoch;
    this.#seq = board.seq;
    this.#staleAfter = staleAfter;
    this.rows = new Map(board.rows.map((row) => [row.id, row]));
    this.trueAt = Date.parse(board.server_time);
    this.version = null;
  }

  get place() { return { epoch: this.#epoch, seq: this.#seq }; }
  get secondsSinceProof() { return Math.floor((performance.now() - this.#proven) / 1000); }

  start() {
    this.#proven = performance.now();
    this.#open();
    setInterval(() => this.#check(), Math.min(1000, this.#staleAfter / 4));
  }

  #open() {
    const url = new URL(this.#path, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    if (this.#epoch) url.search = new URLSearchParams({ epoch: this.#epoch, after: this.#seq });
    const socket = new WebSocket(url, ["legevakt.v1"]);
    this.#socket = socket;
    this.#heard = performance.now();
    socket.onmessage = ({ data }) => { if (socket === this.#socket) this.#receive(JSON.parse(data)); };
    socket.onclose = ({ code }) => { if (socket === this.#socket) this.#closed(code); };
  }

  #closed(code) {
    this.#socket = null;
    if (code === NOT_ALLOWED) return this.#become("refused");
    // Full jitter: a whole ward of screens must not come back in the same second.
    const wait = Math.random() * Math.min(LONGEST_WAIT, 500 * 2 ** this.#attempt++);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#open(), wait);
  }

  #restart({ anew }) {
    if (anew || this.#resumed) this.#epoch = "";
    this.#resumed = true;
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.#closed(0);
  }

  #receive(frame) {
    this.#heard = performance.now();
    if (frame.server_time) setServerTime(frame.server_time);
    this[`_${frame.type}`]?.(frame);
  }

  _hello({ epoch, seq, version }) {
    this.#promised = seq;
    this.version ??= version;
    if (version !== this.version) this.onversion();
    if (epoch === this.#epoch && seq === this.#seq) this.#prove();
  }

  _snapshot({ epoch, seq, rows, figures }) {
    if (figures) this.onfigures(figures);
    for (const row of rows) {
      if (JSON.stringify(this.rows.get(row.id)) !== JSON.stringify(row)) this.#changed.add(row.id);
    }
    this.rows = new Map(rows.map((row) => [row.id, row]));
    this.#epoch = epoch;
    this.#seq = seq;
    this.#draw();
    this.#prove();
  }

  _patch({ epoch, seq, rows, removed }) {
    if (epoch !== this.#epoch) return this.#restart({ anew: true });
    if (seq <= this.#seq) return;
    if (seq !== this.#seq + 1) return this.#restart({ anew: false });
    for (const row of rows) { this.rows.set(row.id, row); this.#changed.add(row.id); }
    for (const id of removed) this.rows.delete(id);
    this.#seq = seq;
    this.#draw();
    if (seq >= this.#promised) this.#prove();
  }

  _beat({ epoch, seq, count, figures }) {
    if (figures) this.onfigures(figures);
    if (epoch !== this.#epoch) return this.#restart({ anew: true });
    if (seq > this.#seq) return this.#restart({ anew: false });
    if (seq === this.#seq && count !== this.rows.size) return this.#restart({ anew: true });
    this.#attempt = 0;
    this.#resumed = false;
    this.#prove();
  }

  #prove() {
    this.#proven = performance.now();
    this.trueAt = now();
    this.#become("live");
  }

  #check() {
    const time = performance.now();
    if (this.state === "refused") return;
    if (time - this.#proven > this.#staleAfter) this.#become("stale");
    if (this.#socket && time - this.#heard > this.#staleAfter) this.#restart({ anew: false });
  }

  #become(state) {
    if (state === this.state) return;
    this.state = state;
    this.onstate(state);
  }

  // Patches that come together are drawn together.
  #draw() {
    if (this.#frame) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      const changed = this.#changed;
      this.#changed = new Set();
      this.onchange(changed);
    });
  }
}
