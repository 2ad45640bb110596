// One key for what is done most; off while somebody types, and off for good for who wants that.
const KEPT = "legevakt.keys";
const TYPING = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]";
const box = document.getElementById("use-keys");
const help = document.getElementById("keys");

function wanted() {
  try { return localStorage.getItem(KEPT) !== "off"; } catch { return true; }
}

function remember(on) {
  try { localStorage.setItem(KEPT, on ? "on" : "off"); } catch { /* then until the page is closed */ }
}

export function startKeys(deeds) {
  box.checked = wanted();
  box.addEventListener("change", () => remember(box.checked));
  document.getElementById("show-keys").addEventListener("click", () => help.showModal());
  addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.altKey || event.ctrlKey || event.metaKey || event.repeat && !"jk".includes(key.toLowerCase())) return;
    if (target.closest(TYPING) || document.querySelector("dialog[open]")) return;
    const deed = deeds[key.toLowerCase()];
    if (!deed || !box.checked) return;
    event.preventDefault();
    deed();
  });
}
