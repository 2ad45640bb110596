// Codes found while they are typed: the server searches, the list stands below the field, arrows and Enter choose.
// What is most used here tonight comes first; nothing typed shows only that.
import { send } from "./form.js";
import { t } from "./texts.js";

const WAIT = 120;

// Back to the field when it is done, unless the person has gone on writing elsewhere meanwhile.
export function backTo(field) {
  if (!document.activeElement?.matches("input, textarea, select")) field.focus();
}

export class CodeSearch {
  // `onpick(code)` when one is chosen; `onenter()` when Enter is pressed and none is marked.
  constructor(input, { kinds, onpick, onenter }) {
    Object.assign(this, { input, kinds, onpick, onenter });
    this.list = document.getElementById(input.getAttribute("aria-controls"));
    this.found = [];
    this.at = -1;
    this.asked = 0;
    input.addEventListener("input", () => this.later());
    input.addEventListener("focus", () => this.search());
    input.addEventListener("blur", () => this.show(false));
    input.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
    this.list.addEventListener("click", ({ target }) => {
      const option = target.closest("[role=option]");
      if (option) this.pick(Number(option.dataset.at));
    });
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.search(), WAIT);
  }

  async ask(typed) {
    const answers = await Promise.all(this.kinds.map((kind) => (
      send("GET", `${this.input.dataset.codes}?kind=${kind}&typed=${encodeURIComponent(typed.slice(0, 100))}`))));
    return answers.flatMap((answer) => (answer.ok ? answer.data : []));
  }

  // The one code that somebody can have meant: typed in full, or the only one there is.
  async meant(typed) {
    const found = await this.ask(typed);
    const plain = typed.trim().toLowerCase();
    const same = found.filter(({ code, display }) => [code, `${code} ${display}`].some((each) => each.toLowerCase() === plain));
    return same[0] ?? (found.length === 1 ? found[0] : null);
  }

  async search() {
    const number = ++this.asked;
    const found = await this.ask(this.input.value);
    if (number !== this.asked || document.activeElement !== this.input) return; // something else is typed by now
    this.found = found;
    this.at = -1;
    this.list.replaceChildren(...found.map((each, at) => this.option(each, at)));
    if (!found.length && this.input.value.trim()) {
      const none = document.createElement("p");
      none.textContent = t("encounter.script.no_code");
      this.list.append(none);
    }
    this.show(this.list.childElementCount > 0);
  }

  option({ code, display, system }, at) {
    const option = document.createElement("div");
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.id = `${this.list.id}-${at}`;
    option.dataset.at = at;
    const strong = document.createElement("b");
    strong.textContent = code;
    const small = document.createElement("small");
    small.textContent = system.toUpperCase();
    option.append(strong, ` ${display} `, small);
    return option;
  }

  show(open) {
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
    if (!open) this.input.removeAttribute("aria-activedescendant");
  }

  mark(next) {
    const all = [...this.list.querySelectorAll("[role=option]")];
    this.at = all.length ? (next + all.length) % all.length : -1;
    all.forEach((each, at) => each.setAttribute("aria-selected", String(at === this.at)));
    if (this.at < 0) return;
    this.input.setAttribute("aria-activedescendant", all[this.at].id);
    all[this.at].scrollIntoView({ block: "nearest" });
  }

  pick(at) {
    const chosen = this.found[at];
    this.close();
    this.onpick(chosen);
  }

  close() {
    this.asked += 1; // an answer on its way is too late
    clearTimeout(this.timer);
    this.found = [];
    this.show(false);
  }

  key(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) {
      event.preventDefault();
      if (this.list.hidden) this.search(); else this.mark(this.at < 0 && by < 0 ? -1 : this.at + by);
    } else if (event.key === "Enter" && !event.ctrlKey) {
      event.preventDefault();
      if (this.at >= 0 && !this.list.hidden) this.pick(this.at);
      else { this.close(); this.onenter(); }
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.stopPropagation();
      this.show(false);
    }
  }
}
