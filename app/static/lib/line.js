// The line to the server, and the only file that knows the socket: opens it, hears when it is dead, opens it again.
import { Lateness, Patience, Since } from "./proof.js";
import { setServerTime } from "./time.js";

const NOT_ALLOWED = 4003;
const SOON = 1000; // spread over a second: all screens of a ward hear at once that the network is back
const QUIET = 6000; // a beat comes every five seconds
const GREETING = 5000; // for as long as a greeting takes, what follows counts as older: a longer one is not waited for

export class Line {
  #address; #limit; #socket = null; #timer = 0; #hurried = false;
  #patience = new Patience(); #opened = new Since(); #heard = new Since(); #lateness;
  #greeted = false; #beaten = false; // what the server has said since it was opened
  onframe = () => {}; // (frame, how old at most is what the server has said)
  onrefused = () => {};

  // `address` says where to call, each time anew, since it says how far we have come.
  constructor(address, limit) {
    this.#address = address;
    this.#limit = limit;
  }

  // Nothing heard for too long; also a server that never answered, or that said hello and then nothing.
  get dead() { return this.#socket !== null && this.#heard.passed > this.#limit; }
  get unanswered() { return this.#socket !== null && !this.#greeted && this.#opened.passed > GREETING; }
  get onlyGreets() { return this.#greeted && !this.#beaten && this.#heard.awake > this.#limit; }

  open() {
    const socket = new WebSocket(this.#address(), ["legevakt.v1"]);
    this.#socket = socket;
    this.#lateness = new Lateness();
    this.#hurried = this.#greeted = this.#beaten = false;
    this.#opened.mark();
    this.#heard.mark();
    socket.onmessage = ({ data }) => { if (socket === this.#socket) this.#receive(data); };
    socket.onclose = ({ code }) => { if (socket === this.#socket) this.#closed(code); };
  }

  // Said if the line is open; what was not heard is said again with the next sign of life.
  send(text) { if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(text); }

  #receive(data) {
    if (this.dead) return this.again(); // it lay in a buffer while the machine slept, and is no news
    const frame = JSON.parse(data);
    this.#heard.mark();
    if (frame.server_time) setServerTime(Date.parse(frame.server_time) + this.#lateness.of(frame.server_time));
    this.#greeted ||= frame.type === "hello";
    if (frame.type === "beat") { this.#beaten = true; this.#patience.welcome(this.#opened.passed); }
    this.onframe(frame, this.#lateness.atMost);
  }

  #closed(code) {
    this.#socket = null;
    if (code === NOT_ALLOWED) return this.onrefused();
    this.#openIn(this.#patience.next());
  }

  #openIn(wait) {
    clearTimeout(this.#timer); // never two under way
    this.#timer = setTimeout(() => this.open(), wait);
  }

  again() {
    const socket = this.#socket;
    this.#socket = null; // what it still says is not heard
    socket?.close();
    this.#closed(0);
  }

  // Something happened to the machine or its network: a line that has been quiet is as like as not half open, and
  // nobody who has just come back should sit out a long wait.
  wake() {
    if (this.#hurried || !navigator.onLine) return;
    if (this.#socket && this.#heard.passed <= QUIET) return;
    if (this.#socket) this.again();
    this.#hurried = true;
    this.#openIn(Math.random() * SOON);
  }
}

export function onWaking(look) {
  for (const event of ["online", "offline", "pageshow", "focus"]) addEventListener(event, look);
  for (const event of ["visibilitychange", "resume"]) document.addEventListener(event, look);
}
