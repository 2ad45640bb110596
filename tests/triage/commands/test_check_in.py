"""A patient at the door: on the board with two fields, once, and at a time that is possible."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from core.errors import NotAllowed, NotFound
from core.patients.encounter import NotPossibleNow
from tests.cast import UNIT, arrival, full_arrival
from tests.conftest import SettableClock
from tests.triage.hand import Hand
from triage.commands.check_in import AlreadyHere, Arrival, TimeNotPossible, arrive, check_in
from triage.commands.look_after import register_left


async def test_two_fields_put_a_patient_on_the_board(nora: Hand, clock: SettableClock) -> None:
    checked_in = await nora.check_in()

    [row] = (await nora.board()).rows
    assert (row.id, row.version, row.status, row.number) == (checked_in.id, 1, "arrived", checked_in.number)
    assert (row.name, row.complaint, row.level, row.arrived_at) == (
        "Ingrid S.",
        "Brystsmerter",
        None,
        clock(),
    )
    assert (row.sex, row.age_months, row.flags) == ("unknown", None, ("unknown-identity",))


async def test_somebody_nobody_knows_is_called_what_the_nurse_wrote(nora: Hand) -> None:
    first = await nora.check_in(called="Ukjent mann", complaint="Funnet på torget")
    second = await nora.check_in(called="Ukjent mann", complaint="Falt")

    assert first.patient_id != second.patient_id
    assert first.number != second.number
    assert {row.name for row in (await nora.board()).rows} == {"Ukjent mann"}


async def test_a_known_identity_number_finds_the_same_person_again(nora: Hand, clock: SettableClock) -> None:
    first = await nora.check_in_known()
    await nora.store.write(nora.cast.nora.actor, register_left, first.id, first.version)
    clock.advance(hours=2)

    again = await nora.check_in(national_id=full_arrival()["national_id"], called="Ingrid")

    assert again.patient_id == first.patient_id
    assert again.id != first.id
    row = await nora.row(again.id)
    assert (row.name, row.sex, row.flags) == ("Ingrid S.", "female", ())


async def test_a_birth_date_can_be_read_off_the_identity_number(nora: Hand) -> None:
    given = full_arrival()
    born = date.fromisoformat(given["birth_date"])

    checked_in = await nora.check_in(national_id=given["national_id"])

    months = (2026 - born.year) * 12 + 11 - born.month - (born.day > 20)
    assert (await nora.row(checked_in.id)).age_months == months


async def test_somebody_who_is_here_already_is_not_put_on_a_second_row(nora: Hand) -> None:
    first = await nora.check_in_known()

    with pytest.raises(AlreadyHere) as refused:
        await nora.check_in_known()

    assert refused.value.facts == {"encounter": first.id, "number": first.number}
    assert (await nora.board()).count == 1


@pytest.mark.parametrize(
    ("ago", "possible"),
    [
        (timedelta(0), True),
        (timedelta(hours=24), True),
        (timedelta(hours=24, seconds=1), False),
        (timedelta(minutes=-1), True),  # clocks differ a little
        (timedelta(minutes=-2), False),
    ],
)
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_an_arrival_on_paper_may_be_entered_a_day_later_at_most(
    nora: Hand, clock: SettableClock, ago: timedelta, possible: bool
) -> None:
    at = clock() - ago

    if possible:
        checked_in = await nora.check_in(arrived_at=at)
        assert (await nora.row(checked_in.id)).arrived_at == at
    else:
        with pytest.raises(TimeNotPossible):
            await nora.check_in(arrived_at=at)
        assert (await nora.board()).count == 0


async def test_an_expected_patient_arrives_with_what_was_known_on_the_way(
    nora: Hand, clock: SettableClock
) -> None:
    planned = await nora.check_in_known(expected_at=clock() + timedelta(minutes=20), flags=["allergy"])
    assert (await nora.row(planned.id)).status == "planned"
    clock.advance(minutes=25)

    came = await nora.store.write(nora.cast.nora.actor, arrive, planned.id)

    row = await nora.row(planned.id)
    assert (came.status, came.version, came.number) == ("arrived", 2, planned.number)
    assert (row.status, row.arrived_at, row.flags) == ("arrived", clock(), ("allergy",))

    with pytest.raises(NotPossibleNow):
        await nora.store.write(nora.cast.nora.actor, arrive, planned.id)


async def test_another_unit_does_not_find_our_patient(nora: Hand, clock: SettableClock) -> None:
    planned = await nora.check_in(expected_at=clock() + timedelta(minutes=20))

    with pytest.raises(NotFound):
        await nora.store.write(nora.cast.stranger.actor, arrive, planned.id)


async def test_a_wall_screen_checks_nobody_in(nora: Hand) -> None:
    given = Arrival.model_validate(arrival())

    with pytest.raises(NotAllowed):
        await nora.store.write(nora.cast.wall.actor, check_in, given, UNIT, "test")

    assert (await nora.board()).count == 0
