"""The board: everybody who is here, most urgent first, and nothing a passer-by should not read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.errors import NotFound
from journal.commands.take_patient import Taking, take_patient
from tests.conftest import SettableClock
from tests.triage.hand import Hand
from triage.queries.board import board


async def test_the_board_shows_all_who_are_here_most_urgent_first(nora: Hand, clock: SettableClock) -> None:
    expected = await nora.check_in(expected_at=clock() + timedelta(minutes=5))
    by_level = {}
    for level in ("green", "red", "yellow", "orange"):
        by_level[level] = (await nora.check_in()).id
        await nora.assess(by_level[level], level=level, reason="Klinisk vurdering")
    untriaged = await nora.check_in()
    clock.advance(minutes=1)

    seen = await nora.board()

    assert [row.id for row in seen.rows] == [
        by_level["red"],
        by_level["orange"],
        untriaged.id,
        by_level["yellow"],
        by_level["green"],
        expected.id,
    ]
    assert (seen.count, seen.unit_name, seen.server_time) == (6, "Nordvik legevakt", clock())
    assert seen.seq == 10


async def test_among_equals_who_has_used_most_of_the_time_comes_first(
    nora: Hand, clock: SettableClock
) -> None:
    early, late = (await nora.check_in()).id, ""
    clock.advance(minutes=10)
    late = (await nora.check_in()).id
    for encounter in (late, early):
        await nora.assess(encounter)

    assert [row.id for row in (await nora.board()).rows] == [early, late]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Brystsmerter", "Brystsmerter"),
        ("Selvmordstanker", "Annen henvendelse"),
        ("Angst og uro", "Annen henvendelse"),
        ("Overgrep", "Annen henvendelse"),
        ("Gravid uke 9, blødning", "Annen henvendelse"),
        ("Påvirket av rus", "Annen henvendelse"),
    ],
)
async def test_what_says_too_much_about_a_person_is_a_neutral_word(
    nora: Hand, written: str, shown: str
) -> None:
    await nora.check_in(complaint=written)

    [row] = (await nora.board()).rows

    assert row.complaint == shown
    assert shown == written or written not in (await nora.board()).model_dump_json()


async def test_the_board_never_carries_identity_number_family_name_or_birth_date(nora: Hand) -> None:
    checked_in = await nora.check_in_known(called="Ingrid Solvang")

    text = (await nora.board()).model_dump_json()

    assert checked_in.id in text
    assert [secret for secret in ("Solvang", "1951-02-02", "Gro Fastlege") if secret in text] == []


async def test_figures_say_who_waits_longest_and_how_soon_doctors_came(
    nora: Hand, clock: SettableClock
) -> None:
    empty = (await nora.board()).figures
    assert (empty.longest_wait_since, empty.median_minutes_to_doctor, empty.share_within_target) == (
        None,
    ) * 3

    came = clock()
    encounters = [(await nora.check_in()).id for _ in range(4)]
    for encounter in encounters[:3]:
        await nora.assess(encounter)  # orange: a doctor within ten minutes
    for minutes, encounter in zip((6, 14), encounters, strict=False):
        clock.now = came + timedelta(minutes=minutes)
        await nora.store.write(nora.cast.dag.actor, take_patient, encounter, Taking())

    figures = (await nora.board()).figures

    assert figures.longest_wait_since == came
    assert figures.median_minutes_to_doctor == 10
    # One came in time, one too late, and one still waits past the deadline.
    assert figures.share_within_target == 33


async def test_figures_forget_what_lies_behind(nora: Hand, clock: SettableClock) -> None:
    encounter = (await nora.check_in()).id
    await nora.assess(encounter)
    clock.advance(minutes=5)
    await nora.store.write(nora.cast.dag.actor, take_patient, encounter, Taking())

    clock.advance(hours=2, minutes=1)
    assert (await nora.board()).figures.median_minutes_to_doctor is None
    assert (await nora.board()).figures.share_within_target == 100

    clock.advance(hours=6)
    assert (await nora.board()).figures.share_within_target is None


async def test_a_unit_that_does_not_exist_has_no_board(nora: Hand) -> None:
    with pytest.raises(NotFound):
        await nora.store.read(board, "nowhere", nora.store.clock())
