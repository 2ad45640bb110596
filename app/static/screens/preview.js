// Escape goes back to where the doctor was writing.
import "../lib/page.js";

addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented) document.getElementById("back").click();
});
