// A wall screen's first start: the token comes in the link's fragment, which no server ever sees or logs.
import { clearProblem, newKey, send, showProblem } from "../lib/form.js";
import { t } from "../lib/texts.js";

const form = document.getElementById("display");

async function enter(token) {
  clearProblem(form);
  document.getElementById("status").textContent = t("display.opening");
  const answer = await send("POST", "/api/displays/sign-in", { token }, { key: newKey() });
  document.getElementById("status").textContent = "";
  const kind = answer.data?.role === "waiting-room-display" ? "waiting-room" : "wall";
  if (answer.ok) return location.replace(`/${kind}/${form.dataset.unit}`);
  showProblem(form, answer.status === 401 || answer.status === 422 ? { code: "display-refused", field: "token" } : answer.data);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  enter(form.elements.token.value.trim());
});

const token = new URLSearchParams(location.hash.slice(1)).get("token");
if (token) {
  history.replaceState(null, "", location.pathname); // not left in the address for the next person to read
  enter(token);
}
