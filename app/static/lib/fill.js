// Puts words and classes into the slots of a part, writing only what changed: focus and selection survive.
import { arrange } from "./arrange.js";

const slots = new WeakMap();
const at = (view, path) => path.split(".").reduce((value, key) => value[key], view);

const WRITERS = {
  field(element, path, view) {
    const text = at(view, path);
    if (element.textContent !== text) element.textContent = text;
  },
  class(element, pattern, view) {
    const names = pattern.split(" ").map((part) => (part.startsWith("=") ? at(view, part.slice(1)) : part));
    const text = names.filter(Boolean).join(" ");
    if (element.className !== text) element.className = text;
  },
  show(element, path, view) {
    const hidden = !at(view, path);
    if (element.hidden !== hidden) element.hidden = hidden;
  },
  href(element, path, view) {
    const href = at(view, path);
    if (element.getAttribute("href") !== href) element.setAttribute("href", href);
  },
  value(element, path, view) {
    const value = at(view, path);
    if (element !== document.activeElement && element.value !== value) element.value = value;
  },
  flags(element, path, view) {
    const wanted = at(view, path);
    const shown = [...element.querySelectorAll("[data-flag]")];
    if (shown.map((flag) => flag.dataset.flag).join() === wanted.join()) return;
    shown.forEach((flag) => flag.remove());
    const stock = document.getElementById("flags").content;
    element.prepend(...wanted.map((flag) => stock.querySelector(`[data-flag="${flag}"]`).cloneNode(true)));
  },
};

function find(root) {
  const found = [];
  for (const element of [root, ...root.querySelectorAll("*")]) {
    for (const kind of Object.keys(WRITERS)) {
      if (kind in element.dataset) found.push([WRITERS[kind], element, element.dataset[kind]]);
    }
  }
  return found;
}

export function fill(root, view) {
  if (!slots.has(root)) slots.set(root, find(root));
  for (const [write, element, path] of slots.get(root)) write(element, path, view);
}

const shown = new WeakMap(); // what a node says now: the very same words are not written again

// One node per key, taken from the page, else from the template of that name.
export class Keyed {
  constructor(container, template) {
    this.container = container;
    this.template = template;
    this.nodes = new Map([...container.querySelectorAll(":scope > [data-id]")].map((node) => [node.dataset.id, node]));
  }

  show(items) {
    const nodes = items.map(({ key, view }) => {
      const node = this.nodes.get(key) ?? this.#make(key);
      if (shown.get(node) !== view) fill(node, view);
      shown.set(node, view);
      return node;
    });
    const kept = new Set(items.map(({ key }) => key));
    for (const [key, node] of this.nodes) if (!kept.has(key)) { node.remove(); this.nodes.delete(key); }
    arrange(this.container, nodes);
  }

  #make(key) {
    const node = this.template.content.firstElementChild.cloneNode(true);
    node.dataset.id = key;
    this.nodes.set(key, node);
    return node;
  }
}
