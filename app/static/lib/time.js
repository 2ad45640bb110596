// How times, ages and numbers are written; app/screens/show.py writes the same on the server.
// The time is the server's: the screen's own clock may be wrong, and a wrong clock would hide a late patient.
import { t } from "./texts.js";

const MINUTE = 60_000;
const QUARTERS = ["", "¼", "½", "¾"];
const format = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Europe/Oslo", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
});
let ahead_of_us = 0;

export const now = () => Date.now() + ahead_of_us;
export const setServerTime = (iso) => { ahead_of_us = Date.parse(iso) - Date.now(); };

export const clockSeconds = (ms) => format.format(ms);
export const clock = (ms) => clockSeconds(ms).slice(0, 5);
export const minutesBetween = (start, end) => Math.max(0, Math.floor((end - start) / MINUTE));
const two = (number) => String(number).padStart(2, "0");

export function duration(minutes) {
  if (minutes < 60) return t("time.minutes", { minutes });
  return t("time.hours", { hours: Math.floor(minutes / 60), minutes: two(minutes % 60) });
}

export function target(minutes) {
  if (minutes === 0) return t("wait.at_once");
  if (minutes > 60 && minutes % 60 === 0) return t("wait.of_hours", { hours: minutes / 60 });
  return t("wait.of", { minutes });
}

export function ahead(from, moment) {
  const minutes = Math.ceil((moment - from) / MINUTE);
  if (minutes < 60) return t("time.in_minutes", { minutes });
  const quarters = Math.floor((minutes + 7) / 15);
  return t("time.in_hours", { hours: `${Math.floor(quarters / 4)}${QUARTERS[quarters % 4]}` });
}

export function ageShort(months) {
  if (months === null) return "";
  return months < 24 ? t("age.months_short", { months }) : String(Math.floor(months / 12));
}

export function person(sex, months) {
  const child = months !== null && months < 18 * 12;
  const letter = sex === "unknown" ? "" : t(`sex.${child ? "child_" : ""}${sex}`);
  return [letter, ageShort(months)].filter(Boolean).join(" ");
}

export function shift(ms) {
  const hour = Number(clock(ms).slice(0, 2));
  if (hour >= 8 && hour < 16) return "shift.day";
  return hour >= 16 && hour < 23 ? "shift.evening" : "shift.night";
}
