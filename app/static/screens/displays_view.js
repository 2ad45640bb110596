// One screen of the unit as words; app/screens/displays.py says the same.
import { clock } from "../lib/time.js";
import { t } from "../lib/texts.js";

const day = new Intl.DateTimeFormat("nb-NO", { timeZone: "Europe/Oslo", day: "2-digit", month: "2-digit", year: "numeric" });

function state(display, now) {
  if (display.connected) return t("displays.connected");
  if (display.seen_at === null) return t("displays.never");
  const seen = Date.parse(display.seen_at);
  const today = day.format(seen) === day.format(now);
  return t("displays.seen", { clock: today ? clock(seen) : `${day.format(seen)} ${clock(seen)}` });
}

function zone(display, zones) {
  if (display.kind !== "wall" || !(zones.length || display.zone)) return "";
  if (display.zone === null) return t("displays.zone_all");
  return zones.find(({ id }) => id === display.zone)?.name ?? t("displays.zone_gone");
}

export function line(display, now, zones) {
  const names = display.kind === "wall" ? [t(`displays.names_${display.names}`)] : [];
  const sound = display.kind === "waiting-room" && display.chime ? [t("displays.chime_on")] : [];
  return {
    id: display.id,
    name: display.name,
    state: state(display, now),
    state_class: display.connected ? "here" : "away",
    added: t("displays.added", { day: day.format(Date.parse(display.added_at)) }),
    shows: [t(`displays.kind_${display.kind}`), zone(display, zones)].filter(Boolean).join(" · "),
    settings: [...names, t(`displays.theme_${display.theme}`), ...sound].join(" · "),
  };
}
