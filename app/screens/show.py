"""How times, ages and numbers are written on every screen.

`app/static/lib/time.js` writes the same in the browser, and a test in a browser holds them together.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from app.screens.texts import Texts
from core.access.displays import Theme
from core.clock import local
from journal.queries.page import PagePatient

Sex = Literal["female", "male", "unknown"]

MINUTE = timedelta(minutes=1)
_QUARTERS = ("", "¼", "½", "¾")
_CHILD_UNTIL = 18 * 12
_MONTHS_UNTIL = 24
LIGHT_FROM, LIGHT_UNTIL = 7, 20


def clock(moment: datetime) -> str:
    """`21:47` as the wall clock in Norway shows it."""
    return f"{local(moment):%H:%M}"


def clock_seconds(moment: datetime) -> str:
    """`21:47:08`."""
    return f"{local(moment):%H:%M:%S}"


def day(value: date | datetime) -> str:
    """`14.03.2026`."""
    shown = local(value) if isinstance(value, datetime) else value
    return f"{shown:%d.%m.%Y}"


def day_and_clock(moment: datetime) -> str:
    """`14.03.2026 21:47`."""
    return f"{local(moment):%d.%m.%Y %H:%M}"


def seconds(since: datetime, now: datetime) -> str:
    """`2:07`: how long, to the second."""
    passed = max(0, (now - since) // timedelta(seconds=1))
    return f"{passed // 60}:{passed % 60:02d}"


def minutes_between(start: datetime, end: datetime) -> int:
    """Whole minutes passed; never below zero."""
    return max(0, (end - start) // MINUTE)


def duration(minutes: int, t: Texts) -> str:
    """`52 min`, from an hour on `2 t 09`."""
    if minutes < 60:
        return t("time.minutes", minutes=minutes)
    return t("time.hours", hours=minutes // 60, minutes=f"{minutes % 60:02}")


def target(minutes: int, t: Texts) -> str:
    """The deadline a wait is held against: `straks`, `av 60`, `av 2 t`."""
    if minutes == 0:
        return t("wait.at_once")
    if minutes > 60 and minutes % 60 == 0:
        return t("wait.of_hours", hours=minutes // 60)
    return t("wait.of", minutes=minutes)


def ahead(now: datetime, moment: datetime, t: Texts) -> str:
    """How long until: `om 4 min`, `om 1½ t`."""
    minutes = -((now - moment) // MINUTE)
    if minutes < 60:
        return t("time.in_minutes", minutes=minutes)
    quarters = (minutes + 7) // 15
    return t("time.in_hours", hours=f"{quarters // 4}{_QUARTERS[quarters % 4]}")


def person(sex: Sex, age_months: int | None, t: Texts) -> str:
    """Sex and age as short as the wall needs it: `K 71`, `G 11 md.`, `J 6`; what is unknown is left out."""
    child = age_months is not None and age_months < _CHILD_UNTIL
    letter = "" if sex == "unknown" else t(f"sex.{'child_' if child else ''}{sex}")
    return " ".join(part for part in (letter, age_short(age_months, t)) if part)


def age_short(age_months: int | None, t: Texts) -> str:
    """`71`, for the youngest `11 md.`."""
    if age_months is None:
        return ""
    if age_months < _MONTHS_UNTIL:
        return t("age.months_short", months=age_months)
    return str(age_months // 12)


def age_long(age_months: int | None, t: Texts) -> str:
    """`78 år`, `11 måneder`, `ukjent alder`."""
    if age_months is None:
        return t("age.unknown")
    if age_months < _MONTHS_UNTIL:
        return t("age.months", months=age_months)
    return t("age.years", years=age_months // 12)


def shift(now: datetime) -> str:
    """Which watch is on, as a key: day 08-16, evening 16-23, night, the hours of the out-of-hours tariff."""
    hour = local(now).hour
    if 8 <= hour < 16:
        return "shift.day"
    return "shift.evening" if 16 <= hour < 23 else "shift.night"


def painted(theme: Theme, now: datetime) -> Literal["dark", "light"]:
    """The colours of the hour; `app/static/lib/theme.js` changes them when it is time."""
    if theme != "schedule":
        return theme
    return "light" if LIGHT_FROM <= local(now).hour < LIGHT_UNTIL else "dark"


def number(value: Decimal, t: Texts, places: int = 0) -> str:
    """A measured value with at least so many decimals, and the decimal mark of the language."""
    plain = value.normalize()
    exponent = plain.as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    text = f"{plain:.{max(places, decimals)}f}"
    return text if t.language == "en" else text.replace(".", ",")


_UNITS = {"mm[Hg]": "mmHg", "Cel": "°C"}


def unit(ucum: str | None) -> str:
    """A unit as the ward writes it: `mmHg` for UCUM's `mm[Hg]`."""
    return _UNITS.get(ucum or "", ucum or "")


def full_name(patient: PagePatient) -> str:
    """The registered name, else what the patient was called at the door."""
    registered = " ".join(part for part in (patient.given, patient.family) if part)
    return registered or patient.called


def sex_word(sex: Sex, age_months: int | None, t: Texts) -> str:
    """`kvinne`, for a child `jente`."""
    child = sex != "unknown" and age_months is not None and age_months < _CHILD_UNTIL
    return t(f"sex.word_{'child_' if child else ''}{sex}")
