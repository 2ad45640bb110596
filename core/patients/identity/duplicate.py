"""Somebody was registered twice (registrert to ganger): one of the two rows ends, saying so, and is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.access.permissions import Permission, require
from core.patients import encounter as encounters
from core.patients.encounter import Status
from core.store.event_log import Event
from core.store.work import Work
from core.text import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredTwice(Event):
    """The encounter was the same visit as another one, and ended for that (feilregistrert)."""

    kind: ClassVar[str] = "registered-twice"


class Ended(Answer):
    """The encounter that is no more on the board."""

    id: str
    version: int
    status: str


async def end_duplicate(work: Work, encounter_id: str, expected: int | None) -> Ended:
    """End a visit that is registered on another row too. Not one a doctor has: that is handed over first."""
    require(work.actor, Permission.MERGE_PATIENTS)
    encounter = await encounters.load(work, encounter_id, expected)
    encounters.move(encounter, Status.CANCELLED)
    encounter.ended_at = work.now
    version = encounters.changed(encounter)
    await work.record(RegisteredTwice(encounter_id=encounter.id, happened_at=work.now))
    return Ended(id=encounter.id, version=version, status=encounter.status)
