"""The letters run itself: a short one is kept, and each thing it promises to find is found."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from integrations.messages import BalanceLine
from scripts.letters.checks import CHECKS, vacuous
from scripts.letters.facts import Facts

ROOT = Path(__file__).resolve().parents[2]
CHANNELS = ("gp-summary",)


def test_letters_of_a_bad_night_arrive_once_though_the_server_is_killed() -> None:
    command = [sys.executable, "-m", "scripts.letters.run", "--encounters", "24", "--by-hand", "2"]
    command += ["--kills", "1", "--channels", "gp-summary", "--seconds", "240"]

    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280, check=False)

    assert run.returncode == 0, run.stdout + run.stderr
    assert "kept: each letter once, and every exception on a list" in run.stdout
    assert run.stdout.count("  kept    ") == len(CHECKS)


def a_sound_run() -> Facts:
    """Three letters: one delivered, one refused, one answered with yes and no; and a stray receipt."""
    facts = Facts(finished=3, letters_listed={"no", "both"}, tasks=[("unmatched-receipt", "stray")])
    for id, state in (("yes", "acknowledged"), ("no", "rejected"), ("both", "contradicted")):
        facts.letters.append(
            {
                "id": id,
                "encounter_id": id,
                "channel": "gp-summary",
                "message_id": id,
                "sent_as": id,
                "sha256": "abc",
                "state": state,
                "attempts": 1,
            }
        )
        facts.received.append(
            {
                "channel": "gp-summary",
                "message_id": id,
                "sha256": "abc",
                "different_bodies": 0,
                "attempts": 2,
            }
        )
    for document, said in (
        ("yes", "accepted"),
        ("no", "rejected"),
        ("both", "accepted"),
        ("both", "rejected"),
    ):
        facts.told.append({"document": document, "said": said, "id": ""})
    facts.told.append({"document": "yes", "said": "unknown", "id": "stray"})
    facts.days = (
        BalanceLine(
            day=date(2026, 3, 14),
            channel="gp-summary",
            receiver="Gro",
            written=3,
            sent=3,
            acknowledged=1,
            waiting=0,
            for_a_person=2,
            by_hand=0,
        ),
    )
    facts.for_a_person = 3
    return facts


def broken(facts: Facts) -> set[str]:
    return {check.__name__ for check in CHECKS if list(check(facts, CHANNELS))}


def test_nothing_is_found_in_a_sound_run() -> None:
    assert broken(a_sound_run()) == set()
    assert list(vacuous(a_sound_run(), encounters=3, kills=1, wanted_kills=1)) == []


def _waits(facts: Facts) -> None:
    facts.days = (facts.days[0].model_copy(update={"waiting": 1, "acknowledged": 0}),)


def _not_counted(facts: Facts) -> None:
    facts.days = ()


def _said_delivered(facts: Facts) -> None:
    facts.letters[1].update(state="acknowledged")
    facts.letters_listed.discard("no")
    facts.for_a_person -= 1


Fault = Callable[[Facts], object]


@pytest.mark.parametrize(
    ("check", "fault"),
    [
        ("each_encounter_has_its_letters", lambda facts: setattr(facts, "finished", 4)),
        ("each_encounter_has_its_letters", lambda facts: facts.letters.append(facts.letters[0])),
        ("receivers_hold_each_exactly_once", lambda facts: facts.received.pop()),
        ("receivers_hold_each_exactly_once", lambda facts: facts.received.append(facts.received[0])),
        ("receivers_hold_each_exactly_once", lambda facts: facts.received[0].update(message_id="new")),
        ("receivers_hold_each_exactly_once", lambda facts: facts.received[0].update(different_bodies=1)),
        ("receivers_hold_each_exactly_once", lambda facts: facts.received[0].update(sha256="other")),
        ("nothing_waits_and_the_balance_is_zero", _waits),
        ("nothing_waits_and_the_balance_is_zero", _not_counted),
        ("delivered_is_the_receivers_only_word", _said_delivered),
        (
            "delivered_is_the_receivers_only_word",
            lambda facts: facts.letters[0].update(state="given-up"),
        ),
        ("every_exception_is_on_the_list", lambda facts: facts.letters_listed.discard("both")),
        ("every_exception_is_on_the_list", lambda facts: facts.letters_listed.add("yes")),
        ("every_exception_is_on_the_list", lambda facts: facts.tasks.clear()),
        ("every_exception_is_on_the_list", lambda facts: setattr(facts, "for_a_person", 2)),
    ],
)
def test_each_broken_promise_is_found(check: str, fault: Fault) -> None:
    facts = a_sound_run()

    fault(facts)

    assert check in broken(facts)


def test_a_run_with_too_little_trouble_proves_nothing() -> None:
    missing = " ".join(vacuous(Facts(), encounters=60, kills=1, wanted_kills=3))

    assert [what in missing for what in ("finished", "kills", "more than once", "rejections", "stray")] == [
        True
    ] * 5
