"""Under observation (observasjonspost): what is measured, how often, when a doctor is called, until when.

Minutes and limits are set by a person for this patient; no Norwegian source gives any.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from core.errors import Conflict, Invalid
from core.text import Measured, Moment, Request, ShortText

SIGNS = ("rr", "spo2", "hr", "sbp", "temp", "avpu", "glucose", "pain", "gcs")
"""What can be asked for, in the order it is measured."""

LIMITED = ("news2", "rr", "spo2", "hr", "sbp", "temp", "glucose", "pain", "gcs")
"""What a limit can be set for: numbers."""

SHORTEST, LONGEST = 5, 240
MOST_HOURS = 24
FIRST = timedelta(minutes=10)
"""Time to walk over and measure, when nothing was measured lately."""

Sign = Literal["rr", "spo2", "hr", "sbp", "temp", "avpu", "glucose", "pain", "gcs"]
Limited = Literal["news2", "rr", "spo2", "hr", "sbp", "temp", "glucose", "pain", "gcs"]
EndCode = Literal["well", "home", "admitted", "worse", "other"]


class ObservationNotPossible(Invalid):
    """The end lies before the beginning, or more than a day away."""

    code = "observation-time-not-possible"


class NoObservation(Conflict):
    """The patient is not under observation (any more)."""

    code = "no-observation"


class Limit(Request):
    """When a doctor is to be called: at `low` or below, at `high` or above."""

    code: Limited
    low: Measured | None = None
    high: Measured | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Limit:
        if self.low is None and self.high is None:
            raise ValueError("limit-empty")
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError("limit-crossed")
        if self.code == "news2" and self.low is not None:
            raise ValueError("limit-of-score")  # a lower score is never what one calls for
        return self

    def passed_by(self, value: Decimal) -> bool:
        """Whether a doctor is to be called for this value; the limits themselves call."""
        return (self.low is not None and value <= self.low) or (self.high is not None and value >= self.high)


class NewObservation(Request):
    """A plan of observation (observasjonsplan)."""

    question: ShortText  # what is watched for
    signs: Annotated[tuple[Sign, ...], Field(min_length=1, max_length=len(SIGNS))]
    every_minutes: Annotated[int, Field(ge=SHORTEST, le=LONGEST)]
    limits: Annotated[tuple[Limit, ...], Field(max_length=len(LIMITED))] = ()
    until_at: Moment

    @model_validator(mode="after")
    def _each_once(self) -> NewObservation:
        codes = [limit.code for limit in self.limits]
        if len(set(codes)) != len(codes) or len(set(self.signs)) != len(self.signs):
            raise ValueError("named-twice")
        return self


class EndingObservation(Request):
    """Why it ends (avslutte observasjon)."""

    code: EndCode
    reason: ShortText | None = None

    @model_validator(mode="after")
    def _other_says_what(self) -> EndingObservation:
        if self.code == "other" and self.reason is None:
            raise ValueError("reason-missing")
        return self


def require_possible(until_at: datetime, now: datetime) -> None:
    """Refuse an end that is past or further away than a day."""
    if not now < until_at <= now + timedelta(hours=MOST_HOURS):
        raise ObservationNotPossible(field="until_at", hours=MOST_HOURS)


def first_due(last_measured: datetime | None, every_minutes: int, now: datetime) -> datetime:
    """The first time to measure: counted from the last values, yet with time to get there."""
    after = now if last_measured is None else last_measured + timedelta(minutes=every_minutes)
    return max(after, now + min(FIRST, timedelta(minutes=every_minutes)))


def next_due(measured_at: datetime, every_minutes: int) -> datetime:
    """Counted from when it was measured, not from when it should have been."""
    return measured_at + timedelta(minutes=every_minutes)


def left_out(signs: Sequence[str], measured: Iterable[str]) -> tuple[str, ...]:
    """What the plan asks for and the round lacks: such a round does not count as the one that was due."""
    found = set(measured)
    return tuple(sign for sign in signs if sign not in found)


def passed(limits: Iterable[Limit], values: Mapping[str, Decimal]) -> tuple[str, ...]:
    """Which limits the values pass; what has not been measured passes none."""
    return tuple(
        limit.code for limit in limits if limit.code in values and limit.passed_by(values[limit.code])
    )
