// Tabs of this browser tell each other that somebody came in. The bell only rings: whoever hears it asks the server who.
// A tab that has been to HelseID has no opener any more, so the two know each other by this name alone.
const NAME = "legevakt-door";

export function tellWhoWaits() {
  new BroadcastChannel(NAME).postMessage("in");
}

// Also when the page is looked at again: a bell that rang while the browser had put the page to sleep is not heard.
export function onSomebodyIn(look) {
  new BroadcastChannel(NAME).addEventListener("message", look);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
}
