// The unit's list: J and K move between lines, Enter opens the patient; drawn anew every twenty seconds.
import "../lib/page.js";
import { refresh } from "../lib/parts.js";

const lines = () => [...document.querySelectorAll(".lines a")];

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || !/^[jk]$/i.test(event.key)) return;
  const all = lines();
  const at = all.indexOf(document.activeElement);
  const next = at < 0 ? 0 : at + (event.key.toLowerCase() === "j" ? 1 : -1);
  all[Math.max(0, Math.min(all.length - 1, next))]?.focus();
});

setInterval(() => {
  if (!lines().includes(document.activeElement)) refresh();
}, 20_000);
