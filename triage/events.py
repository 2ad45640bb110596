"""What happens to a patient before the doctor (hendelser i triage)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core.store.event_log import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientExpected(Event):
    """Somebody is on the way (ventet pasient)."""

    kind: ClassVar[str] = "expected"


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientCheckedIn(Event):
    """Somebody came through the door (mottatt)."""

    kind: ClassVar[str] = "checked-in"

    number: str

    def facts(self) -> dict[str, Any]:
        return {"number": self.number}


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientAssessed(Event):
    """A level was set (triagert)."""

    kind: ClassVar[str] = "assessed"

    level: int
    level_code: str
    scores: str  # "TEWS 4, NEWS2 5"

    def facts(self) -> dict[str, Any]:
        return {"level": self.level, "level_code": self.level_code, "scores": self.scores}


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientPlaced(Event):
    """The patient was shown to a room, or back to the waiting room (plassert)."""

    kind: ClassVar[str] = "placed"

    place: str | None

    def facts(self) -> dict[str, Any]:
        return {"place": self.place}


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientSeen(Event):
    """A nurse looked to the patient (sett til)."""

    kind: ClassVar[str] = "seen"


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientCalled(Event):
    """The patient's number was called (kalt opp)."""

    kind: ClassVar[str] = "called"

    place: str | None

    def facts(self) -> dict[str, Any]:
        return {"place": self.place}


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientLeft(Event):
    """The patient went without being seen (gikk uten å bli sett)."""

    kind: ClassVar[str] = "left"
