// Parts of a page drawn anew by the server after a change, in place: `[data-part=name]` is taken from the same address and
// put in where it differs. A part that somebody is in the middle of (focus in a field, or `data-busy`) is left alone.
const busy = (part) => part.hasAttribute("data-busy") || part.querySelector("[data-busy]")
  || (part.contains(document.activeElement) && document.activeElement.matches("input, textarea, select"));

function take(name, drawn) {
  const shown = document.querySelector(`[data-part="${name}"]`);
  const next = drawn.querySelector(`[data-part="${name}"]`);
  if (!shown || !next || busy(shown) || shown.isEqualNode(next)) return;
  const focus = shown.contains(document.activeElement) ? document.activeElement.id : "";
  shown.replaceWith(document.adoptNode(next));
  if (focus) document.getElementById(focus)?.focus();
  document.dispatchEvent(new CustomEvent("part", { detail: { name, part: next } }));
}

// True when the server answered; `names` are the parts wanted, all of the page's when left out.
export async function refresh(names, address = location.href) {
  const answer = await fetch(address, { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok || answer.redirected) return false;
  const drawn = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const name of names ?? [...document.querySelectorAll("[data-part]")].map((part) => part.dataset.part)) take(name, drawn);
  return true;
}
