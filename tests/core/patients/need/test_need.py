"""Opening a record on the ward itself: relation, reason, the patient's no, and what is told about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.relation import AFTERWARDS, GLASS_STAYS_BROKEN, Relation
from core.access.tables import AccessLogRow
from core.errors import NotAllowed, NotFound, Refused
from core.ids import Actor
from core.patients.identity.merge import Merging, merge
from core.patients.national_id import synthetic
from core.patients.need.blocks import NewBlock, NobodyToBlock, blocks_of, set_block, withdraw_block
from core.patients.need.break_glass import (
    GlassReviewed,
    NoReasonNeeded,
    OwnReview,
    Reason,
    Verdict,
    break_glass,
    review,
)
from core.patients.need.control import Looking, control
from core.patients.need.patients_view import who_has_seen
from core.patients.need.relation_here import ReasonNeeded
from core.patients.need.staff_number import know_number
from core.patients.open_record import open_record
from core.patients.tables import Encounter
from core.store.event_log import of_encounter
from core.store.work import Store, Work
from tests.cast import UNIT, Cast, move_in
from tests.conftest import SettableClock
from triage.commands.check_in import Arrival, check_in
from triage.commands.look_after import register_left

WHY = Reason(reason="Ringer om prøvesvar fra kontakten")
NUMBER = synthetic(Random(1), date(1980, 1, 1))


@dataclass(frozen=True, slots=True)
class Ward:
    """A ward with its people, and what they do with one patient's record."""

    store: Store
    cast: Cast
    clock: SettableClock

    async def arrives(self, **known: Any) -> str:
        """Somebody comes."""
        given = Arrival(called="Ingrid", complaint="Feber", **known)
        return (await self.store.write(self.cast.nora.actor, check_in, given, UNIT, "test")).id

    async def leaves(self, encounter: str) -> None:
        """And goes."""
        await self.store.write(self.cast.nora.actor, register_left, encounter, 1)

    async def opens(self, encounter: str, who: Actor) -> str:
        """Says `open`, or the code of the refusal."""
        try:
            return await open_record(self.store, _nothing, encounter, who)
        except Refused as refused:
            return refused.code

    async def line(self) -> AccessLogRow:
        """The last line of the access log."""
        return await self.store.read(_last_line)


async def _nothing(_session: AsyncSession, _id: str, _actor: Actor) -> str:
    return "open"


async def _last_line(session: AsyncSession) -> AccessLogRow:
    found = await session.execute(
        select(AccessLogRow)
        .where(AccessLogRow.unit_id == "nordvik")
        .order_by(AccessLogRow.seq.desc())
        .limit(1)
    )
    return found.scalar_one()


@pytest.fixture
async def ward(store: Store, clock: SettableClock) -> Ward:
    return Ward(store, await move_in(store), clock)


async def test_a_patient_who_is_here_is_opened_and_the_log_says_on_what_ground(ward: Ward) -> None:
    encounter = await ward.arrives()

    assert await ward.opens(encounter, ward.cast.nora.actor) == "open"

    line = await ward.line()
    assert (line.relation, line.purpose, line.reason) == ("here-now", "TREAT", None)
    assert line.legal_entity == "999888777"


async def test_long_after_it_ended_a_reason_is_needed_and_counts_for_an_hour(ward: Ward) -> None:
    encounter, dag = await ward.arrives(), ward.cast.dag.actor
    await ward.leaves(encounter)
    assert await ward.opens(encounter, dag) == "open"

    ward.clock.advance(seconds=AFTERWARDS.total_seconds() + 1)
    assert await ward.opens(encounter, dag) == "reason-needed"
    await ward.store.write(dag, break_glass, encounter, WHY)

    assert await ward.opens(encounter, dag) == "open"
    line = await ward.line()
    assert (line.relation, line.purpose, line.reason) == ("ended-before", "ETREAT", WHY.reason)
    assert await ward.opens(encounter, ward.cast.dina.actor) == "reason-needed"
    ward.clock.advance(seconds=GLASS_STAYS_BROKEN.total_seconds())
    assert await ward.opens(encounter, dag) == "reason-needed"


async def test_who_is_here_again_needs_no_reason_for_what_was_before(ward: Ward) -> None:
    before = await ward.arrives(national_id=NUMBER)
    await ward.leaves(before)
    ward.clock.advance(days=400)

    await ward.arrives(national_id=NUMBER)

    assert await ward.opens(before, ward.cast.nora.actor) == "open"


async def test_a_reason_is_told_in_the_record_and_put_before_somebody_else(ward: Ward) -> None:
    encounter, dag, admin = await ward.arrives(), ward.cast.dag.actor, ward.cast.admin.actor
    await ward.store.write(ward.cast.kari.actor, set_block, encounter, NewBlock(kind="person", person=dag.id))

    glass = await ward.store.write(dag, break_glass, encounter, WHY)

    told = [event.kind for event in await ward.store.read(of_encounter, encounter)]
    assert told[-2:] == ["access-blocked", "glass-broken"]
    [listed] = (await ward.store.write(ward.cast.auditor.actor, control, Looking())).glass
    assert (listed.reason, listed.reviewer, listed.blocked) == (
        WHY.reason,
        ward.cast.auditor.actor.name,
        True,
    )
    done = Verdict(verdict="justified", note="Akutt, alene på vakt")
    await ward.store.write(admin, review, glass.id, done)
    with pytest.raises(GlassReviewed):
        await ward.store.write(admin, review, glass.id, done)
    with pytest.raises(NotAllowed):
        await ward.store.write(dag, review, glass.id, done)


async def test_nobody_reviews_themselves(ward: Ward) -> None:
    encounter, dag = await ward.arrives(), ward.cast.dag.actor
    await ward.leaves(encounter)
    ward.clock.advance(days=60)
    glass = await ward.store.write(dag, break_glass, encounter, WHY)
    later = Actor(dag.id, dag.name, ward.cast.auditor.actor.role, dag.unit)  # same person, another job

    with pytest.raises(OwnReview):
        await ward.store.write(later, review, glass.id, Verdict(verdict="justified", note="Greit"))


async def test_a_reason_nobody_asked_for_is_not_taken(ward: Ward) -> None:
    encounter = await ward.arrives()

    with pytest.raises(NoReasonNeeded):
        await ward.store.write(ward.cast.dag.actor, break_glass, encounter, WHY)
    with pytest.raises(NotFound):
        await ward.store.write(ward.cast.stranger.actor, break_glass, encounter, WHY)


@pytest.mark.parametrize("kind", ["person", "unit"])
async def test_a_block_counts_for_what_is_written_later_until_it_is_withdrawn(ward: Ward, kind: str) -> None:
    before, nora, kari = await ward.arrives(national_id=NUMBER), ward.cast.nora.actor, ward.cast.kari.actor
    wanted = NewBlock.model_validate({"kind": kind, "person": nora.id if kind == "person" else None})
    block = await ward.store.write(kari, set_block, before, wanted)
    await ward.leaves(before)

    later = await ward.arrives(national_id=NUMBER)

    assert await ward.opens(before, nora) == await ward.opens(later, nora) == "reason-needed"
    assert (await ward.opens(later, kari) == "open") is (kind == "person")
    await ward.store.write(kari, withdraw_block, later, block.id)
    assert await ward.opens(later, nora) == "open"
    assert (await ward.store.read(blocks_of, later, nora)).blocks == ()


async def test_a_block_on_a_record_that_is_merged_counts_on_the_one_that_is_kept(ward: Ward) -> None:
    old, new = await ward.arrives(), await ward.arrives()
    nora, dag = ward.cast.nora.actor, ward.cast.dag.actor
    await ward.store.write(dag, set_block, old, NewBlock(kind="person", person=nora.id))
    await ward.leaves(old)
    other = await ward.store.read(_patient_of, old)

    await ward.store.write(
        dag, merge, new, Merging(other=other, keep="this", reason="Samme person"), 1, environment="test"
    )

    assert await ward.opens(new, nora) == "reason-needed"


async def test_a_block_against_a_person_says_which(ward: Ward) -> None:
    encounter, kari = await ward.arrives(), ward.cast.kari.actor

    for wrong in (
        NewBlock(kind="person"),
        NewBlock(kind="person", person=ward.cast.stranger.actor.id),
        NewBlock(kind="outside", person=kari.id),
    ):
        with pytest.raises(NobodyToBlock):
            await ward.store.write(kari, set_block, encounter, wrong)


async def test_ones_own_and_a_colleagues_record_need_a_reason_but_not_for_the_treating_doctor(
    ward: Ward,
) -> None:
    dag, dina, nora = ward.cast.dag.actor, ward.cast.dina.actor, ward.cast.nora.actor
    await ward.store.write(ward.cast.admin.actor, know_number, nora.id, NUMBER, "test")
    encounter = await ward.arrives(national_id=NUMBER)

    relations = []
    for who in (nora, dina, dag):
        with pytest.raises(ReasonNeeded) as refused:
            await open_record(ward.store, _nothing, encounter, who)
        relations.append(refused.value.facts["relation"])
    await ward.store.write(dag, _takes, encounter)

    assert relations == [Relation.SELF, Relation.COLLEAGUE, Relation.COLLEAGUE]
    assert await ward.opens(encounter, dag) == "open"


async def test_what_the_work_does_not_explain_is_found_by_control_and_by_the_patient(ward: Ward) -> None:
    encounter, dag, auditor = await ward.arrives(), ward.cast.dag.actor, ward.cast.auditor.actor
    await ward.opens(encounter, ward.cast.nora.actor)
    await ward.leaves(encounter)
    ward.clock.advance(days=60)
    await ward.store.write(dag, break_glass, encounter, WHY)
    await ward.opens(encounter, dag)

    _, *everything = (await ward.store.write(auditor, control, Looking())).openings
    odd = await ward.store.write(auditor, control, Looking(only="unexplained"))
    his = await ward.store.write(auditor, control, Looking(person=dag.id))
    hers = await ward.store.write(auditor, control, Looking(contact=everything[0].contact))

    assert [each.actor for each in everything] == ["Dag Holm", "Nora Lie"]
    assert [each.actor for each in odd.openings] == ["Dag Holm"]
    assert [each.reason for each in his.openings] == [WHY.reason]
    assert [each.actor for each in hers.openings] == ["Dag Holm", "Nora Lie"]
    assert (await ward.line()).what == "access-report"
    seen = await ward.store.write(ward.cast.kari.actor, who_has_seen, str(everything[0].patient))
    assert [each.who for each in seen.seen] == ["Kari Moe", "Dag Holm", "Nora Lie"]
    elsewhere = Actor(auditor.id, auditor.name, auditor.role, ward.cast.stranger.actor.unit)
    with pytest.raises(NotFound):
        await ward.store.write(elsewhere, who_has_seen, seen.patient)


async def _patient_of(session: AsyncSession, encounter: str) -> str:
    return (await session.get_one(Encounter, encounter)).patient_id


async def _takes(work: Work, encounter: str) -> None:
    (await work.session.get_one(Encounter, encounter)).doctor_id = work.actor.id
