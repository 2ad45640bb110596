// The queue beside the note: live, one's own patients first, J and K to the next and the one before.
import { Keyed } from "../lib/fill.js";
import { LiveBoard } from "../lib/live.js";
import { boardOrder } from "../lib/board_order.js";
import { rowView } from "../lib/row_view.js";
import { lineIs } from "./encounter_line.js";
import { data } from "./encounter_state.js";

const SHOWN = 7;

function queueRows(rows) {
  const mine = rows.filter((row) => row.doctor === data.initials);
  const waiting = rows.filter((row) => row.doctor === null && row.status !== "planned");
  return [...mine, ...waiting].slice(0, SHOWN);
}

function step(list, by) {
  const links = [...list.querySelectorAll("a")];
  const here = links.findIndex((link) => link.hasAttribute("aria-current"));
  const focused = links.indexOf(document.activeElement);
  links[Math.min(links.length - 1, Math.max(0, (focused < 0 ? here : focused) + by))]?.focus();
}

export function startQueue() {
  const { socket, signIn, staleAfter } = document.body.dataset;
  const live = new LiveBoard({
    path: socket, board: JSON.parse(document.getElementById("board").textContent), staleAfter: Number(staleAfter),
  });
  const list = document.getElementById("queue");
  const rows = new Keyed(list, document.getElementById("queue-row"));

  function draw() {
    const { time } = live;
    const shown = queueRows(boardOrder([...live.rows.values()], time));
    rows.show(shown.map((row) => ({ key: row.id, view: rowView(row, time, "name") })));
    for (const [id, node] of rows.nodes) {
      const link = node.querySelector("a");
      if (id === data.encounter) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
    }
  }
  live.onchange = draw;
  live.onstate = (state) => {
    lineIs("queue", state);
    // Not away from an unsaved note.
    if (state === "refused" && !document.getElementById("note")) location.assign(signIn);
  };
  live.start();
  setInterval(draw, 1000);
  addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest("input, textarea, select")) return;
    const by = { j: 1, k: -1 }[event.key.toLowerCase()];
    if (by) step(list, by);
  });
}
