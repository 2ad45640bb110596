"""What is told at triage, recorded with the level in one go; the draft on the way; a doctor called for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.wiring import reactions
from core.errors import NotAllowed
from core.ids import Actor
from core.patients.encounter import NotPossibleNow
from core.patients.tables import Encounter
from core.settings import Settings
from core.store.database import Database
from core.store.event_log import of_encounter
from core.store.work import Store
from journal.commands.take_patient import Taking, take_patient
from journal.queries.triage_part import assessments_of
from tests.cast import assessment
from tests.conftest import SettableClock
from tests.triage.hand import Hand
from triage.commands.assess import AssessedTimeNotPossible, NewAssessment, assess
from triage.commands.call_doctor import PatientWithDoctor, call_doctor
from triage.commands.draft_triage import (
    DraftOutdated,
    NoDraft,
    TakingOver,
    TriageDraftSaved,
    TriageDraftText,
    save_triage_draft,
    take_over_triage,
)
from triage.commands.look_after import mark_seen, register_left
from triage.commands.take_alarm import take_alarm
from triage.queries.intake import Intake, open_intake
from triage.rules.safety.alarms import Rule
from triage.tables import TriageDraft, VitalSign


@pytest.fixture
async def store(database_url: str, clock: SettableClock) -> AsyncIterator[Store]:
    """With what happens in the same transaction, as in a running ward: a called doctor rings."""
    opened = Store(Database(database_url), clock, reactions(Settings(modules=())))
    yield opened
    await opened.drain()


STORY = {"history": "Hoste i 3 døgn.\nBor alene.", "pain": 4, "marks": {"infection": True, "fall": False}}


async def save(nora: Hand, actor: Actor, encounter: str, based_on: int, **text: Any) -> TriageDraftSaved:
    typed = TriageDraftText.model_validate(text)
    return await nora.store.write(actor, save_triage_draft, encounter, typed, based_on)


async def intake(nora: Hand, actor: Actor, encounter: str) -> Intake:
    return await nora.store.write(actor, open_intake, encounter, "nb")


async def test_history_pain_marks_and_complaint_are_recorded_in_one_go(nora: Hand) -> None:
    encounter = (await nora.check_in(flags=["fall", "interpreter"])).id

    await nora.assess(encounter, complaint="Tung pust", **STORY)

    latest = (await nora.store.read(assessments_of, encounter))[0]
    assert (latest.history, latest.pain, latest.complaint) == (STORY["history"], 4, "Tung pust")
    row = await nora.row(encounter)
    assert (row.complaint, row.flags) == (
        "Tung pust",
        ("infection", "interpreter", "unknown-identity"),
    )
    told = [each for each in await nora.store.read(of_encounter, encounter) if each.kind == "assessed"]
    assert len(told) == 1
    assert (told[0].facts["complaint_before"], told[0].facts["complaint"]) == ("Brystsmerter", "Tung pust")
    assert told[0].facts["marks"] == "fall, infection"


async def test_a_mark_that_stands_already_stays_when_it_is_set_again(nora: Hand) -> None:
    encounter = (await nora.check_in(flags=["infection"])).id

    await nora.assess(encounter, marks={"infection": True, "fall": False})

    assert (await nora.row(encounter)).flags == ("infection", "unknown-identity")


async def test_a_refused_assessment_changes_neither_complaint_nor_marks(nora: Hand) -> None:
    encounter = (await nora.check_in()).id

    with pytest.raises(AssessedTimeNotPossible):
        await nora.assess(encounter, complaint="Tung pust", measured_at="2026-11-20T10:00:00Z", **STORY)

    row = await nora.row(encounter)
    assert (row.complaint, row.flags, row.level) == ("Brystsmerter", ("unknown-identity",), None)


@pytest.mark.parametrize(("minutes", "possible"), [(0, True), (359, True), (361, False), (-2, False)])
async def test_values_are_as_old_as_they_are_said_to_be(
    nora: Hand, clock: SettableClock, minutes: int, possible: bool
) -> None:
    encounter = (await nora.check_in()).id
    at = clock() - timedelta(minutes=minutes)

    if not possible:
        with pytest.raises(AssessedTimeNotPossible):
            await nora.assess(encounter, measured_at=at.isoformat())
        return
    await nora.assess(encounter, measured_at=at.isoformat())

    async def measured(session: AsyncSession) -> set[Any]:
        return set((await session.execute(select(VitalSign.measured_at))).scalars())

    assert await nora.store.read(measured) == {at}


async def test_the_draft_is_kept_grows_and_is_gone_when_it_is_recorded(nora: Hand) -> None:
    me, encounter = nora.cast.nora.actor, (await nora.check_in()).id

    first = await save(nora, me, encounter, 0, values={"rr": "2"})
    second = await save(nora, me, encounter, first.draft_version, values={"rr": "22", "temp": "38,"})

    kept = (await intake(nora, me, encounter)).draft
    assert kept is not None
    assert (kept.version, kept.text["values"], kept.outdated) == (2, {"rr": "22", "temp": "38,"}, False)
    assert second.saved_at == kept.saved_at
    await nora.assess(encounter)
    assert (await intake(nora, me, encounter)).draft is None


async def test_a_draft_that_knows_nothing_of_a_colleagues_triage_is_old_however_late_it_was_saved(
    nora: Hand, clock: SettableClock
) -> None:
    me, encounter = nora.cast.nora.actor, (await nora.check_in()).id
    await save(nora, me, encounter, 0, history="Hoste")
    given = NewAssessment.model_validate(assessment())
    found = await nora.store.write(nora.cast.kari.actor, assess, encounter, given, None)
    clock.advance(minutes=1)

    kept = await save(nora, me, encounter, 1, history="Hoste og feber")
    unaware = (await intake(nora, me, encounter)).draft
    await save(nora, me, encounter, kept.draft_version, history="Hoste og feber", after=found.assessment_id)
    aware = (await intake(nora, me, encounter)).draft

    assert unaware is not None
    assert aware is not None
    assert (unaware.outdated, aware.outdated) == (True, False)


async def test_two_windows_do_not_overwrite_each_other(nora: Hand) -> None:
    me, encounter = nora.cast.nora.actor, (await nora.check_in()).id
    await save(nora, me, encounter, 0, history="i det ene vinduet")

    with pytest.raises(DraftOutdated) as refused:
        await save(nora, me, encounter, 0, history="i det andre")

    assert refused.value.facts["current"]["history"] == "i det ene vinduet"
    assert refused.value.facts["draft_version"] == 1


async def test_a_colleague_sees_who_has_begun_and_goes_on_from_there(nora: Hand) -> None:
    encounter = (await nora.check_in()).id
    me, kari = nora.cast.nora.actor, nora.cast.kari.actor
    await save(nora, me, encounter, 0, history="Begynt av Nora", values={"rr": "22"})

    begun = (await intake(nora, kari, encounter)).colleagues
    assert [each.name for each in begun] == ["Nora Lie"]
    taken = await nora.store.write(kari, take_over_triage, encounter, TakingOver(author=me.id))

    assert taken.text["history"] == "Begynt av Nora"
    assert (await intake(nora, kari, encounter)).colleagues == ()
    await save(nora, kari, encounter, taken.draft_version, history="Videre av Kari")
    with pytest.raises(DraftOutdated) as refused:  # Nora's window is still open
        await save(nora, me, encounter, 1, history="Nora skriver videre")
    assert refused.value.facts["by"] == "Kari Moe"
    with pytest.raises(NoDraft):
        await nora.store.write(kari, take_over_triage, encounter, TakingOver(author=me.id))


async def test_a_draft_from_before_the_last_assessment_says_so(nora: Hand, clock: SettableClock) -> None:
    me, encounter = nora.cast.nora.actor, (await nora.check_in()).id
    await save(nora, nora.cast.kari.actor, encounter, 0, values={"rr": "30"})
    clock.advance(minutes=5)
    await nora.assess(encounter)

    draft = (await intake(nora, nora.cast.kari.actor, encounter)).draft

    assert draft is not None
    assert draft.outdated
    assert (await intake(nora, me, encounter)).draft is None


async def test_a_draft_that_nobody_finished_is_thrown_away_after_two_days(
    nora: Hand, clock: SettableClock
) -> None:
    me = nora.cast.nora.actor
    old, new = (await nora.check_in()).id, (await nora.check_in(called="Per")).id
    await save(nora, me, old, 0, history="glemt")
    clock.advance(hours=49)

    await save(nora, me, new, 0, history="ny")

    async def left(session: AsyncSession) -> list[str]:
        return list((await session.execute(select(TriageDraft.encounter_id))).scalars())

    assert await nora.store.read(left) == [new]


async def test_nothing_is_drafted_about_somebody_who_has_left(nora: Hand) -> None:
    came = await nora.check_in()
    await nora.store.write(nora.cast.nora.actor, register_left, came.id, came.version)

    with pytest.raises(NotPossibleNow):
        await save(nora, nora.cast.nora.actor, came.id, 0, history="for sent")


async def test_earlier_values_are_of_this_patient_and_logged(nora: Hand, clock: SettableClock) -> None:
    before = await nora.check_in_known(3)
    await nora.assess(before.id)
    version = (await nora.row(before.id)).version
    await nora.store.write(nora.cast.nora.actor, register_left, before.id, version)
    clock.advance(hours=30)
    now, other = (await nora.check_in_known(3)).id, (await nora.check_in_known(4)).id
    await nora.assess(other)

    earlier = (await intake(nora, nora.cast.nora.actor, now)).earlier

    assert [(each.here, each.complaint, each.values["rr"]) for each in earlier] == [
        (False, "Brystsmerter", 22)
    ]
    assert {score.name for score in earlier[0].scores} == {"TEWS", "NEWS2"}


async def test_a_doctor_who_is_called_for_rings_until_a_doctor_has_looked(
    nora: Hand, clock: SettableClock
) -> None:
    encounter = (await nora.check_in()).id
    me, dag = nora.cast.nora.actor, nora.cast.dag.actor

    await nora.store.write(me, call_doctor, encounter)

    ringing = (await nora.row(encounter)).alarm
    assert ringing is not None
    assert (ringing.rules, ringing.rings) == ((Rule.DOCTOR,), True)
    await nora.store.write(me, take_alarm, encounter)
    await nora.store.write(me, mark_seen, encounter, None)
    clock.advance(minutes=1)
    still = (await nora.row(encounter)).alarm
    assert still is not None  # a nurse who goes is no doctor
    assert Rule.DOCTOR in still.rules
    await nora.store.write(dag, mark_seen, encounter, None)
    assert (await nora.row(encounter)).alarm is None


async def test_whoever_has_a_doctor_already_is_told_which(nora: Hand) -> None:
    encounter = (await nora.check_in()).id
    await nora.store.write(nora.cast.dag.actor, take_patient, encounter, Taking())

    with pytest.raises(PatientWithDoctor) as refused:
        await nora.store.write(nora.cast.nora.actor, call_doctor, encounter)

    assert refused.value.facts["doctor"] == "Dag Holm"


async def test_taking_the_patient_ends_the_call(nora: Hand) -> None:
    encounter = (await nora.check_in()).id
    await nora.store.write(nora.cast.nora.actor, call_doctor, encounter)

    await nora.store.write(nora.cast.dag.actor, take_patient, encounter, Taking())

    assert (await nora.row(encounter)).alarm is None


async def test_a_screen_drafts_nothing_and_another_unit_finds_nothing(nora: Hand) -> None:
    encounter = (await nora.check_in()).id

    with pytest.raises(NotAllowed):
        await save(nora, nora.cast.wall.actor, encounter, 0)

    async def unchanged(session: AsyncSession) -> int:
        return (await session.get_one(Encounter, encounter)).version

    assert await nora.store.read(unchanged) == 1
