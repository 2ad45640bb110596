"""Undoing a change of identity (angre): every value goes back to what it was, or nothing does."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import aliased

from core.access.permissions import Permission, require
from core.errors import Conflict, NotFound
from core.patients import encounter as encounters
from core.patients.identity.changes import Decision, Effect, carry_out, tell
from core.patients.identity.events import IdentityRestored
from core.patients.identity.identify import IdentityAnswer, answer
from core.patients.identity_tables import IdentityChange, IdentityEffect
from core.patients.tables import Encounter
from core.store.work import Work
from core.text import Request, ShortText


class UndoneAlready(Conflict):
    """Somebody has undone it already, or it is an undoing itself."""

    code = "undone-already"


class UndoLaterFirst(Conflict):
    """A later change rests on this one: undo that first."""

    code = "undo-later-first"


class Undoing(Request):
    """Why it was wrong."""

    reason: ShortText


async def undo(
    work: Work, encounter_id: str, change_id: str, undoing: Undoing, *, expected: int
) -> IdentityAnswer:
    """Put everything this change touched back as it was. Raises UndoLaterFirst with what must go first."""
    encounter = await encounters.load(work, encounter_id, expected)
    change = await _change(work, encounter, change_id)
    require(work.actor, permission_for(change.kind))
    effects = await effects_of(work, change.number)
    await _require_undoable(work, change, effects)
    decision = Decision(
        kind="undone",
        encounter_id=encounter.id,
        patient_id=change.patient_id,
        other_id=change.other_id,
        reason=undoing.reason,
        undoes=change.number,
    )
    back = [effect.back for effect in reversed(effects)]
    undone = await carry_out(work, decision, back)
    await tell(work, IdentityRestored, undone, back)
    return answer(encounter, undone.id)


def permission_for(kind: str) -> Permission:
    """Who may undo it: whoever may do it."""
    return Permission.IDENTIFY if kind in ("identified", "checked-in") else Permission.MERGE_PATIENTS


async def effects_of(work: Work, number: int) -> list[Effect]:
    """What a change did, in the order it was done."""
    found = await work.session.execute(
        select(IdentityEffect).where(IdentityEffect.change_number == number).order_by(IdentityEffect.position)
    )
    return [Effect(row.what, row.subject, row.field, row.before, row.after) for row in found.scalars()]  # type: ignore[arg-type]


async def _change(work: Work, encounter: Encounter, change_id: str) -> IdentityChange:
    found = await work.session.execute(select(IdentityChange).where(IdentityChange.id == change_id))
    change = found.scalar_one_or_none()
    about = {change.patient_id, change.other_id} if change else set()
    if change is None or not (encounter.patient_id in about or change.encounter_id == encounter.id):
        raise NotFound(change=change_id)
    return change


async def _require_undoable(work: Work, change: IdentityChange, effects: list[Effect]) -> None:
    undoing = select(IdentityChange.number).where(IdentityChange.undoes == change.number)
    if change.kind == "undone" or (await work.session.execute(undoing)).first() is not None:
        raise UndoneAlready
    later = await _resting_on(work, change, effects)
    if later is not None:
        raise UndoLaterFirst(change=later)


async def _resting_on(work: Work, change: IdentityChange, effects: list[Effect]) -> str | None:
    """The newest change after this one that touches the same and is not undone."""
    subjects = {effect.subject for effect in effects}
    undoing = aliased(IdentityChange)
    statement = (
        select(IdentityChange.id)
        .join(IdentityEffect, IdentityEffect.change_number == IdentityChange.number)
        .outerjoin(undoing, undoing.undoes == IdentityChange.number)
        .where(
            IdentityChange.number > change.number,
            IdentityChange.kind != "undone",
            undoing.number.is_(None),
            IdentityEffect.subject.in_(subjects),
        )
        .order_by(IdentityChange.number.desc())
    )
    return (await work.session.execute(statement)).scalars().first()
