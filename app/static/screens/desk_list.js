// The list itself: everybody in order, while the row somebody is at stays where it is, on the screen and in focus.
import { boardOrder } from "../lib/board_order.js";
import { Keyed } from "../lib/fill.js";
import { viewOf } from "../lib/row_cache.js";

const HAND_ON_MOUSE = 2000; // this long after it moved, the row under it is not to slip away

export class DeskList {
  #rows; #scroller; #order = ""; #owed = 0; // the part of a pixel that could not be scrolled last time
  #pointer = null; #slipped = -Infinity;
  at = null; // id of the row somebody was at last

  constructor(body, template, scroller) {
    this.#rows = new Keyed(body, template);
    this.#scroller = scroller;
    body.addEventListener("focusin", ({ target }) => { this.at = target.closest("tr").dataset.id; });
    body.addEventListener("pointermove", ({ clientX: x, clientY: y }) => {
      if (x !== this.#pointer?.x || y !== this.#pointer.y) this.#pointer = { x, y, when: performance.now() };
    });
    body.addEventListener("pointerleave", () => { this.#pointer = null; });
  }

  // On a narrow screen the whole page scrolls.
  get #scrolling() {
    const { scrollHeight, clientHeight } = this.#scroller;
    return scrollHeight > clientHeight ? this.#scroller : document.scrollingElement;
  }

  node(id) { return this.#rows.nodes.get(id); }
  get nodes() { return this.#rows.nodes; }
  get shown() { return [...this.#rows.container.children].filter((node) => !node.hidden); }

  // `wanted` says of a row whether it is asked for; the one in focus stays until it is left.
  draw(rows, time, wanted) {
    const active = this.#rows.container.contains(document.activeElement) ? document.activeElement : null;
    const held = active?.closest("tr");
    const all = boardOrder(rows, time);
    const visible = new Set(all.filter((row) => row.id === held?.dataset.id || wanted(row, time)).map(({ id }) => id));
    const order = all.filter(({ id }) => visible.has(id)).map(({ id }) => id).join();
    const arrange = () => {
      this.#rows.show(all.map((row) => ({ key: row.id, view: viewOf(row, time, "name") })));
      for (const [id, node] of this.nodes) if (node.hidden === visible.has(id)) node.hidden = !visible.has(id);
    };
    if (order === this.#order) arrange();
    else this.#keepInPlace(held, arrange);
    this.#order = order;
    if (active) this.#keepFocus(active, held);
    return visible.size;
  }

  #underPointer() {
    const { x, y } = this.#pointer ?? {};
    return x === undefined ? null : document.elementFromPoint(x, y)?.closest("#rows > tr");
  }

  // What moves, moves around the row that somebody points at or works in.
  #keepInPlace(held, arrange) {
    const pointed = this.#underPointer();
    const busy = pointed && performance.now() - this.#pointer.when < HAND_ON_MOUSE;
    const anchor = busy ? pointed : held ?? pointed;
    const next = held && [...this.shown].slice(this.shown.indexOf(held) + 1);
    const top = () => anchor.getBoundingClientRect().top;
    const wanted = anchor ? top() - this.#owed : 0;
    arrange();
    const hold = () => { if (anchor?.isConnected) this.#scrolling.scrollTop += top() - wanted; };
    hold();
    this.#owed = anchor && Math.abs(top() - wanted) < 1 ? top() - wanted : 0;
    const { scrollTop } = this.#scrolling;
    requestAnimationFrame(() => { if (this.#scrolling.scrollTop === scrollTop) hold(); }); // rows that came into sight
    if (pointed && this.#underPointer() !== pointed) this.#slipped = performance.now();
    this.#successor = next;
  }

  // The rows have moved under a pointer that has not moved since: a click now is meant for another patient. Only once.
  slippedAway({ detail }) {
    const slipped = detail > 0 && this.#pointer?.when < this.#slipped;
    this.#slipped = -Infinity;
    return slipped;
  }

  #successor = null;
  #keepFocus(active, held) {
    if (!held.isConnected) {
      const next = this.#successor?.find((node) => node.isConnected && !node.hidden) ?? this.shown.at(-1);
      next?.querySelector(".who").focus();
    } else if (active.closest("[hidden]")) held.querySelector(".who").focus();
  }

  // To the next row, or to the one before; from nowhere to the first.
  step(by) {
    const nodes = this.shown;
    const here = nodes.indexOf(this.node(this.at));
    const next = nodes[Math.min(nodes.length - 1, Math.max(0, here < 0 ? 0 : here + by))];
    next?.querySelector(".who").focus();
  }
}
