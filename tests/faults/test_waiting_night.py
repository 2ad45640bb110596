"""The night in the waiting room itself: a short one is kept, and each thing it promises to find is found."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scripts.waiting.checks import CHECKS, Kept, Night, vacuous
from scripts.waiting.model import Happened, Story, story

ROOT = Path(__file__).resolve().parents[2]
START = datetime(2026, 12, 31, 21, 0, tzinfo=UTC)
INGRID = "ingrid"


def test_a_quarter_of_an_hour_with_twenty_waiting_forgets_nobody() -> None:
    command = [sys.executable, "-m", "scripts.waiting.run", "--seconds", "18", "--patients", "20"]

    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)

    assert run.returncode == 0, run.stdout + run.stderr
    assert "kept: nobody was forgotten" in run.stdout
    assert run.stdout.count("  kept    ") == len(CHECKS)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def happened(kind: str, minutes: float, by: str = "nora", **facts: Any) -> Happened:
    return Happened(kind, at(minutes), by, facts)


def rang(minutes: float, *rules: str) -> Happened:
    return happened("alarm-rang", minutes, "watch", rules=list(rules))


def assessed(minutes: float, rank: int, *, by: str = "nora", lowered: bool = False) -> Happened:
    facts = {"rank": rank, "target": at(60), "again": at(minutes + 30), "lowered": lowered}
    return happened("assessed", minutes, by, **facts)


LOG = (
    happened("checked-in", 0),
    rang(10, "untriaged"),
    happened("alarm-taken", 11),
    rang(21, "untriaged", "unseen"),  # it came to nothing, and nobody has looked in either
    happened("alarm-taken", 22),
    assessed(24, 3),
    rang(54, "reassess"),
    happened("seen", 58),
    rang(60, "reassess", "target"),
    happened("taken", 62, "dag"),
)
ALARMS = (
    Kept(INGRID, at(10), at(21), at(11), at(21)),
    Kept(INGRID, at(21), at(24), at(22), at(32)),
    Kept(INGRID, at(54), at(62), None, None),
)


def night(log: tuple[Happened, ...] = LOG, alarms: tuple[Kept, ...] = ALARMS, **more: Any) -> Night:
    told: dict[str, Story] = {INGRID: story(log, at(90))}
    return Night(end=at(90), slack=timedelta(minutes=2), stories=told, kept=alarms, **more)


def found(one: Night) -> set[str]:
    return {check.__name__ for check in CHECKS if list(check(one))}


def without(number: int) -> tuple[Happened, ...]:
    return LOG[:number] + LOG[number + 1 :]


def instead(number: int, other: Happened) -> tuple[Happened, ...]:
    return (*LOG[:number], other, *LOG[number + 1 :])


def test_a_night_in_which_all_was_done_right_has_nothing_to_find() -> None:
    assert found(night()) == set()


@pytest.mark.parametrize(
    ("broken", "finds"),
    [
        (lambda: night(without(6)), "nobody_due_is_left_without_an_alarm"),
        (lambda: night(instead(6, rang(57, "reassess"))), "nobody_due_is_left_without_an_alarm"),
        (lambda: night(instead(1, rang(9, "untriaged"))), "nothing_rings_without_a_reason"),
        (lambda: night((*LOG, rang(63, "target"))), "nothing_rings_without_a_reason"),
        (lambda: night((*LOG[:2], rang(10.5, "untriaged"), *LOG[2:])), "nothing_rings_twice_for_the_same"),
        (
            lambda: night((*LOG[:3], rang(14, "untriaged"), *LOG[3:])),
            "nothing_rings_twice_for_the_same",
        ),
        (lambda: night(without(3)), "what_was_taken_and_not_done_rings_again"),
        (
            lambda: night(alarms=(*ALARMS, Kept(INGRID, at(55), at(62), None, None))),
            "at_most_one_alarm_per_patient",
        ),
        (lambda: night(doubled=1), "at_most_one_alarm_per_patient"),
        (
            lambda: night(alarms=(*ALARMS[:2], replace(ALARMS[2], ended_at=None))),
            "an_alarm_ends_when_it_is_mended_and_not_before",
        ),
        (
            lambda: night(alarms=(replace(ALARMS[0], again_at=None), *ALARMS[1:])),
            "every_alarm_rings_or_is_somebodys",
        ),
        (lambda: night(nobodys=1), "every_alarm_rings_or_is_somebodys"),
        (lambda: night(slipped=1), "nobody_slips_out_of_watch"),
    ],
)
def test_each_promise_that_is_broken_is_found(broken: Callable[[], Night], finds: str) -> None:
    assert finds in found(broken())


@pytest.mark.parametrize(
    ("log", "due"),
    [
        ((assessed(5, 4, lowered=True),), {20.0}),
        ((assessed(5, 4, lowered=True), assessed(19, 4, lowered=True)), {20.0}),
        ((assessed(5, 4, lowered=True), assessed(9, 4, by="ida", lowered=True)), set()),
        ((assessed(5, 4, lowered=True), happened("level-confirmed", 9, "ida")), set()),
    ],
)
def test_the_second_look_is_somebody_elses_and_its_time_does_not_begin_anew(
    log: tuple[Happened, ...], due: set[float]
) -> None:
    needs = story((happened("checked-in", 0), *log), at(50)).needs

    assert {need.since for need in needs if need.rule == "second-look"} == {at(each) for each in due}


def test_a_night_in_which_nothing_happened_proves_nothing() -> None:
    nothing = Night(at(9), timedelta(minutes=2), {}, ())

    said = list(vacuous(nothing, wanted=480))

    assert {"only 0 alarms", "no alarm was taken", "nothing rang for unseen"} < set(said)
    assert len(said) == 8
    assert set(said) - set(vacuous(nothing, wanted=5)) == {
        "nothing rang for unseen",
        "no alarm that was taken came to nothing",
    }
