"""The patient's own no (sperring): against a person, the unit, or everybody outside."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from core.access.permissions import Permission, require
from core.access.tables import Staff
from core.errors import Invalid, NotFound
from core.ids import Actor, new_id
from core.patients import encounter as encounters
from core.patients.need.events import AccessBlocked, BlockWithdrawn
from core.patients.need.relation_here import same_person
from core.patients.need.tables import AccessBlock
from core.patients.tables import Encounter, Patient
from core.store.work import Work
from core.text import Answer, Request, ShortText

Kind = Literal["person", "unit", "outside", "gp-summary", "shared-record"]
"""Whom it shuts out: a colleague, the unit's staff, everybody we send to, or one of those."""

KINDS: tuple[Kind, ...] = get_args(Kind)


class NobodyToBlock(Invalid):
    """A block against a person must say which, and only such a block names one."""

    code = "nobody-to-block"


class NewBlock(Request):
    """What the patient wants."""

    kind: Kind
    person: ShortText | None = None  # staff id
    wish: ShortText | None = None  # in the patient's words


class Block(Answer):
    """A block that counts now."""

    id: str
    kind: Kind
    target_name: str | None
    wish: str | None
    set_at: datetime
    set_by: str


def nobody_is_shut_out(patient_id: ColumnElement[str] | InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """For lists that many read and that repeat what was written: the patient has blocked no colleague."""
    return ~(
        select(AccessBlock.id)
        .where(
            AccessBlock.patient_id == patient_id,
            AccessBlock.kind.in_(("person", "unit")),
            AccessBlock.withdrawn_at.is_(None),
        )
        .exists()
    )


class BlockList(Answer):
    """All that count for the patient."""

    blocks: tuple[Block, ...]


async def blocks_of(session: AsyncSession, encounter_id: str, _: Actor) -> BlockList:
    """The patient's blocks; call through `open_record`."""
    encounter = await session.get_one(Encounter, encounter_id)
    people = await same_person(session, encounter.patient_id)
    rows = await session.execute(
        select(AccessBlock)
        .where(AccessBlock.patient_id.in_(people), AccessBlock.withdrawn_at.is_(None))
        .order_by(AccessBlock.set_at, AccessBlock.id)
    )
    return BlockList(blocks=tuple(_shown(row) for row in rows.scalars()))


async def set_block(work: Work, encounter_id: str, wanted: NewBlock) -> Block:
    """Write the patient's no down; it counts from now, also for what is written later."""
    require(work.actor, Permission.BLOCK_ACCESS)
    encounter = await encounters.load(work, encounter_id)
    target, name = await _target(work, wanted)
    block = AccessBlock(
        id=new_id(),
        patient_id=encounter.patient_id,
        unit_id=work.unit,
        kind=wanted.kind,
        target=target,
        target_name=name,
        wish=wanted.wish,
        set_at=work.now,
        set_by=work.actor.name,
    )
    work.session.add(block)
    await work.record(AccessBlocked(encounter_id=encounter.id, happened_at=work.now))
    return _shown(block)


async def withdraw_block(work: Work, encounter_id: str, block_id: str) -> BlockList:
    """The patient has taken it back; that it was there stays in the record."""
    require(work.actor, Permission.BLOCK_ACCESS)
    encounter = await encounters.load(work, encounter_id)
    people = await same_person(work.session, encounter.patient_id)
    statement = select(AccessBlock).where(AccessBlock.id == block_id, AccessBlock.patient_id.in_(people))
    block = (await work.session.execute(statement.with_for_update())).scalar_one_or_none()
    if block is None:
        raise NotFound(block=block_id)
    if block.withdrawn_at is None:
        block.withdrawn_at, block.withdrawn_by = work.now, work.actor.name
        await work.record(BlockWithdrawn(encounter_id=encounter.id, happened_at=work.now))
    return await blocks_of(work.session, encounter_id, work.actor)


async def sent_nothing(session: AsyncSession, patients: Collection[str], channel: str) -> set[str]:
    """Those of these patients who let no such letter leave; asked again at each sending."""
    # A block said on a record that was merged into another counts on both, see `same_person`.
    one = select(Patient.id.label("patient"), Patient.id.label("record")).where(Patient.id.in_(patients))
    line = one.cte("same", recursive=True)
    line = line.union(select(line.c.patient, Patient.id).where(Patient.replaced_by == line.c.record))
    found = await session.execute(
        select(line.c.patient)
        .join(AccessBlock, AccessBlock.patient_id == line.c.record)
        .where(AccessBlock.withdrawn_at.is_(None), AccessBlock.kind.in_(("outside", channel)))
    )
    return set(found.scalars())


async def _target(work: Work, wanted: NewBlock) -> tuple[str | None, str | None]:
    if (wanted.kind == "person") != (wanted.person is not None):
        raise NobodyToBlock
    if wanted.kind == "unit":
        return work.unit, None
    if wanted.person is None:
        return None, None
    found = await work.session.execute(
        select(Staff.id, Staff.name).where(Staff.id == wanted.person, Staff.unit_id == work.unit)
    )
    person: Sequence[str] | None = found.one_or_none()
    if person is None:
        raise NobodyToBlock
    return person[0], person[1]


def _shown(row: AccessBlock) -> Block:
    return Block.model_validate({name: getattr(row, name) for name in Block.model_fields})
