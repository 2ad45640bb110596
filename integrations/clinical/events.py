"""What registers told about a patient (svar fra registre)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from core.store.event_log import Event
from journal.clinical_tables import Service


@dataclass(frozen=True, slots=True, kw_only=True)
class KjernejournalAnswered(Event):
    """Kjernejournal said something new; what, stands in the record."""

    kind: ClassVar[str] = "kjernejournal-answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicationListAnswered(Event):
    """The medication list came, or is another than before; what it says, stands in the record."""

    kind: ClassVar[str] = "medication-list-answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonAnswered(Event):
    """The person register said something new; what, stands on the page of identity."""

    kind: ClassVar[str] = "person-register-answered"


ANSWERED: Mapping[Service, type[Event]] = {
    "kjernejournal": KjernejournalAnswered,
    "medication-list": MedicationListAnswered,
    "person-register": PersonAnswered,
}
