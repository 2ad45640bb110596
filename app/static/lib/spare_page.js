// What a display keeps so that it starts also without the server: the files of its page, and the page with nobody on
// it. Browsers offer the worker and its store only over HTTPS (and on the machine itself); elsewhere nothing is kept.
import { forgetAllPictures } from "./last_picture.js";

const OURS = "legevakt.screen.";
const [, VERSION] = new URL(import.meta.url).pathname.match(/^\/static\/([^/]+)\//) ?? [];

// A script and everything it imports.
async function graph(path, found = new Set()) {
  if (found.has(path)) return found;
  found.add(path);
  const source = await (await fetch(path)).text();
  for (const [, target] of source.matchAll(/^import (?:[^"]+ from )?"([^"]+)";/gm)) {
    await graph(new URL(target, new URL(path, location)).pathname, found);
  }
  return found;
}

// The page is put in last: without its files it would be worse than none.
async function fetchSpare(path) {
  const cache = await caches.open(OURS + VERSION);
  const scripts = await graph(document.querySelector("script[src]").getAttribute("src"));
  const links = [...document.querySelectorAll("link[href]")].map((link) => link.getAttribute("href"));
  await cache.addAll([...links, ...scripts]);
  const page = await fetch(path + location.search);
  const mayBeKept = page.ok && !page.redirected && !page.headers.get("Cache-Control")?.includes("no-store");
  if (mayBeKept) await cache.put(location.pathname, page);
}

export async function keepPage(path) {
  if (!navigator.serviceWorker || !globalThis.caches) return;
  try {
    await navigator.serviceWorker.register(`/screen-worker.js?version=${VERSION}`, { scope: location.pathname });
    await fetchSpare(path);
  } catch { /* the server is away, or the store is full: it is only a spare, and the next start tries again */ }
}

// Signed out, taken down, or somebody's workstation: nothing of the ward stays in the browser.
export async function forgetScreen() {
  forgetAllPictures();
  try {
    const workers = (await navigator.serviceWorker?.getRegistrations()) ?? [];
    await Promise.all(workers.map((worker) => worker.unregister()));
    if (globalThis.caches) await forgetFiles();
  } catch { /* forbidden to store, so nothing was stored */ }
}

// A busy browser may say that it has thrown a store away and still have it; therefore it is asked.
async function forgetFiles() {
  const ours = async () => (await caches.keys()).filter((name) => name.startsWith(OURS));
  for (let tries = 0, names = await ours(); names.length && tries < 5; tries += 1, names = await ours()) {
    await Promise.all(names.map((name) => caches.delete(name)));
  }
}
