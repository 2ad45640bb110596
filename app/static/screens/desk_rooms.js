// The rooms a patient can be shown to, as every row offers them; written anew when the unit is arranged differently.
export class RoomChoices {
  #body; #template; #names = null;

  constructor(body, template) {
    this.#body = body;
    this.#template = template;
    body.addEventListener("focusout", ({ target }) => { if (this.#names && target.matches("select")) this.#write(target); });
  }

  show(rooms) {
    this.#names = rooms.map(({ name }) => name);
    const choices = [...this.#template.content.querySelectorAll("select"), ...this.#body.querySelectorAll("select")];
    // Never under a hand: a list that is open is written when it is left.
    for (const select of choices) if (select !== document.activeElement) this.#write(select);
  }

  #write(select) {
    const { value } = select;
    select.replaceChildren(select.options[0], ...this.#names.map((name) => new Option(name)));
    select.value = value;
  }
}
