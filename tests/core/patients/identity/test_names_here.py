"""Like names are noted on both rows, when the second comes, and on neither when one is gone."""

from __future__ import annotations

from random import Random

import pytest

from core.patients.names_here import _MOST
from core.patients.related import BirthOrderTaken
from tests.core.patients.identity.hand import Hand

LIKE = "similar-name"


async def flagged(ward: Hand, encounter: str) -> bool:
    return LIKE in (await ward.row(encounter)).flags


async def test_both_rows_are_noted_and_both_are_told(ward: Hand) -> None:
    kari = await ward.check_in(called="Kari Nordmann")
    assert not await flagged(ward, kari.id)

    karin = await ward.check_in(called="Karin Nordman")

    assert await flagged(ward, kari.id)
    assert await flagged(ward, karin.id)
    assert await ward.events(kari.id) == ["checked-in", "names-alike"]
    await ward.leave(karin.id)
    assert not await flagged(ward, kari.id)
    assert await ward.events(kari.id) == ["checked-in", "names-alike", "names-apart"]


async def test_a_new_name_begins_and_ends_a_likeness(ward: Hand) -> None:
    kari = await ward.check_in(called="Kari Nordmann")
    man = await ward.check_in(called="Ukjent kvinne")

    done = await ward.identify(man.id, given="Karin", family="Nordmann")
    assert await flagged(ward, kari.id)
    assert await flagged(ward, man.id)

    await ward.undo(man.id, done.change_id)
    assert not await flagged(ward, kari.id)
    assert not await flagged(ward, man.id)


async def test_in_a_crowd_of_one_name_everybody_keeps_the_note_until_the_last_but_one_goes(
    ward: Hand,
) -> None:
    crowd = [(await ward.check_in(called="Kari Nordmann")).id for _ in range(_MOST * 2 + 3)]
    Random(7).shuffle(crowd)

    while len(crowd) > 1:
        assert [await flagged(ward, each) for each in crowd] == [True] * len(crowd)
        await ward.leave(crowd.pop())

    assert not await flagged(ward, crowd[0])


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_no_two_newborns_of_one_mother_get_one_number(ward: Hand) -> None:
    mother = await ward.check_in(called="Kari", given="Kari", family="Nordmann")
    twin = {"called": "Nyfødt", "mother": mother.id, "sex": "male"}
    second = await ward.check_in(**twin, birth_order=2)

    with pytest.raises(BirthOrderTaken):
        await ward.check_in(**twin, birth_order=2)
    third = await ward.check_in(**twin)

    names = [(await ward.row(each.id)).name for each in (second, third)]
    assert names == ["Nyfødt gutt nr. 2 av Kari N.", "Nyfødt gutt nr. 3 av Kari N."]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_another_unit_is_no_neighbour(ward: Hand) -> None:
    here = await ward.check_in(called="Kari Nordmann")

    await ward.check_in("sorvik", called="Kari Nordmann")

    assert not await flagged(ward, here.id)


async def test_twins_are_told_apart_and_noted(ward: Hand) -> None:
    mother = await ward.check_in(called="Kari", given="Kari", family="Nordmann")

    first = await ward.check_in(called="Nyfødt", mother=mother.id, sex="male")
    second = await ward.check_in(called="Nyfødt", mother=mother.id, sex="female")

    rows = {(await ward.row(each.id)).name for each in (first, second)}
    assert rows == {"Nyfødt gutt av Kari N.", "Nyfødt jente nr. 2 av Kari N."}
    assert await flagged(ward, first.id)
    assert await flagged(ward, second.id)
    assert not await flagged(ward, mother.id)
    page = await ward.page(second.id)
    assert [(each.relation, each.name, each.encounter_number) for each in page.related] == [
        ("mother", "Kari Nordmann", mother.number)
    ]
    assert (page.consent, page.person.family) == ("parents", "Nordmann")
