// What is done to a patient from the list, and what became of it, said in the row.
import { newKey, problemText, send } from "../lib/form.js";
import { t } from "../lib/texts.js";
import { clock } from "../lib/time.js";

const here = (row) => row.status !== "planned";
export const DEEDS = {
  seen: { can: here },
  call: { can: here, body: (row) => ({ place: row.place }) },
  take: { can: (row) => here(row) && row.doctor === null, body: () => ({}) },
  arrive: { can: (row) => !here(row) },
  place: { can: here, versioned: true },
  left: { can: (row) => row.doctor === null, versioned: true },
  "take-alarm": { can: ({ alarm }) => Boolean(alarm) && alarm.taken_by === null },
  "confirm-level": { can: (row) => Boolean(row.second_look_at) },
};

const keys = new Map(); // one key per intent, kept until it is answered

export class Acts {
  #live; #list; #said = document.getElementById("said"); #trouble = document.getElementById("list-error");

  constructor(live, list) {
    this.#live = live;
    this.#list = list;
  }

  // Cut off, every act names the version it was decided from: what has changed since is then refused, not overrun.
  async act(id, deed, given) {
    const row = this.#live.rows.get(id);
    if (!row || !DEEDS[deed].can(row)) return this.#complain(id, row, t("desk.not_now"));
    const { body = () => undefined, versioned } = DEEDS[deed];
    const content = given ?? body(row);
    const match = versioned || this.#live.state !== "live" ? `"${row.version}"` : undefined;
    const intent = `${id} ${deed} ${JSON.stringify(content)} ${match}`;
    if (!keys.has(intent)) keys.set(intent, newKey());
    this.#clear(id);
    const based = this.basedOn();
    const answer = await send("POST", `/api/encounters/${id}/${deed}`, content, { key: keys.get(intent), match });
    if (answer.status) keys.delete(intent);
    if (answer.ok) this.#tell(t(`desk.done_${deed}`, { name: row.name, number: row.number, place: this.#place(content) }));
    else this.#complain(id, row, [problemText(answer.data), this.#now(id, row), based].filter(Boolean).join(" "));
    return answer.ok;
  }

  // Old news, and as of when.
  basedOn() {
    return this.#live.state !== "stale" ? "" : t("desk.based_on", { clock: clock(this.#live.trueAt) });
  }

  #place(content) { return content?.place ?? t("place.waiting_room"); }

  // What somebody else made of it meanwhile, when the list has heard of it.
  #now(id, before) {
    const row = this.#live.rows.get(id);
    if (!row || row === before) return "";
    return t("desk.now", { place: this.#place(row), nurse: row.nurse ?? "–", doctor: row.doctor ?? "–" });
  }

  #tell(text) { this.#said.textContent = text; }

  say(text) { this.#trouble.textContent = text; this.#trouble.hidden = !text; }

  #clear(id) {
    this.#tell("");
    this.say("");
    this.#list.node(id)?.querySelector(".row-error")?.remove();
  }

  // In the row, for there the eye is; above the list when the row is gone.
  #complain(id, row, text) {
    const cell = this.#list.node(id)?.querySelector("th");
    if (!cell) { this.say(`${row?.name ?? ""} ${text}`.trim()); return false; }
    cell.querySelector(".row-error")?.remove();
    const place = document.createElement("p");
    place.className = "row-error";
    place.setAttribute("role", "alert");
    cell.append(place);
    place.textContent = text;
    return false;
  }
}
