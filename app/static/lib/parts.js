// Parts of a page drawn anew by the server after a change, in place: `[data-part=name]` is taken from the same address and
// put in where it differs. A part that somebody is in the middle of (focus in a field, or `data-busy`) is left alone; it
// says so (`data-news`) and is drawn when they are done.
import { known, t } from "./texts.js";

const FIELDS = "input, textarea, select";
const waiting = new Set();

const changed = (field) => (["checkbox", "radio"].includes(field.type) ? field.checked !== field.defaultChecked
  : field.matches("select") ? [...field.options].some((each) => each.selected !== each.defaultSelected) && field.selectedIndex > 0
    : field.value !== field.defaultValue);
const busy = (part, gently) => part.hasAttribute("data-busy") || part.querySelector("[data-busy]")
  || (part.contains(document.activeElement) && document.activeElement.matches(FIELDS))
  || (gently && [...part.querySelectorAll(FIELDS)].some(changed)); // half typed, though the reader is elsewhere just now

// What the reader has folded out stays so.
function keepOpen(shown, next) {
  for (const each of shown.querySelectorAll("details[id]")) {
    next.querySelector(`#${CSS.escape(each.id)}`)?.toggleAttribute("open", each.open);
  }
}

function take(name, drawn, gently) {
  const shown = document.querySelector(`[data-part="${name}"]`);
  const next = drawn.querySelector(`[data-part="${name}"]`);
  if (!shown || !next) return;
  if (gently) keepOpen(shown, next);
  const same = shown.cloneNode(true);
  same.removeAttribute("data-news");
  if (same.isEqualNode(next)) { waiting.delete(name); shown.removeAttribute("data-news"); return; }
  if (busy(shown, gently)) {
    waiting.add(name);
    if (known("encounter.script.news_waits")) shown.dataset.news = t("encounter.script.news_waits");
    return;
  }
  waiting.delete(name);
  const focus = shown.contains(document.activeElement) ? document.activeElement.id : "";
  shown.replaceWith(document.adoptNode(next));
  if (focus) document.getElementById(focus)?.focus();
  document.dispatchEvent(new CustomEvent("part", { detail: { name, part: next } }));
}

// The page as the server drew it, or null without an answer; `names` are the parts wanted, all of the page's when left
// out. `gently`: nobody asked for it, so what is half typed is left alone too.
export async function refresh(names, address = location.href, { gently = false } = {}) {
  const answer = await fetch(address, { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok || answer.redirected) return null;
  const drawn = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const name of names ?? [...document.querySelectorAll("[data-part]")].map((part) => part.dataset.part)) take(name, drawn, gently);
  return drawn;
}

export const someWait = () => waiting.size > 0;
