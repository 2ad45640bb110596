"""The one course of a telephone contact (telefonkontakt): ringing, answered, closed; or abandoned.

An exchange may tell late, twice, or in the wrong order. Each of its three times is the earliest
it has told, so whatever order its news comes in, the call ends up the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Literal

News = Literal["ringing", "answered", "hung-up"]
Urgency = Literal["red", "yellow", "green"]
Outcome = Literal[
    "advice", "appointment", "come-now", "home-visit", "ambulance", "own-gp", "other", "not-reached"
]

RANK: Mapping[str, int] = {"red": 1, "yellow": 3, "green": 4}
"""Where a patient who is on the way stands: levels join on rank, and the telephone knows three of them."""
EXPECTED: frozenset[Outcome] = frozenset({"appointment", "come-now"})
"""Outcomes after which somebody will stand in the door; others may, when a time is given."""


class CallStatus(StrEnum):
    """Where in its course a call is."""

    RINGING = "ringing"  # ringer, venter på svar
    ANSWERED = "answered"  # besvart
    ABANDONED = "abandoned"  # la på før svar: skal ringes tilbake
    CLOSED = "closed"  # avsluttet med utfall


TRANSITIONS: Mapping[CallStatus, frozenset[CallStatus]] = {
    CallStatus.RINGING: frozenset({CallStatus.ANSWERED, CallStatus.ABANDONED}),
    CallStatus.ANSWERED: frozenset({CallStatus.ANSWERED, CallStatus.CLOSED}),
    CallStatus.ABANDONED: frozenset({CallStatus.ANSWERED, CallStatus.CLOSED}),
    CallStatus.CLOSED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Times:
    """What the exchange has told of one call so far."""

    rang_at: datetime | None = None
    answered_at: datetime | None = None
    hung_up_at: datetime | None = None


_FIELD: Mapping[News, str] = {"ringing": "rang_at", "answered": "answered_at", "hung-up": "hung_up_at"}


def told(times: Times, news: News, at: datetime) -> Times:
    """The times after one more piece of news; the earliest holds, so that a repeat changes nothing."""
    before = getattr(times, _FIELD[news])
    return replace(times, **{_FIELD[news]: at if before is None else min(before, at)})


def status_after(status: CallStatus | None, times: Times) -> CallStatus:
    """Where the call is after the exchange has told so much; what people have done is never undone."""
    if status in (CallStatus.CLOSED, CallStatus.ANSWERED):
        return status
    if times.answered_at is not None:
        return CallStatus.ANSWERED
    return CallStatus.RINGING if times.hung_up_at is None else CallStatus.ABANDONED


def can(status: CallStatus, to: CallStatus) -> bool:
    """Whether a person can take the call there."""
    return to in TRANSITIONS[status]
