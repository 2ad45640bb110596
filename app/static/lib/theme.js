// Light by day and dark at night, on screens that were arranged so; app/screens/show.py paints the first picture.
import { clock } from "./time.js";

const LIGHT_FROM = "07:00";
const LIGHT_UNTIL = "20:00";

export function paintByHour(ms) {
  if (document.body.dataset.themeChoice !== "schedule") return;
  const time = clock(ms);
  const theme = time >= LIGHT_FROM && time < LIGHT_UNTIL ? "light" : "dark";
  const { dataset } = document.documentElement;
  if (dataset.theme !== theme) dataset.theme = theme;
}
