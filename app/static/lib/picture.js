// What a board knows: rows by id, and what else is true of the unit. Says of each frame whether all of it is here.
export const TRUE = "true"; // this is what the server has now
export const ON_THE_WAY = "on the way"; // taken in; more is promised
export const GAP = "gap"; // something was missed: ask for it
export const ANEW = "anew"; // not the same board: ask for everything

// What the protocol itself says; everything else in a frame is about the unit.
const OWN = new Set(["type", "epoch", "seq", "rows", "removed", "count", "missing", "server_time", "version"]);
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

export class Picture {
  #promised = 0; // what the server said it had when we came
  #whole = false; // just fetched, so a count that disagrees is the board's fault and not ours
  rows; extra = {}; missing = 0;
  changed = new Set(); // ids, until somebody has drawn them

  constructor(board) {
    this.epoch = board.epoch;
    this.seq = board.seq;
    this.rows = new Map(board.rows.map((row) => [row.id, row]));
    this.learn(board);
  }

  // The keys about the unit that are different now.
  learn(frame) {
    const keys = Object.keys(frame).filter((key) => !OWN.has(key) && !same(this.extra[key], frame[key]));
    for (const key of keys) this.extra[key] = frame[key];
    return new Set(keys);
  }

  hello({ epoch, seq }) {
    this.#promised = seq;
    return epoch === this.epoch && seq === this.seq ? TRUE : ON_THE_WAY;
  }

  snapshot({ epoch, seq, rows }) {
    for (const row of rows) if (!same(this.rows.get(row.id), row)) this.changed.add(row.id);
    this.rows = new Map(rows.map((row) => [row.id, row]));
    this.epoch = epoch;
    this.seq = seq;
    this.#whole = true;
    return TRUE;
  }

  patch({ epoch, seq, rows, removed }) {
    if (epoch !== this.epoch) return ANEW;
    if (seq <= this.seq) return ON_THE_WAY;
    if (seq !== this.seq + 1) return GAP;
    for (const row of rows) { this.rows.set(row.id, row); this.changed.add(row.id); }
    for (const id of removed) this.rows.delete(id);
    this.seq = seq;
    this.#whole = false;
    return seq >= this.#promised ? TRUE : ON_THE_WAY;
  }

  // `missing` is the server's own word; a fresh picture with too few rows says the same.
  beat({ epoch, seq, count, missing = 0 }) {
    if (epoch !== this.epoch) return ANEW;
    if (seq > this.seq) return GAP;
    if (seq < this.seq) return TRUE;
    const lacking = count - this.rows.size;
    if (lacking === 0 || this.#whole) this.missing = Math.max(missing, lacking);
    return lacking === 0 ? TRUE : ANEW;
  }
}
