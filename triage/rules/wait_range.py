"""Waiting times (ventetid) for the public: the range half of the patients of a level find themselves in.

Measured, not guessed: how long those wait who waited here during the last three hours, from the door to the
doctor. Those who still wait, or went, count as well, for as long as they are known to have waited: leaving
them out would flatter, and most on the worst nights (Kaplan and Meier 1958, with late entry of those who had
waited already when the three hours began). A moment counts only when enough are known to wait then, so that
one lucky patient does not decide for those who join later (Lai and Ying 1991).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, floor

WINDOW = timedelta(hours=3)
"""How far back waits are looked at: long enough for a few of each level, short enough to be tonight."""
FEWEST_SEEN = 4
"""Fewer patients than this seen by a doctor, and there is no range."""
_FEWEST_AT_ONCE = 3  # known to wait at a moment that counts
_FEWEST_AT_LAST = 2  # when nobody joins later
_MINUTE = timedelta(minutes=1)
_NEXT_TO_NOTHING = 1e-9


@dataclass(frozen=True, slots=True)
class Wait:
    """What is known of one patient's wait, in minutes from the door (ett opphold)."""

    since: float  # 0, or how long the patient had waited when the three hours began
    until: float  # the doctor came, the patient went, or it is now
    seen: bool  # the doctor came


@dataclass(frozen=True, slots=True)
class WaitRange:
    """From and to, in minutes; `high` None: at least half wait longer than `low`."""

    low: int
    high: int | None


@dataclass(frozen=True, slots=True)
class _Point:
    at: float
    left: float  # the share that waits longer than this
    longer: int  # how many are known to have waited at least so long, and not to have been seen then


def observed(
    arrived_at: datetime, taken_at: datetime | None, ended_at: datetime | None, now: datetime
) -> Wait | None:
    """The wait as far as the last three hours know it; None when it was over before, or has not begun."""
    begins = now - WINDOW
    until = min(taken_at or ended_at or now, now)
    if until < begins or until < arrived_at:
        return None
    since = max(timedelta(0), begins - arrived_at)
    return Wait(since / _MINUTE, (until - arrived_at) / _MINUTE, taken_at is not None and taken_at <= now)


def wait_range(waits: Sequence[Wait]) -> WaitRange | None:
    """The middle half of the waits, rounded outwards; None when too few were seen to say anything."""
    curve = _curve(waits)
    low, high = _first(curve, 0.75), _first(curve, 0.25)
    if low is not None and high is not None and sum(wait.seen for wait in waits) >= FEWEST_SEEN:
        return _rounded(low, high)
    longer = max((p.at for p in curve if p.left >= 0.5 and p.longer >= _FEWEST_AT_ONCE), default=0.0)
    return WaitRange(rounded_down(longer), None) if rounded_down(longer) else None


def _curve(waits: Sequence[Wait]) -> list[_Point]:
    """How large a share still waits at each moment at which somebody's wait ended."""
    starts, ends = sorted(wait.since for wait in waits), sorted(wait.until for wait in waits)
    seen_at = Counter(wait.until for wait in waits if wait.seen)
    left, curve = 1.0, list[_Point]()
    for at in sorted(set(ends)):
        known = bisect_right(starts, at) - bisect_left(ends, at)
        if known >= (_FEWEST_AT_ONCE if at < starts[-1] else _FEWEST_AT_LAST):
            left *= 1 - seen_at[at] / known
        curve.append(_Point(at, left, known - seen_at[at]))
    return curve


def _first(curve: Sequence[_Point], share: float) -> float | None:
    return next((point.at for point in curve if point.left <= share + _NEXT_TO_NOTHING), None)


def _rounded(low: float, high: float) -> WaitRange:
    down, up = rounded_down(low), rounded_up(high)
    return WaitRange(down, up if up > down else down + _step(down))


def rounded_down(minutes: float) -> int:
    """Five minutes below an hour, then quarters, from two hours halves: no finer than it is known."""
    step = _step(minutes)
    return floor(minutes / step) * step


def rounded_up(minutes: float) -> int:
    """The same upwards: a range is never narrower than what was measured."""
    step = _step(minutes)
    return ceil(minutes / step) * step


def _step(minutes: float) -> int:
    if minutes < 60:
        return 5
    return 15 if minutes < 120 else 30
