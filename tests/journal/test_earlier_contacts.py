"""Earlier contacts: here and in the same legal entity, paged, corrected, and no more than opens."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.relation import AFTERWARDS
from core.access.tables import AccessLogRow
from core.errors import NotFound
from core.ids import Actor
from core.patients.need.blocks import NewBlock, set_block
from core.patients.open_record import open_record
from core.patients.tables import Unit
from core.store.work import Store, Work
from journal.commands.finish_encounter import Finishing, finish_encounter
from journal.commands.set_diagnosis import NewDiagnosis, set_diagnosis
from journal.commands.signed.correct import Correcting, correct
from journal.commands.take_patient import Taking, take_patient
from journal.queries.earlier_contacts import EarlierContacts, earlier_contacts, told_about
from journal.queries.encounter_page import encounter_page
from journal.queries.page import EncounterPage
from tests.cast import (
    DIAGNOSIS,
    OTHER_UNIT,
    UNIT,
    Cast,
    Person,
    finishing,
    full_arrival,
    move_in,
    note,
    system,
)
from tests.conftest import SettableClock
from triage.commands.check_in import Arrival, check_in
from triage.commands.look_after import register_left


class Ward:
    """Ingrid, who comes again and again, to two units of one municipality."""

    def __init__(self, store: Store, cast: Cast, clock: SettableClock) -> None:
        self.store, self.cast, self.clock = store, cast, clock

    async def comes(self, who: Person | None = None, unit: str = UNIT) -> str:
        """She stands at the desk."""
        nurse = (who or self.cast.dag).actor
        known = Arrival.model_validate({**full_arrival(), "complaint": "Feber"})
        return (await self.store.write(nurse, check_in, known, unit, "test")).id

    async def is_treated(self, who: Person | None = None, unit: str = UNIT) -> str:
        """A whole contact, an hour long."""
        doctor = (who or self.cast.dag).actor
        id = await self.comes(who, unit)
        taken = await self.store.write(doctor, take_patient, id, Taking())
        coded = NewDiagnosis.model_validate(DIAGNOSIS)
        set_ = await self.store.write(doctor, set_diagnosis, id, coded, taken.version)
        ending = Finishing.model_validate(finishing(note=note()))
        await self.store.write(doctor, finish_encounter, id, ending, set_.version)
        self.clock.advance(hours=1)
        return id

    async def before(self, encounter: str, who: Person | None = None, **page: Any) -> EarlierContacts:
        """As a reader is shown them."""
        reader = (who or self.cast.dag).actor

        async def look(session: AsyncSession, id: str, actor: Actor) -> EarlierContacts:
            return await earlier_contacts(session, id, actor, now=self.clock(), **page)

        return await open_record(
            self.store, look, encounter, reader, what="earlier-contacts", documents=told_about, elsewhere=True
        )

    async def opens(self, encounter: str, who: Person) -> EncounterPage:
        """The record of a contact, of whichever unit."""
        return await open_record(self.store, encounter_page, encounter, who.actor, elsewhere=True)


@pytest.fixture
async def ward(store: Store, clock: SettableClock) -> Ward:
    return Ward(store, await move_in(store), clock)


async def _last_line(session: AsyncSession) -> AccessLogRow:
    lines = select(AccessLogRow).where(AccessLogRow.unit_id == UNIT).order_by(AccessLogRow.seq.desc())
    return (await session.execute(lines.limit(1))).scalar_one()


async def test_each_contact_tells_when_why_what_came_of_it_and_who(ward: Ward) -> None:
    first = await ward.is_treated()
    now = await ward.comes()

    before = await ward.before(now)

    assert (before.total, before.next) == (1, None)
    [contact] = before.contacts
    assert (contact.id, contact.complaint, contact.outcome, contact.doctor) == (
        first, "Feber", "home-gp", "Dag Holm",
    )  # fmt: skip
    assert [each.code for each in contact.diagnoses] == ["K74"]
    line = await ward.store.read(_last_line)
    assert (line.what, line.encounter_id, line.documents) == ("earlier-contacts", now, [f"contact:{first}"])


async def test_the_first_contact_of_a_patient_has_none_before_it(ward: Ward) -> None:
    first = await ward.comes()

    assert await ward.before(first) == EarlierContacts(encounter=first, total=0, contacts=(), next=None)


async def test_all_are_shown_once_page_by_page_newest_first(ward: Ward) -> None:
    made = [await ward.is_treated() for _ in range(5)]
    now = await ward.comes()

    seen, after = list[str](), None
    while True:
        page = await ward.before(now, most=2, after=after)
        assert page.total == 5
        seen += [each.id for each in page.contacts]
        if (after := page.next) is None:
            break

    assert seen == made[::-1]
    assert [each.id for each in (await ward.before(made[1])).contacts] == made[
        :1
    ]  # later ones are not earlier
    with pytest.raises(NotFound):
        await ward.before(now, after="00000000-0000-4000-8000-000000000000")


async def test_many_contacts_are_no_more_questions_to_the_database_than_few(ward: Ward) -> None:
    asked = list[str]()

    def count(*args: Any) -> None:
        asked.append(args[2])

    async def questions() -> int:
        now = await ward.comes()
        asked.clear()
        await ward.before(now)
        used = len(asked)
        await ward.store.write(ward.cast.nora.actor, register_left, now, 1)
        return used

    engine = ward.store.database.writer.sync_engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        for _ in range(2):
            await ward.is_treated()
        few = await questions()
        for _ in range(8):
            await ward.is_treated()

        assert await questions() == few
    finally:
        event.remove(engine, "before_cursor_execute", count)


async def test_what_was_corrected_is_told_as_it_reads_now(ward: Ward) -> None:
    first = await ward.is_treated()
    right = {"system": "icpc-2", "code": "R81", "display": "Lungebetennelse"}
    wanted = {"kind": "correction", "target": "diagnoses", "reason": "Feil kode", "diagnoses": [right]}
    version = (await ward.opens(first, ward.cast.dag)).version
    await ward.store.write(ward.cast.dag.actor, correct, first, Correcting.model_validate(wanted), version)
    ended = {**finishing(), "outcome": "admitted", "asked_of_gp": None}
    closing = {"kind": "correction", "target": "conclusion", "reason": "Ble lagt inn", "conclusion": ended}
    await ward.store.write(
        ward.cast.dag.actor, correct, first, Correcting.model_validate(closing), version + 1
    )

    [contact] = (await ward.before(await ward.comes())).contacts

    assert [each.display for each in contact.diagnoses] == ["Lungebetennelse"]
    assert contact.outcome == "admitted"


async def test_an_old_contact_says_only_that_it_was_unless_the_patient_is_here(ward: Ward) -> None:
    old = await ward.is_treated()
    ward.clock.now += AFTERWARDS
    latest = await ward.is_treated()

    [gone] = (await ward.before(latest)).contacts
    assert (gone.needs_reason, gone.complaint, gone.diagnoses, gone.doctor) == (True, None, (), None)
    [here] = [each for each in (await ward.before(await ward.comes())).contacts if each.id == old]
    assert (here.needs_reason, here.complaint) == (False, "Feber")


async def test_another_unit_of_the_same_legal_entity_is_read_while_the_patient_is_here(ward: Ward) -> None:
    there = await ward.is_treated(ward.cast.stranger, OTHER_UNIT)
    with pytest.raises(NotFound):
        await ward.opens(there, ward.cast.dag)
    now = await ward.comes()

    [contact] = (await ward.before(now)).contacts
    page = await ward.opens(there, ward.cast.dag)

    assert (contact.id, contact.elsewhere, contact.unit_name) == (there, True, "Sørvik legevakt")
    assert page.notes[0].plan == note()["plan"]
    assert not any(page.may.model_dump().values())  # read here, changed only there
    line = await ward.store.read(_last_line)
    assert (line.encounter_id, line.relation, line.purpose) == (there, "same-entity", "TREAT")


@pytest.mark.parametrize("kind", ["unit", "outside"])
async def test_the_patients_no_hides_what_other_units_wrote(ward: Ward, kind: Any) -> None:
    there = await ward.is_treated(ward.cast.stranger, OTHER_UNIT)
    now = await ward.comes()
    await ward.store.write(ward.cast.kari.actor, set_block, now, NewBlock(kind=kind))

    with pytest.raises(NotFound):
        await ward.opens(there, ward.cast.dag)
    if kind == "outside":
        assert (await ward.before(now)).contacts == ()


async def test_another_legal_entity_is_as_if_it_were_not_there(ward: Ward) -> None:
    there = await ward.is_treated(ward.cast.stranger, OTHER_UNIT)
    await ward.store.write(system(OTHER_UNIT), _becomes_another)
    now = await ward.comes()

    assert (await ward.before(now)).total == 0
    with pytest.raises(NotFound):
        await ward.opens(there, ward.cast.dag)


async def _becomes_another(work: Work) -> None:
    moved = update(Unit).where(Unit.id == OTHER_UNIT).values(organisation_number="111222333")
    await work.session.execute(moved)
