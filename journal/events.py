"""What happens in the journal (hendelser i journalen)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core.store.event_log import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientTaken(Event):
    """A doctor took responsibility (lege tok pasienten)."""

    kind: ClassVar[str] = "taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientHandedOver(Event):
    """Another doctor has the responsibility now (overlevert)."""

    kind: ClassVar[str] = "handed-over"

    to: str

    def facts(self) -> dict[str, Any]:
        return {"to": self.to}


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteWritten(Event):
    """A note was put in the record (notat skrevet)."""

    kind: ClassVar[str] = "note-written"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnosisSet(Event):
    """A diagnosis was added (diagnose satt). The code itself is not in the log that feeds screens."""

    kind: ClassVar[str] = "diagnosis-set"


@dataclass(frozen=True, slots=True, kw_only=True)
class EncounterFinished(Event):
    """Signed and closed (avsluttet og signert); the messages out are fixed in the same transaction."""

    kind: ClassVar[str] = "finished"

    encounter_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCorrected(Event):
    """Something signed has a new version beside it (rettet); receivers get it in the same transaction."""

    kind: ClassVar[str] = "corrected"

    encounter_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddendumWritten(Event):
    """Something was added to what is signed (tillegg)."""

    kind: ClassVar[str] = "addendum-written"

    encounter_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletionAsked(Event):
    """Somebody wants something gone from the record (krav om sletting)."""

    kind: ClassVar[str] = "deletion-asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletionRefused(Event):
    """It stays, with a reason, and the right of appeal was told (avslag på sletting)."""

    kind: ClassVar[str] = "deletion-refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordErased(Event):
    """Something was deleted by decision (slettet); letters that told of it are withdrawn."""

    kind: ClassVar[str] = "erased"

    encounter_id: str
    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPlaced(Event):
    """Something was ordered (bestilt); what, stands in the record and not in the log that feeds screens."""

    kind: ClassVar[str] = "ordered"

    requisition: str

    def facts(self) -> dict[str, Any]:
        return {"requisition": self.requisition}


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderChanged(Event):
    """An order was begun, put on hold, done or revoked (pågår, på vent, utført, avbestilt)."""

    kind: ClassVar[str] = "order-changed"

    order: str
    status: str

    def facts(self) -> dict[str, Any]:
        return {"order": self.order, "status": self.status}


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultReported(Event):
    """A result came, or a corrected one (svar, rettet svar)."""

    kind: ClassVar[str] = "result-reported"

    result: str

    def facts(self) -> dict[str, Any]:
        return {"result": self.result}


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultWasSeen(Event):
    """Somebody has seen a result (svar sett)."""

    kind: ClassVar[str] = "result-seen"

    result: str

    def facts(self) -> dict[str, Any]:
        return {"result": self.result}
