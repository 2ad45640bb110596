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
export const setServerTime = (moment) => { ahead_of_us = new Date(moment) - Date.now(); };

export const clockSeconds = (ms) => format.format(ms);
export const clock = (ms) => clockSeconds(ms).slice(0, 5);
// `2:07`: how long, to the second.
export function seconds(start, end) {
  const passed = Math.max(0, Math.floor((end - start) / 1000));
  return `${Math.floor(passed / 60)}:${String(passed % 60).padStart(2, "0")}`;
}

export const minutesBetween = (start, end) => Math.max(0, Math.floor((end - start) / MINUTE));
// The moment of a clock time: the next such time, or one just past. By difference, whatever zone the screen is in.
export function momentOf(time) {
  const minutes = (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
  let ahead = (minutes(time) - minutes(clock(now())) + 1440) % 1440;
  if (ahead > 1435) ahead -= 1440;
  return new Date(now() + ahead * MINUTE).toISOString();
}

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
