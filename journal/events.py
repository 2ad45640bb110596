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
