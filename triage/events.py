"""What happens to a patient before the doctor, and to the unit itself (hendelser i triage)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
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
    complaint: tuple[str, str] | None = None  # before and after, where it was changed
    marks: tuple[str, ...] = ()  # notes on the board that were set or taken away

    def facts(self) -> dict[str, Any]:
        told = {"level": self.level, "level_code": self.level_code, "scores": self.scores}
        if self.complaint:
            told |= {"complaint_before": self.complaint[0], "complaint": self.complaint[1]}
        return {**told, **({"marks": ", ".join(self.marks)} if self.marks else {})}


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
class UnitChanged(Event):
    """The unit was arranged differently (innredet på nytt); about no encounter."""

    kind: ClassVar[str] = "unit-changed"

    changed: tuple[str, ...]  # e.g. rooms, zones

    def facts(self) -> dict[str, Any]:
        return {"changed": list(self.changed)}


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientLeft(Event):
    """The patient went without being seen (gikk uten å bli sett)."""

    kind: ClassVar[str] = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorCalled(Event):
    """A doctor is wanted at once (lege varslet)."""

    kind: ClassVar[str] = "doctor-called"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRang(Event):
    """Somebody must look to the patient (alarm)."""

    kind: ClassVar[str] = "alarm-rang"

    rules: tuple[str, ...]
    number: int

    def facts(self) -> dict[str, Any]:
        return {"rules": ", ".join(self.rules), "number": self.number}


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmTaken(Event):
    """A named person goes to the patient (alarm tatt)."""

    kind: ClassVar[str] = "alarm-taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelConfirmed(Event):
    """Another person looked at a lowered level and stands by it (ny vurdering av nedsatt hastegrad)."""

    kind: ClassVar[str] = "level-confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledBack(Event):
    """Somebody who left without being seen was called (ringt tilbake)."""

    kind: ClassVar[str] = "called-back"

    result: str

    def facts(self) -> dict[str, Any]:
        return {"result": self.result}


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketHandedOut(Event):
    """The patient got a link to the own place in the line (kølapp gitt)."""

    kind: ClassVar[str] = "ticket-handed-out"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketEnded(Event):
    """The link leads nowhere any more (kølapp trukket)."""

    kind: ClassVar[str] = "ticket-ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientNotCome(Event):
    """Somebody who was expected never came (møtte ikke)."""

    kind: ClassVar[str] = "not-come"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedAnew(Event):
    """Somebody on the way comes at another time (nytt ventet tidspunkt)."""

    kind: ClassVar[str] = "expected-anew"

    expected_at: str

    def facts(self) -> dict[str, Any]:
        return {"expected_at": self.expected_at}


@dataclass(frozen=True, slots=True, kw_only=True)
class _CallEvent(Event):
    call: str

    def facts(self) -> dict[str, Any]:
        return {"call": self.call}


@dataclass(frozen=True, slots=True, kw_only=True)
class CallHeard(_CallEvent):
    """The exchange told of a call: it rings, was answered, or ended (telefonsentralen meldte)."""

    kind: ClassVar[str] = "call-heard"

    news: str

    def facts(self) -> dict[str, Any]:
        return {"call": self.call, "news": self.news}


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTaken(_CallEvent):
    """A named operator has the call (samtalen er tatt)."""

    kind: ClassVar[str] = "call-taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallNoted(_CallEvent):
    """The operator wrote something down (notert)."""

    kind: ClassVar[str] = "call-noted"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAssessed(_CallEvent):
    """The call was judged (telefonvurdering)."""

    kind: ClassVar[str] = "call-assessed"

    urgency: str

    def facts(self) -> dict[str, Any]:
        return {"call": self.call, "urgency": self.urgency}


@dataclass(frozen=True, slots=True, kw_only=True)
class CallClosed(_CallEvent):
    """The call has an outcome (samtalen er avsluttet)."""

    kind: ClassVar[str] = "call-closed"

    outcome: str
    expected_at: datetime | None = None  # somebody is on the way, for whom a place on the board is made
    by_ambulance: bool = False

    def facts(self) -> dict[str, Any]:
        return {"call": self.call, "outcome": self.outcome}


@dataclass(frozen=True, slots=True, kw_only=True)
class VitalsMeasured(Event):
    """Somebody was measured between assessments (målt). The values stand in the record, not in this log.

    `worse` and `passed` are how it stands after this round; None: the round cannot tell.
    """

    kind: ClassVar[str] = "measured"

    measurement: str
    scores: str  # "NEWS2 5"; empty when the round is not complete
    before: int | None  # NEWS2 at the last look
    worse: bool | None
    passed: tuple[str, ...]  # limits of the plan, by code

    def facts(self) -> dict[str, Any]:
        told = {"measurement": self.measurement, "scores": self.scores}
        return {**told, **({} if self.before is None else {"before": self.before})}


@dataclass(frozen=True, slots=True, kw_only=True)
class VitalsCorrected(VitalsMeasured):
    """A round was put right, or withdrawn (måling rettet)."""

    kind: ClassVar[str] = "measurement-corrected"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationBegun(Event):
    """A patient is under observation by a plan (observasjon startet, eller ny plan)."""

    kind: ClassVar[str] = "observation-begun"

    plan: str

    def facts(self) -> dict[str, Any]:
        return {"plan": self.plan}


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationEnded(Event):
    """The observation is over (observasjon avsluttet)."""

    kind: ClassVar[str] = "observation-ended"

    plan: str

    def facts(self) -> dict[str, Any]:
        return {"plan": self.plan}
