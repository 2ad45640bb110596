"""What happens to somebody's identity (hendelser i identitet). No name, number or reason is in an event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.store.event_log import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityChanged(Event):
    """The person in this encounter is known as somebody else than before. Subclasses say how."""

    encounter_id: str
    change_id: str
    who_changed: bool  # letters about the encounter may be about the wrong person


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientIdentified(IdentityChanged):
    """Name, number or birth date was put on or corrected (identifisert)."""

    kind: ClassVar[str] = "identified"


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientsMerged(IdentityChanged):
    """Two records turned out to be the same person (slått sammen)."""

    kind: ClassVar[str] = "merged"


@dataclass(frozen=True, slots=True, kw_only=True)
class EncounterMoved(IdentityChanged):
    """The encounter was written on the wrong person, and moved (flyttet til rett pasient)."""

    kind: ClassVar[str] = "moved-to-patient"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityRestored(IdentityChanged):
    """A change of identity was undone (angret)."""

    kind: ClassVar[str] = "identity-restored"
