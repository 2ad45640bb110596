"""The telephone in words: a call rings, is answered or given up, judged, and closed with what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from tests.journeys.any_night.waiting_in_words import No

LEVEL = {"red": 1, "yellow": 3, "green": 4}


@dataclass
class Call:
    """One call, with what the exchange has told and what operators have done."""

    id: str
    unit: str
    told: set[str] = field(default_factory=set)  # ringing, answered, hung-up
    has_it: str | None = None
    answered_here: bool = False
    urgency: str | None = None
    complaint: str | None = None
    closed_at: datetime | None = None

    @property
    def status(self) -> str:
        """What people have done stands, whatever the exchange tells afterwards, twice or in another order."""
        if self.closed_at:
            return "closed"
        if self.answered_here or "answered" in self.told:
            return "answered"
        return "abandoned" if "hung-up" in self.told else "ringing"

    def take(self, who: str) -> None:
        """One operator answers; a colleague's call is not taken by pressing the same button."""
        if self.has_it == who and self.status == "answered":
            return
        if self.has_it is not None:
            raise No("call-taken")
        self._require("ringing", "answered", "abandoned")
        self.has_it, self.answered_here = who, True

    def take_over(self, who: str) -> None:
        """A colleague goes on with it."""
        self._require("ringing", "answered", "abandoned")
        self.has_it, self.answered_here = who, True

    def judge(self, who: str, urgency: str, complaint: str) -> None:
        """Only whoever has the call writes on it."""
        self._require("answered")
        if self.has_it not in (None, who):
            raise No("call-taken")
        self.has_it, self.answered_here = who, True
        self.urgency, self.complaint = urgency, complaint

    def close(self, who: str, outcome: str, *, comes: bool, now: datetime) -> None:
        """Not before somebody has said how urgent it is, unless nobody could be reached."""
        if self.status == "answered" and self.has_it not in (None, who):
            raise No("call-taken")
        if self.urgency is None and outcome != "not-reached":
            raise No("call-not-assessed")
        if comes and self.complaint is None:
            raise No("expected-time-missing")
        self._require("answered", "abandoned")
        self.closed_at = now

    def _require(self, *statuses: str) -> None:
        if self.status not in statuses:
            raise No("call-not-possible-now")
