"""Triage: the level, by when a doctor and a new assessment are due, and what a later look changes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core.errors import Stale
from core.patients.encounter import NotPossibleNow
from tests.conftest import SettableClock
from tests.triage.hand import Hand
from triage.commands.assess import AssessedTimeNotPossible
from triage.commands.check_in import arrive
from triage.commands.look_after import register_left
from triage.rules.levels import LevelUnknown, ReasonMissing

MINUTE = timedelta(minutes=1)
TARGET = {"red": 0, "orange": 10, "yellow": 60, "green": 240}
LOOK_AGAIN = {"orange": 15, "yellow": 30, "green": 60}


def chosen(level: str) -> dict[str, Any]:
    return {"level": level, "reason": "Klinisk vurdering"}


async def test_the_scales_level_counts_from_the_door(nora: Hand, clock: SettableClock) -> None:
    came = clock()
    encounter = (await nora.check_in()).id
    clock.advance(minutes=4)

    assessed = await nora.assess(encounter)

    assert (assessed.suggested_level, assessed.level, assessed.rank) == ("orange", "orange", 2)
    assert (assessed.status, assessed.version) == ("triaged", 2)
    assert assessed.target_at == came + 10 * MINUTE
    assert assessed.next_assessment_at == clock() + 15 * MINUTE
    row = await nora.row(encounter)
    assert (row.level, row.level_code, row.target_at, row.nurse) == (2, "orange", assessed.target_at, "NL")


async def test_a_patient_at_once_is_watched_without_pause(nora: Hand, clock: SettableClock) -> None:
    encounter = (await nora.check_in()).id

    assessed = await nora.assess(encounter, **chosen("red"))

    assert (assessed.target_at, assessed.next_assessment_at) == (clock(), None)
    assert assessed.continuous


async def test_somebody_who_is_late_has_come_before_the_triage_so_that_the_alarms_watch_over_them(
    nora: Hand, clock: SettableClock
) -> None:
    late = (await nora.check_in(expected_at=clock() - 5 * MINUTE)).id
    with pytest.raises(NotPossibleNow):
        await nora.assess(late)

    await nora.store.write(nora.cast.nora.actor, arrive, late)
    assessed = await nora.assess(late)

    assert (assessed.status, assessed.target_at) == ("triaged", clock() + 10 * MINUTE)


@pytest.mark.parametrize(
    ("first", "second", "restarts"),
    [("yellow", "orange", True), ("yellow", "yellow", False), ("orange", "yellow", False)],
)
async def test_raising_the_level_starts_a_new_deadline_and_lowering_it_does_not(
    nora: Hand, clock: SettableClock, first: str, second: str, restarts: bool
) -> None:
    came = clock()
    encounter = (await nora.check_in()).id
    clock.advance(minutes=3)
    await nora.assess(encounter, **chosen(first))
    clock.advance(minutes=20)

    again = await nora.assess(encounter, **chosen(second))

    since = clock() if restarts else came
    assert again.target_at == since + TARGET[second] * MINUTE
    assert again.next_assessment_at == clock() + min(LOOK_AGAIN[second], LOOK_AGAIN["yellow"]) * MINUTE


async def test_another_level_than_suggested_needs_a_reason(nora: Hand) -> None:
    encounter = (await nora.check_in()).id

    with pytest.raises(ReasonMissing):
        await nora.assess(encounter, level="green")
    assert (await nora.row(encounter)).level is None

    lowered = await nora.assess(encounter, level="green", reason="Kjent kronisk, uendret")
    raised = await nora.assess(encounter, level="red", reason="Blek og klam")
    assert (lowered.suggested_level, lowered.level, lowered.second_look_needed) == ("orange", "green", True)
    assert (raised.level, raised.second_look_needed) == ("red", False)


async def test_an_assessment_entered_afterwards_does_not_override_a_newer_one(
    nora: Hand, clock: SettableClock
) -> None:
    came = clock()
    encounter = (await nora.check_in()).id
    clock.advance(minutes=20)
    await nora.assess(encounter, **chosen("orange"))
    newest = await nora.row(encounter)
    clock.advance(minutes=1)

    await nora.assess(encounter, assessed_at=came + 5 * MINUTE, **chosen("green"))

    row = await nora.row(encounter)
    assert (row.level_code, row.next_assessment_at) == ("orange", newest.next_assessment_at)
    # Now it is known that the level was raised at 20 minutes, and the deadline counts from there.
    assert row.target_at == came + 30 * MINUTE


@pytest.mark.parametrize("off", [timedelta(seconds=-1), timedelta(minutes=12)])
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_nobody_is_assessed_before_they_came_or_in_the_future(
    nora: Hand, clock: SettableClock, off: timedelta
) -> None:
    came = clock()
    encounter = (await nora.check_in()).id
    clock.advance(minutes=10)

    with pytest.raises(AssessedTimeNotPossible):
        await nora.assess(encounter, assessed_at=came + off)

    assert (await nora.row(encounter)).level is None


async def test_an_assessment_made_from_an_old_picture_is_stale(nora: Hand) -> None:
    encounter = (await nora.check_in()).id
    await nora.assess(encounter, 1)

    with pytest.raises(Stale):
        await nora.assess(encounter, 1, **chosen("green"))

    assert (await nora.row(encounter)).level_code == "orange"


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_a_level_the_scale_does_not_have_is_refused(nora: Hand) -> None:
    encounter = (await nora.check_in()).id

    with pytest.raises(LevelUnknown):
        await nora.assess(encounter, **chosen("purple"))


async def test_somebody_who_left_is_not_assessed(nora: Hand) -> None:
    came = await nora.check_in()
    await nora.store.write(nora.cast.nora.actor, register_left, came.id, came.version)

    with pytest.raises(NotPossibleNow):
        await nora.assess(came.id)
