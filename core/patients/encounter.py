"""The one state machine of an encounter (kontakt). Status names are FHIR R4's where it has them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from sqlalchemy import select

from core.errors import Conflict, NotFound, Stale
from core.patients.tables import Encounter
from core.store.work import Work


class Status(StrEnum):
    """Where in the visit the patient is."""

    PLANNED = "planned"  # ventet
    ARRIVED = "arrived"  # kommet, ikke triagert
    TRIAGED = "triaged"  # triagert, venter på lege
    IN_PROGRESS = "in-progress"  # hos lege
    FINISHED = "finished"  # avsluttet og signert
    CANCELLED = "cancelled"  # gikk uten å bli sett, eller feilregistrert


OPEN = (Status.PLANNED, Status.ARRIVED, Status.TRIAGED, Status.IN_PROGRESS)

TRANSITIONS: Mapping[Status, frozenset[Status]] = {
    Status.PLANNED: frozenset({Status.ARRIVED, Status.CANCELLED}),
    Status.ARRIVED: frozenset({Status.TRIAGED, Status.IN_PROGRESS, Status.CANCELLED}),
    Status.TRIAGED: frozenset({Status.TRIAGED, Status.IN_PROGRESS, Status.CANCELLED}),
    Status.IN_PROGRESS: frozenset({Status.IN_PROGRESS, Status.FINISHED}),
    Status.FINISHED: frozenset(),
    Status.CANCELLED: frozenset(),
}


class NotPossibleNow(Conflict):
    """The visit is at a point where this cannot happen, e.g. signed already."""

    code = "not-possible-now"


def require_move(encounter: Encounter, to: Status) -> None:
    """Refuse with NotPossibleNow when the encounter cannot go from its status to this one."""
    if to not in TRANSITIONS[Status(encounter.status)]:
        raise NotPossibleNow(encounter_status=encounter.status, wanted=to.value)


def move(encounter: Encounter, to: Status) -> None:
    """Take the encounter to another status."""
    require_move(encounter, to)
    encounter.status = to.value


def reopen(encounter: Encounter) -> None:
    """The one way back: what was finished a moment ago is in progress again; the database asks why."""
    if encounter.status != Status.FINISHED:
        raise NotPossibleNow(encounter_status=encounter.status)
    encounter.status, encounter.ended_at = Status.IN_PROGRESS.value, None


def is_open(encounter: Encounter) -> bool:
    """Whether the patient is still here, and so must be on the board."""
    return Status(encounter.status) in OPEN


def require_open(encounter: Encounter) -> None:
    """Refuse what would change a visit that has ended."""
    if not is_open(encounter):
        raise NotPossibleNow(encounter_status=encounter.status)


async def load(work: Work, encounter_id: str, expected: int | None = None) -> Encounter:
    """The encounter, for changing it. Another unit's is not found; an older `expected` version is stale."""
    statement = select(Encounter).where(Encounter.id == encounter_id, Encounter.unit_id == work.unit)
    encounter = (await work.session.execute(statement)).scalar_one_or_none()
    if encounter is None:
        raise NotFound(encounter=encounter_id)
    if expected is not None and expected != encounter.version:
        raise Stale(version=encounter.version, expected=expected)
    return encounter


async def find(work: Work, encounter_id: str) -> Encounter:
    """The encounter of whichever unit, only for looking: whether it opens is for `need/` to say."""
    encounter = await work.session.get(Encounter, encounter_id)
    if encounter is None:
        raise NotFound(encounter=encounter_id)
    return encounter


def changed(encounter: Encounter) -> int:
    """Count the change; the number is the record's ETag."""
    encounter.version += 1
    return encounter.version
