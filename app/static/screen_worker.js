// Lets a screen on the wall start while the server is away: answers with the page without patients that it keeps
// (lib/spare_page.js), when there is no answer. Never stores anything itself, and only pages of displays start it.
const OURS = "legevakt.screen.";
const NAME = OURS + new URL(location.href).searchParams.get("version");
const PATIENCE = 5000;

addEventListener("install", (event) => event.waitUntil(skipWaiting()));

addEventListener("activate", (event) => event.waitUntil((async () => {
  const old = (await caches.keys()).filter((name) => name.startsWith(OURS) && name !== NAME);
  await Promise.all(old.map((name) => caches.delete(name)));
  await clients.claim();
})()));

const kept = (request) => caches.match(request, { cacheName: NAME, ignoreSearch: true });
const silence = () => new Promise((_, give) => { setTimeout(() => give(new Error("no answer")), PATIENCE); });

// The server first; it may send the screen elsewhere, and a screen that was taken down must hear that.
async function page(request) {
  try {
    const fresh = await Promise.race([fetch(request), silence()]);
    return fresh.status < 500 ? fresh : (await kept(request)) ?? fresh;
  } catch (fault) {
    const spare = await kept(request);
    if (spare) return spare;
    throw fault;
  }
}

// A file's address holds its version, so what we have under that address is right.
async function file(request) {
  return (await kept(request)) ?? fetch(request);
}

addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (new URL(request.url).pathname.startsWith("/static/")) event.respondWith(file(request));
});
