// The further choices of one row, beside its button, and the question before somebody is noted as gone.
import { t } from "../lib/texts.js";

const menu = document.getElementById("more");
const dialog = document.getElementById("leaving");
let row = null;

// `can` says what is possible for the row now; `choose` does it.
export function startMenu({ can, choose }) {
  menu.addEventListener("click", ({ target }) => {
    const button = target.closest("button[data-deed]");
    if (!button) return;
    menu.hidePopover();
    choose(row.id, button.dataset.deed);
  });
  return (asked, button) => {
    row = asked;
    menu.querySelector("[data-name]").textContent = `${row.name} · ${row.number}`;
    for (const each of menu.querySelectorAll("[data-deed]")) each.hidden = !can(row, each.dataset.deed);
    menu.showPopover({ source: button });
    const { bottom, right, top } = button.getBoundingClientRect();
    const { offsetHeight: height, offsetWidth: width } = menu;
    menu.style.left = `${Math.max(8, right - width)}px`;
    menu.style.top = `${bottom + height + 8 > innerHeight ? Math.max(8, top - height) : bottom}px`;
    menu.querySelector("[data-deed]:not([hidden])")?.focus();
  };
}

// Names the patient; there is no way back from here, so the first key press is not the one that does it.
export function askLeaving(asked, based) {
  dialog.querySelector("[data-question]").textContent = t("desk.leaving_question", { name: asked.name, number: asked.number });
  dialog.querySelector("[data-based]").textContent = based;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((answer) => {
    dialog.addEventListener("close", () => answer(dialog.returnValue === "yes"), { once: true });
  });
}
