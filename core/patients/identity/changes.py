"""How a change of identity is made (endring): value by value, each checked against what was there before.

A change is a row saying who, when and why, and below it one row per value with before and after. Making it
and undoing it are the same motion in two directions; a value somebody has changed meanwhile stops it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import delete, select, update

from core.errors import Conflict
from core.ids import new_id
from core.patients import encounter as encounters
from core.patients.encounter import OPEN
from core.patients.identity.events import IdentityChanged
from core.patients.identity_tables import IdentityChange, IdentityEffect, RelatedPerson
from core.patients.tables import Encounter, Patient, PatientIdentifier
from core.store.work import Work

Kind = Literal["checked-in", "identified", "merged", "split", "undone"]

WHO = frozenset({"given", "family", "birth_date", "number"})
"""What letters say of somebody; when it changes, those sent before may be about the wrong person."""
_ON_THE_BOARD = WHO | {"called", "sex"}


class IdentityMoved(Conflict):
    """What this change rests on has been changed by somebody meanwhile; nothing was written."""

    code = "identity-changed-since"


class BothHere(Conflict):
    """Both are on the board: one person cannot be here twice. End the one that was registered twice first."""

    code = "both-here"


@dataclass(frozen=True, slots=True)
class Effect:
    """One value that changes. Of a number the value is its holder, and since when."""

    what: Literal["patient", "number", "encounter", "related"]
    subject: str
    field: str
    before: str | None
    after: str | None

    @property
    def back(self) -> Effect:
        """The same, undone."""
        return Effect(self.what, self.subject, self.field, self.after, self.before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What somebody decided, before it is written."""

    kind: Kind
    encounter_id: str
    patient_id: str
    other_id: str | None = None
    reason: str | None
    undoes: int | None = None


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


_FROM_TEXT: Mapping[str, Callable[[str], Any]] = {
    "birth_date": date.fromisoformat,
    "gp": json.loads,
    "active": json.loads,
}


def patient_effect(patient: Patient, field: str, after: Any) -> Effect:
    """This field of the patient becomes that."""
    return Effect("patient", patient.id, field, _text(getattr(patient, field)), _text(after))


def holding(patient_id: str, since: datetime) -> str:
    """Who holds a number since when, as text."""
    return f"{patient_id} {since.isoformat()}"


def number_effect(row: PatientIdentifier, after: str | None) -> Effect:
    """A number that somebody has goes to another patient, or to nobody."""
    key = f"{row.kind}:{row.country}:{row.value}"
    return Effect(
        "number",
        key,
        "holder",
        holding(row.patient_id, row.added_at),
        holding(after, row.added_at) if after else None,
    )


async def carry_out(work: Work, decision: Decision, effects: Sequence[Effect]) -> IdentityChange:
    """Write the decision and make its effects. Raises IdentityMoved when something is not as it was."""
    change = IdentityChange(
        id=new_id(),
        kind=decision.kind,
        unit_id=work.unit,
        encounter_id=decision.encounter_id,
        patient_id=decision.patient_id,
        other_id=decision.other_id,
        reason=decision.reason,
        at=work.now,
        by_id=work.actor.id,
        by_name=work.actor.name,
        by_role=work.actor.role.value,
        undoes=decision.undoes,
    )
    work.session.add(change)
    await work.session.flush()
    work.session.add_all(
        IdentityEffect(
            change_number=change.number,
            position=position,
            what=effect.what,
            subject=effect.subject,
            field=effect.field,
            before=effect.before,
            after=effect.after,
        )
        for position, effect in enumerate(effects)
    )
    # The database moves an encounter only when the row that tells why is there already.
    await work.session.flush()
    for effect in effects:
        await _APPLY[effect.what](work, effect)
    await work.session.flush()
    return change


# A number's row changes its key; what the session has read of it before is not used again.
_AS_IT_IS = {"synchronize_session": False}


def _require_before(found: str | None, effect: Effect) -> None:
    if found != effect.before:
        raise IdentityMoved(field=effect.field)


async def _apply_patient(work: Work, effect: Effect) -> None:
    patient = await work.session.get_one(Patient, effect.subject)
    _require_before(_text(getattr(patient, effect.field)), effect)
    read = _FROM_TEXT.get(effect.field, str)
    setattr(patient, effect.field, None if effect.after is None else read(effect.after))


async def _apply_number(work: Work, effect: Effect) -> None:
    kind, country, value = effect.subject.split(":", 2)
    here = (
        PatientIdentifier.kind == kind,
        PatientIdentifier.country == country,
        PatientIdentifier.value == value,
    )
    columns = select(PatientIdentifier.patient_id, PatientIdentifier.added_at).where(*here)
    row = (await work.session.execute(columns)).one_or_none()
    _require_before(holding(row.patient_id, row.added_at) if row else None, effect)
    if effect.after is None:
        await work.session.execute(delete(PatientIdentifier).where(*here), execution_options=_AS_IT_IS)
        return
    holder, _, since = effect.after.partition(" ")
    if row is not None:
        await work.session.execute(
            update(PatientIdentifier).where(*here).values(patient_id=holder), execution_options=_AS_IT_IS
        )
        return
    work.session.add(
        PatientIdentifier(
            patient_id=holder,
            kind=kind,
            country=country,
            value=value,
            added_at=datetime.fromisoformat(since),
        )
    )


async def _apply_encounter(work: Work, effect: Effect) -> None:
    encounter = await work.session.get_one(Encounter, effect.subject)
    _require_before(encounter.patient_id, effect)
    assert effect.after is not None
    if encounters.is_open(encounter):
        await _require_alone(work, encounter, effect.after)
    encounter.patient_id = effect.after
    await work.session.flush()


async def _require_alone(work: Work, encounter: Encounter, patient_id: str) -> None:
    found = await work.session.execute(
        select(Encounter.number).where(
            Encounter.patient_id == patient_id,
            Encounter.unit_id == encounter.unit_id,
            Encounter.status.in_(OPEN),
            Encounter.id != encounter.id,
        )
    )
    other = found.scalars().first()
    if other is not None:
        raise BothHere(number=encounter.number, other=other)


async def _apply_related(work: Work, effect: Effect) -> None:
    related = await work.session.get_one(RelatedPerson, effect.subject)
    _require_before(getattr(related, effect.field), effect)
    setattr(related, effect.field, effect.after)


_APPLY = {
    "patient": _apply_patient,
    "number": _apply_number,
    "encounter": _apply_encounter,
    "related": _apply_related,
}


async def tell(
    work: Work,
    event: type[IdentityChanged],
    change: IdentityChange,
    effects: Collection[Effect],
    *,
    but: str | None = None,
) -> None:
    """One event for each encounter that reads differently now, in its own unit's log; `but` needs none."""
    changed = {("number" if e.what == "number" else e.field) for e in effects}
    moved = {e.subject for e in effects if e.what == "encounter"}
    for encounter in await _reading_differently(work, change, effects, moved):
        if encounter.id == but:
            continue
        if encounters.is_open(encounter):
            encounters.changed(encounter)
        await work.record(
            event(
                encounter_id=encounter.id,
                happened_at=work.now,
                change_id=change.id,
                who_changed=encounter.id in moved or not WHO.isdisjoint(changed),
            ),
            unit=encounter.unit_id,
        )


async def _reading_differently(
    work: Work, change: IdentityChange, effects: Collection[Effect], moved: Collection[str]
) -> Sequence[Encounter]:
    who = {p for e in effects if e.what == "number" or e.field in WHO for p in _patients_of(e)}
    shown = {e.subject for e in effects if e.what == "patient" and e.field in _ON_THE_BOARD}
    here = Encounter.patient_id.in_(shown) & Encounter.status.in_(OPEN)
    found = await work.session.execute(
        select(Encounter)
        .where(
            here | Encounter.patient_id.in_(who) | Encounter.id.in_({*moved, change.encounter_id}),
        )
        .order_by(Encounter.arrived_at, Encounter.id)
    )
    return found.scalars().all()


def _patients_of(effect: Effect) -> list[str]:
    if effect.what == "number":
        return [held.partition(" ")[0] for held in (effect.before, effect.after) if held]
    return [effect.subject] if effect.what == "patient" else []
