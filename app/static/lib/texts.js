// The sentences the server put on the page, in the reader's language. A missing one is a fault and says so.
const block = document.getElementById("texts");
const entries = block ? JSON.parse(block.textContent) : {};

export const known = (key) => key in entries;

export function t(key, facts = {}) {
  if (!known(key)) throw new Error(`no text for ${key}`);
  return entries[key].replace(/\{(\w+)\}/g, (_, name) => String(facts[name]));
}
