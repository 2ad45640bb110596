// How old what we know is. No clock is trusted alone: one may stand still while a machine sleeps, another may be set.

// Time since a mark, by the steady clock and by the wall clock; whichever says more is believed.
export class Since {
  #steady; #wall;

  constructor() { this.mark(); }

  mark(ago = 0) {
    this.#steady = performance.now() - ago;
    this.#wall = Date.now() - ago;
  }

  get awake() { return performance.now() - this.#steady; } // as far as this machine has noticed
  get passed() { return Math.max(this.awake, Math.abs(Date.now() - this.#wall)); }
}

// How late frames come. Beside the quickest of the same line; and the first of them may itself be late, by no more than
// has gone since we asked for the line, for the server said it after that. What is late proves old things.
export class Lateness {
  #asked = performance.now(); #began = null; #best = -Infinity; #quickest = -Infinity; #late = 0; #heard = 0;

  // Beside the quickest: good enough to set a clock by.
  of(serverTime) {
    this.#heard = performance.now();
    const ahead = Date.parse(serverTime) - this.#heard;
    if (this.#began === null) this.#began = this.#heard - this.#asked;
    else this.#began = Math.max(0, this.#began - Math.max(0, ahead - this.#best)); // the first was late by so much
    this.#best = Math.max(this.#best, ahead);
    this.#quickest = Math.max(ahead, this.#quickest - 5); // two clocks never run quite alike
    this.#late = this.#quickest - ahead;
    return this.#late;
  }

  // How long ago, at most, the newest time was said: what a picture may be proven by.
  get atMost() { return this.#began === null ? Infinity : this.#began + this.#late + performance.now() - this.#heard; }
}

// Full jitter, doubling: a whole ward of screens must not come back in the same second, nor knock on a server that
// falls again and again. Only a connection that has been well for a while makes us quick again.
const FIRST = 500;
const LONGEST = 10_000;
const WELL = 30_000;

export class Patience {
  #attempt = 0;

  next() { return Math.random() * Math.min(LONGEST, FIRST * 2 ** this.#attempt++); }
  welcome(connectedFor) { if (connectedFor >= WELL) this.#attempt = 0; }
}
