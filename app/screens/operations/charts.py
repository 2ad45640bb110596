"""Two charts drawn by the server: arrivals by hour beside the usual, and minutes to a doctor by level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.screens import show
from app.screens.texts import Texts
from triage.queries.figures.running_today import LevelWait, RunningToday

_LEFT, _RIGHT, _BOTTOM, _TOP = 38.0, 606.0, 164.0, 20.0
_HOUR = (_RIGHT - _LEFT) / 23
_FIRST_ROW, _ROW = 24.0, 30.0
_WAITS_LEFT, _WAITS_RIGHT = 96.0, 590.0
_SQUARE = "M1-9h18v18h-18z"
_SHAPES = {
    1: "M6-10h8l6 6v8l-6 6h-8l-6-6v-8z",
    2: "M10-10l11 19h-22z",
    3: "M10-11l11 11-11 11-11-11z",
    4: "M0 0a10 10 0 1 0 20 0a10 10 0 1 0-20 0",
}
"""Level by shape as well as colour, as everywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A line of the grid with its number."""

    at: str
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """Bars for today, a dashed line for the usual; all coordinates as the drawing wants them."""

    bars: tuple[tuple[str, str, str], ...]  # x, y, height
    usual: str  # points of the line; empty: no custom yet
    grid: tuple[Grid, ...]
    hours: tuple[Grid, ...]
    spoken: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitRow:
    """One level: median, nine of ten, and the target."""

    level: int
    word: str
    shape: str
    y: str
    text_y: str
    median: str
    ninety: str
    target: str | None
    target_top: str
    target_bottom: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """Minutes to a doctor."""

    rows: tuple[WaitRow, ...]
    grid: tuple[Grid, ...]
    bottom: str
    spoken: str


def arrivals(today: RunningToday, t: Texts, usual_word: str) -> Arrivals:
    """The axis begins at zero and ends at a round number above everything drawn."""
    step, most = _scale(max([*today.by_hour, *today.usual_by_hour, 1.0]), (1, 2, 5, 10, 20, 50))
    hours = range(0, 24, 3)
    said = t("operations.arrivals_spoken", count=today.arrivals)
    if today.usual_arrivals is not None:
        said += " " + t("operations.usual_spoken", day=usual_word, count=today.usual_arrivals)
    return Arrivals(
        bars=tuple(
            (f"{_LEFT + hour * _HOUR - 8:.1f}", f"{_y(count, most):.1f}", f"{_BOTTOM - _y(count, most):.1f}")
            for hour, count in enumerate(today.by_hour)
        ),
        usual=" ".join(
            f"{_LEFT + hour * _HOUR:.1f},{_y(count, most):.1f}"
            for hour, count in enumerate(today.usual_by_hour)
        ),
        grid=tuple(Grid(at=f"{_y(n, most):.1f}", word=str(n)) for n in range(0, int(most) + 1, step)),
        hours=tuple(Grid(at=f"{_LEFT + hour * _HOUR:.1f}", word=f"{hour:02}") for hour in hours),
        spoken=said,
    )


def waits(levels: Sequence[LevelWait], t: Texts) -> Waits:
    """Every level that had anybody, the most urgent first."""
    longest = max((max(each.ninety, each.target or 0) for each in levels), default=60)
    step, most = _scale(longest, (15, 30, 60, 120, 240, 480))
    return Waits(
        rows=tuple(_wait_row(each, number, most, t) for number, each in enumerate(levels)),
        grid=tuple(Grid(at=f"{_x(n, most):.1f}", word=str(n)) for n in range(0, int(most) + 1, step)),
        bottom=f"{_FIRST_ROW + _ROW * max(len(levels), 1) - 8:.0f}",
        spoken=" ".join(_spoken(each, t) for each in levels),
    )


def _wait_row(wait: LevelWait, number: int, most: float, t: Texts) -> WaitRow:
    y = _FIRST_ROW + _ROW * number
    return WaitRow(
        level=wait.level,
        word=t(f"level.{wait.level}"),
        shape=_SHAPES.get(wait.level, _SQUARE),
        y=f"{y:.0f}",
        text_y=f"{y + 4:.0f}",
        median=f"{_x(wait.median, most):.1f}",
        ninety=f"{_x(wait.ninety, most):.1f}",
        target=None if wait.target is None else f"{_x(wait.target, most):.1f}",
        target_top=f"{y - 11:.0f}",
        target_bottom=f"{y + 11:.0f}",
    )


def _spoken(wait: LevelWait, t: Texts) -> str:
    target = "–" if wait.target is None else show.target(wait.target, t)
    word = t(f"level.{wait.level}")
    return t("operations.wait_spoken", level=word, median=wait.median, ninety=wait.ninety, target=target)


def _scale(most: float, steps: Sequence[int]) -> tuple[int, float]:
    """The smallest step that needs at most five lines, and the end of the axis."""
    step = next((each for each in steps if most <= 5 * each), steps[-1])
    return step, max(1, -(-most // step)) * step


def _y(count: float, most: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * count / most


def _x(minutes: float, most: float) -> float:
    return _WAITS_LEFT + (_WAITS_RIGHT - _WAITS_LEFT) * minutes / most
