"""Vital signs drawn as small lines (kurver) by the server: values in words too, the usual range as a band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.screens import show
from app.screens.texts import Texts
from journal.queries.vital_signs.series import PageMeasured, PageVitalSign

WIDTH, HEIGHT = 190, 54
_LEFT, _RIGHT, _TOP, _BOTTOM = 8.0, 182.0, 7.0, 47.0
_ORDER = ("news2", "tews", "rr", "spo2", "hr", "sbp", "temp", "avpu", "glucose", "gcs", "pain")
_WITH_ANOTHER = frozenset({"dbp"})
_PLACES = {"temp": 1, "glucose": 1}
_UNIT_BESIDE = frozenset({"sbp", "temp", "glucose"})  # no room for it twice


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One vital sign over time."""

    word: str
    range: str
    latest: str
    beside: str
    spoken: str
    dots: tuple[tuple[str, str], ...]
    points: str
    band_top: str
    band_height: str
    has_band: bool


def lines(series: Sequence[PageVitalSign], t: Texts) -> list[Line]:
    """The lines in the order they are read, all over the same stretch of time."""
    drawn = [each for each in series if each.points and each.code not in _WITH_ANOTHER]
    drawn.sort(key=lambda each: _ORDER.index(each.code) if each.code in _ORDER else len(_ORDER))
    start, end = span(series) or (None, None)
    if start is None or end is None:
        return []
    diastolic = next((each.points for each in series if each.code == "dbp"), ())
    return [_line(each, start=start, end=end, diastolic=diastolic, t=t) for each in drawn]


def span(series: Sequence[PageVitalSign]) -> tuple[datetime, datetime] | None:
    """First and last moment of all the lines."""
    moments = [point.at for each in series for point in each.points]
    return (min(moments), max(moments)) if moments else None


def _line(
    sign: PageVitalSign, *, start: datetime, end: datetime, diastolic: Sequence[PageMeasured], t: Texts
) -> Line:
    low, high = _scale(sign)
    dots = tuple((f"{_x(p.at, start, end):.1f}", f"{_y(p.value, low, high):.1f}") for p in sign.points)
    top = _y(high if sign.high is None else min(sign.high, high), low, high)
    bottom = _y(low if sign.low is None else max(sign.low, low), low, high)
    unit, places = show.unit(sign.unit), _PLACES.get(sign.code, 0)
    latest = _value(sign.points[-1], t, places)
    if sign.code == "sbp" and diastolic:
        latest = f"{latest}/{show.number(diastolic[-1].value, t)}"
    word = t.known(f"chart.{sign.code}", "parameter.other", word=sign.code)
    values = ", ".join(f"{show.clock(p.at)} {_value(p, t, places)}" for p in sign.points)
    return Line(
        word=word,
        range=_range(sign, t),
        latest=latest,
        beside=unit or _change(sign.points, t),
        spoken=f"{word}: {values} {unit}".strip(),
        dots=dots,
        points=" ".join(",".join(dot) for dot in dots),
        band_top=f"{top:.1f}",
        band_height=f"{max(0.0, bottom - top):.1f}",
        has_band=sign.low is not None or sign.high is not None,
    )


def _value(point: PageMeasured, t: Texts, places: int) -> str:
    """The number, or the letter where it is an answer."""
    return point.text or show.number(point.value, t, places)


def _scale(sign: PageVitalSign) -> tuple[Decimal, Decimal]:
    values = [point.value for point in sign.points]
    near = [limit for limit in (sign.low, sign.high) if limit is not None]
    low, high = min(values + near), max(values + near)
    if sign.code == "sbp":  # the usual range reaches 219 and would press the line flat
        low, high = min([*values, sign.low or low]), max([*values, sign.low or low])
    room = max((high - low) / 5, Decimal("0.5"))
    return low - room, high + room


def _x(at: datetime, start: datetime, end: datetime) -> float:
    if end == start:
        return _RIGHT
    return _LEFT + (_RIGHT - _LEFT) * ((at - start) / (end - start))


def _y(value: Decimal, low: Decimal, high: Decimal) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * float((value - low) / (high - low))


def _range(sign: PageVitalSign, t: Texts) -> str:
    places = _PLACES.get(sign.code, 0)
    low = None if sign.low is None else show.number(sign.low, t, places)
    high = None if sign.high is None else show.number(sign.high, t, places)
    unit = "" if sign.code in _UNIT_BESIDE else show.unit(sign.unit)
    if low and high:
        return f"{low}–{high} {unit}".strip()
    if low:
        return f"≥ {low} {unit}".strip()
    return f"≤ {high} {unit}".strip() if high else ""


def _change(points: Sequence[PageMeasured], t: Texts) -> str:
    if len(points) < 2 or points[-1].value == points[-2].value:
        return ""
    before = _value(points[-2], t, 0)
    if points[-1].text:  # letters neither rise nor fall
        return t("chart.was", before=before)
    return t("chart.down" if points[-1].value < points[-2].value else "chart.up", before=before)
