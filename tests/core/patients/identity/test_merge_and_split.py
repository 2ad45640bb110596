"""Two records that are one person, and one record that is two: put right, told, and undone to the letter."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import NotAllowed, NotFound, Stale
from core.patients.identity.changes import BothHere, Decision, Effect, IdentityMoved, carry_out
from core.patients.identity.duplicate import end_duplicate
from core.patients.identity.identify import NothingChanged, NumberTaken
from core.patients.identity.merge import Merging, SamePatient, merge
from core.patients.identity.undo import UndoLaterFirst, UndoneAlready
from core.patients.identity_tables import IdentityChange, IdentityEffect
from core.patients.national_id import synthetic
from core.patients.tables import Encounter, Patient
from core.store.work import DatabaseRefused, Work
from tests.cast import OTHER_UNIT, full_arrival
from tests.core.patients.identity.hand import Hand

BORN = date(1961, 3, 5)
NUMBER = synthetic(Random(5), BORN)


async def test_an_unknown_man_gets_his_name_and_number_and_the_board_says_so(ward: Hand) -> None:
    man = await ward.check_in(called="Ukjent mann", complaint="Funnet på torget")
    assert (await ward.row(man.id)).flags == ("unknown-identity",)

    done = await ward.identify(man.id, given="Olav", family="Haug", national_id=NUMBER, sex="male")

    row = await ward.row(man.id)
    assert (row.name, row.sex, row.flags, row.version) == ("Olav H.", "male", (), done.version)
    page = await ward.page(man.id)
    assert (page.person.birth_date, page.person.numbers[0].masked) == (BORN, f"{NUMBER[:6]} •••••")
    [change] = page.history
    assert (change.kind, change.by, change.reason) == ("identified", "Nora Lie", "Legitimasjon vist")
    assert {(value.what, value.before) for value in change.values} == {
        ("given", None), ("family", None), ("sex", "unknown"), ("birth_date", None), ("number.fnr", None),
    }  # fmt: skip
    assert await ward.events(man.id) == ["checked-in", "identified"]


async def test_a_wrong_name_is_undone_to_what_was_known_before(ward: Hand) -> None:
    man = await ward.check_in(called="Ukjent mann")
    before = await ward.everything()
    done = await ward.identify(man.id, given="Olav", national_id=NUMBER, phone="99 88 77 66")

    await ward.undo(man.id, done.change_id, ward.cast.nora.actor)

    assert await ward.everything() == before
    assert [(each.kind, each.undone) for each in (await ward.page(man.id)).history] == [
        ("undone", False), ("identified", True),
    ]  # fmt: skip
    with pytest.raises(UndoneAlready):
        await ward.undo(man.id, done.change_id)


async def test_a_number_somebody_has_is_not_put_on_another(ward: Hand) -> None:
    known = await ward.check_in(national_id=NUMBER)
    man = await ward.check_in(called="Ukjent mann")

    with pytest.raises(NumberTaken) as refused:
        await ward.identify(man.id, national_id=NUMBER)

    assert refused.value.facts == {"patient": known.patient_id}


async def test_what_is_known_already_is_no_change(ward: Hand) -> None:
    known = await ward.check_in(national_id=NUMBER, given="Olav")

    with pytest.raises(NothingChanged):
        await ward.identify(known.id, given="Olav", national_id=NUMBER)


async def test_the_unknown_man_turns_out_to_have_been_here_before(ward: Hand) -> None:
    earlier = await ward.check_in(**full_arrival(3))
    await ward.leave(earlier.id)
    man = await ward.check_in(called="Ukjent mann")

    await ward.merge(man.id, earlier.patient_id)

    row, page = await ward.row(man.id), await ward.page(man.id)
    assert (row.name, row.flags) == ("Ingrid S.", ())
    assert (page.person.id, page.person.visits) == (earlier.patient_id, 2)
    assert page.history[0].kind == "merged"
    assert await ward.events(man.id) == ["checked-in", "merged"]


async def test_merging_is_undone_to_the_letter(ward: Hand) -> None:
    earlier = await ward.check_in(called="Olav", birth_date="1961-03-05")
    await ward.leave(earlier.id)
    man = await ward.check_in(**full_arrival(4))
    before = await ward.everything()
    done = await ward.merge(man.id, earlier.patient_id)
    assert (await ward.page(man.id)).person.gp is not None  # what was not known is filled in

    await ward.undo(man.id, done.change_id)

    assert await ward.everything() == before
    assert (await ward.row(man.id)).name == "Ingrid S."


async def test_two_who_are_both_on_the_board_are_not_merged_but_named(ward: Hand) -> None:
    one = await ward.check_in(called="Ukjent mann")
    other = await ward.check_in(called="Olav Haug")
    before = await ward.everything()

    with pytest.raises(BothHere) as refused:
        await ward.merge(one.id, other.patient_id)

    assert set(refused.value.facts.values()) == {one.number, other.number}
    assert await ward.everything() == before

    await ward.store.write(ward.cast.kari.actor, end_duplicate, other.id, other.version)
    await ward.merge(one.id, other.patient_id)
    assert (await ward.row(one.id)).name == "Olav H."
    assert await ward.events(other.id) == ["checked-in", "registered-twice"]


async def test_an_encounter_on_the_wrong_person_moves_and_what_was_written_follows(ward: Hand) -> None:
    olav = await ward.check_in(national_id=NUMBER, given="Olav", family="Haug")
    wrong = olav.patient_id

    done = await ward.split(olav.id, called="Ukjent mann")

    assert done.patient_id != wrong
    assert (await ward.row(olav.id)).name == "Ukjent mann"
    again = await ward.check_in(national_id=NUMBER, called="Olav Haug")  # the real Olav comes
    assert again.patient_id == wrong
    with pytest.raises(BothHere):  # and now the first cannot be his any more
        await ward.undo(olav.id, done.change_id)


async def test_an_ended_encounter_moves_too_and_is_otherwise_as_it_was(ward: Hand) -> None:
    one, other = await ward.check_in(called="Olav Haug"), await ward.check_in(called="Per Moe")
    await ward.leave(one.id)
    before = await ward.encounter(one.id)

    await ward.split(one.id, to=other.patient_id)

    after = await ward.encounter(one.id)
    assert after.patient_id == other.patient_id
    kept = [column.key for column in Encounter.__table__.c if column.key != "patient_id"]
    assert [getattr(after, key) for key in kept] == [getattr(before, key) for key in kept]


async def test_a_later_change_is_undone_before_the_one_it_rests_on(ward: Hand) -> None:
    earlier = await ward.check_in(**full_arrival(3))
    await ward.leave(earlier.id)
    man = await ward.check_in(called="Ukjent mann")
    merged = await ward.merge(man.id, earlier.patient_id)
    moved = await ward.split(man.id, called="Ukjent mann igjen")

    with pytest.raises(UndoLaterFirst) as refused:
        await ward.undo(man.id, merged.change_id)
    assert refused.value.facts == {"change": moved.change_id}

    await ward.undo(man.id, moved.change_id)
    await ward.undo(man.id, merged.change_id)
    assert (await ward.row(man.id)).name == "Ukjent mann"


async def test_the_one_who_is_merged_away_tells_where_the_person_is(ward: Hand) -> None:
    earlier = await ward.check_in(called="Olav Haug")
    await ward.leave(earlier.id)
    man = await ward.check_in(called="Ukjent mann")
    await ward.merge(man.id, earlier.patient_id)

    gone = (await ward.store.read(_patient, man.patient_id)).replaced_by

    assert gone == earlier.patient_id
    with pytest.raises(SamePatient):
        await ward.merge(man.id, earlier.patient_id)
    with pytest.raises(NotFound):
        await ward.merge(man.id, man.patient_id)


async def test_a_person_of_another_unit_is_merged_only_by_number_and_their_board_is_told(ward: Hand) -> None:
    there = await ward.check_in(OTHER_UNIT, national_id=NUMBER, called="Olav Haug")
    here = await ward.check_in(called="Ukjent mann")

    with pytest.raises(NotFound):
        await ward.merge(here.id, there.patient_id)
    await ward.merge(here.id, there.patient_id, "this", national_id=NUMBER)

    assert await ward.events(there.id) == ["checked-in", "merged"]
    assert (await ward.encounter(there.id)).patient_id == here.patient_id


async def test_nobody_merges_from_an_old_page_or_without_leave(ward: Hand) -> None:
    one = await ward.check_in(called="Ukjent mann")
    other = await ward.check_in(called="Olav Haug")
    await ward.leave(other.id)
    given = Merging(other=other.patient_id, keep="other", reason="Samme")  # type: ignore[arg-type]

    with pytest.raises(NotAllowed):
        await ward.store.write(ward.cast.nora.actor, merge, one.id, given, one.version, environment="test")
    with pytest.raises(Stale):
        await ward.store.write(ward.cast.kari.actor, merge, one.id, given, 9, environment="test")


async def test_the_database_moves_no_encounter_untold(ward: Hand) -> None:
    one, other = await ward.check_in(called="Olav Haug"), await ward.check_in(called="Per Moe")

    async def steal(work: Work) -> None:
        (await work.session.get_one(Encounter, one.id)).patient_id = other.patient_id

    with pytest.raises(DatabaseRefused):
        await ward.store.write(ward.cast.kari.actor, steal)


async def test_with_a_move_nothing_else_of_an_ended_encounter_changes(ward: Hand) -> None:
    one, other = await ward.check_in(called="Olav Haug"), await ward.check_in(called="Per Moe")
    await ward.leave(one.id)
    columns = [column.name for column in Encounter.__table__.c if column.name not in ("id", "patient_id")]

    async def move_and_back(work: Work, also: str) -> None:
        effect = Effect("encounter", one.id, "patient_id", one.patient_id, other.patient_id)
        decision = Decision(kind="split", encounter_id=one.id, patient_id=other.patient_id, reason="")
        await carry_out(work, decision, [effect])
        await tell_only(work, effect.back)
        statement = f"UPDATE encounter SET patient_id = :who{also} WHERE id = :id"
        await work.session.execute(text(statement), {"who": one.patient_id, "id": one.id})

    for column in columns:
        value = {"version": "7", "flags": "'[7]'", "unit_id": "'sorvik'"}.get(column, "'2020-01-01'")
        with pytest.raises(DatabaseRefused):
            await ward.store.write(ward.cast.kari.actor, move_and_back, f", {column} = {value}")
    await ward.store.write(ward.cast.kari.actor, move_and_back, "")  # the move alone is let through


async def tell_only(work: Work, effect: Effect) -> None:
    """The row that lets an encounter move, without moving it."""
    newest = await work.session.scalar(select(func.max(IdentityChange.number)))
    work.session.add(
        IdentityEffect(
            change_number=newest,
            position=99,
            what=effect.what,
            subject=effect.subject,
            field=effect.field,
            before=effect.before,
            after=effect.after,
        )
    )
    await work.session.flush()


async def test_history_cannot_be_changed_or_taken_away(ward: Hand) -> None:
    man = await ward.check_in(called="Ukjent mann")
    await ward.identify(man.id, given="Olav")

    for statement in (
        "UPDATE identity_change SET reason = 'x'",
        "DELETE FROM identity_change",
        "UPDATE identity_effect SET before = 'x'",
        "DELETE FROM identity_effect",
        "DELETE FROM patient",
    ):

        async def tamper(work: Work, statement: str = statement) -> None:
            await work.session.execute(text(statement))

        with pytest.raises(DatabaseRefused):
            await ward.store.write(ward.cast.kari.actor, tamper)


async def test_what_was_told_at_the_door_about_somebody_known_is_kept_with_what_was_before(
    ward: Hand,
) -> None:
    first = await ward.check_in(national_id=NUMBER, given="Olav", family="Haug")
    await ward.leave(first.id)

    again = await ward.check_in(national_id=NUMBER, given="Ola", called="Ola H")

    [change] = (await ward.page(again.id)).history
    assert change.kind == "checked-in"
    assert ("given", "Olav", "Ola") in {(v.what, v.before, v.after) for v in change.values}
    await ward.undo(again.id, change.id, ward.cast.nora.actor)
    assert (await ward.row(again.id)).name == "Olav H."


async def test_a_value_somebody_changed_meanwhile_is_not_overwritten_by_an_undo(ward: Hand) -> None:
    man = await ward.check_in(called="Ukjent mann")
    done = await ward.identify(man.id, given="Olav")

    async def past_the_history(work: Work) -> None:
        (await work.session.get_one(Encounter, man.id)).complaint = "Fall"
        await work.session.execute(text("UPDATE patient SET given = 'Ole'"))

    await ward.store.write(ward.cast.kari.actor, past_the_history)

    with pytest.raises(IdentityMoved):
        await ward.undo(man.id, done.change_id)


async def _patient(session: AsyncSession, id: str) -> Patient:
    return await session.get_one(Patient, id)
