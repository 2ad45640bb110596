"""Arranging the unit (innrede): rooms, desks, zones and the columns of its walls."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.permissions import Permission, require
from core.errors import Conflict, Stale
from core.patients.encounter import OPEN
from core.patients.tables import Encounter, Unit
from core.store.work import Work
from core.text import Answer
from triage.events import UnitChanged
from triage.rules.unit.arrangement import Arrangement, arrangement, as_choices, require_sound, version_of
from triage.rules.unit.zones import UNTRIAGED
from triage.scale_packs import scale_in_use
from triage.tables import TriageState


class RoomInUse(Conflict):
    """Somebody is in a room that would be gone (rom i bruk): they must be placed elsewhere first."""

    code = "room-in-use"


class Arranged(Answer):
    """The arrangement as it is, with the version a change is made from."""

    version: int
    arrangement: Arrangement


async def arrange_unit(work: Work, chosen: Arrangement, expected: int) -> Arranged:
    """Let the unit be arranged as chosen, from the version it was read in; its walls follow at once."""
    require(work.actor, Permission.ARRANGE_UNIT)
    unit = await work.session.get_one(Unit, work.unit)
    version, before = version_of(unit.choices), arrangement(unit.rooms, unit.choices)
    if version != expected:
        raise Stale(version=version, expected=expected, current=before)
    if chosen.alarms is None:
        chosen = chosen.model_copy(update={"alarms": before.alarms})
    used = await scale_in_use(work.session, unit)
    require_sound(chosen, {UNTRIAGED, *(level.rank for level in used.levels)})
    await _require_empty(work.session, unit.id, set(before.rooms) - set(chosen.rooms))
    changed = tuple(
        name for name in Arrangement.model_fields if getattr(before, name) != getattr(chosen, name)
    )
    if changed:
        unit.rooms, unit.choices = list(chosen.rooms), as_choices(chosen, unit.choices)
        await work.record(UnitChanged(encounter_id=None, happened_at=work.now, changed=changed))
    return Arranged(version=version_of(unit.choices), arrangement=chosen)


async def _require_empty(session: AsyncSession, unit: str, rooms: Collection[str]) -> None:
    inside = await session.execute(
        select(TriageState.place, Encounter.number)
        .join(Encounter, Encounter.id == TriageState.encounter_id)
        .where(Encounter.unit_id == unit, Encounter.status.in_(OPEN), TriageState.place.in_(rooms))
        .order_by(Encounter.arrived_at)
    )
    found = inside.all()
    if found:
        used = sorted({place for place, _ in found if place})
        raise RoomInUse(rooms=used, patients=[number for _, number in found])
