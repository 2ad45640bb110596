"""The fault run itself: a short one is kept, and each thing it promises to find is found."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.faults.checks import CHECKS, vacuous
from scripts.faults.ledger import Final, Ledger, Proof, Sample, Save, Seen, Truth
from scripts.faults.proxy import Way

ROOT = Path(__file__).resolve().parents[2]
SHORT = ("--seconds", "20", "--pace", "0.1", "--screens", "8", "--grace", "15", "--no-browsers")


def test_a_short_evening_on_a_bad_line_ends_with_the_record_on_every_screen() -> None:
    command = [sys.executable, "-m", "scripts.faults.run", *SHORT]

    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)

    assert run.returncode == 0, run.stdout + run.stderr
    assert "kept: no screen showed an old picture as new" in run.stdout
    assert run.stdout.count("  kept    ") == len(CHECKS)


def truth(at: float, seq: int) -> Truth:
    return Truth(at, "e", seq, {"board": f"picture {seq}"})


def a_sound_run() -> Ledger:
    """Ingrid came at 10 s and left at 40 s, Ola came at 20 s; one screen, one control, one browser."""
    ledger = Ledger(silence=12.0)
    ledger.truths = [truth(0, 0), truth(10, 1), truth(20, 2), truth(40, 3)]
    ledger.steps = [(1, "checked-in", "ingrid"), (2, "checked-in", "ola"), (3, "left", "ingrid")]
    ledger.open, ledger.left = {"ola"}, {"ingrid"}
    ledger.samples = [
        Sample(12, "screen", False, "e", 1),
        Sample(30, "screen", False, "e", 1),  # cut off since 18 s
        Sample(38, "screen", True, "e", 1),
        Sample(42, "screen", False, "e", 3),
    ]
    ledger.proofs = [Proof("screen", "board", "e", 1, "picture 1"), Proof("screen", "board", "e", 9, "?")]
    ledger.seen = [
        Seen(12, 12.1, "wall", False, frozenset({"ingrid"})),
        Seen(30, 30.1, "wall", False, frozenset({"ingrid"})),
        Seen(60, 60.1, "wall", True, frozenset({"ingrid"})),
        Seen(70, 70.1, "wall", False, frozenset({"ola"})),
    ]
    ledger.finals = [Final("screen", "board", False, "picture 3", ledger.truths[-1])]
    ledger.heard = {"control": [5, 10, 15, 20, 31, 36]}
    ledger.down = [(19, 30)]
    ledger.phases = {"without": (0, 15), "beside": (15, 30)}
    ledger.saves = [Save(9.9, 10, "ingrid", 1, False), Save(19.9, 20, "ola", 1, False)]
    ledger.arrived = {"control": {"ingrid": [(1, 10.1)], "ola": [(1, 20.1)]}}
    ledger.counts = {"out of step": 0, "kills": 1, "cuts": 0}
    return ledger


def broken(ledger: Ledger) -> set[str]:
    return {check.__name__ for check in CHECKS if list(check(ledger))}


def test_nothing_is_found_in_a_sound_run() -> None:
    assert broken(a_sound_run()) == set()


Fault = Callable[[Ledger], object]


@pytest.mark.parametrize(
    ("check", "fault"),
    [
        (
            "all_show_the_record",
            lambda run: run.finals.append(Final("wall", "board", False, "picture 2", run.truths[-1])),
        ),
        (
            "all_show_the_record",
            lambda run: run.finals.append(Final("wall", "board", False, None, run.truths[-1])),
        ),
        (
            "all_show_the_record",
            lambda run: run.finals.append(Final("wall", "board", True, "picture 3", run.truths[-1])),
        ),
        ("what_is_shown_as_new_is_new", lambda run: run.samples.append(Sample(38, "wall", False, "e", 1))),
        ("what_is_shown_as_new_is_new", lambda run: run.samples.append(Sample(38, "wall", False, None, 0))),
        ("browsers_show_who_is_here", lambda run: run.seen.append(replace(run.seen[1], ended=50, began=50))),
        ("browsers_show_who_is_here", lambda run: run.seen.append(replace(run.seen[2], stale=False))),
        ("browsers_show_who_is_here", lambda run: run.seen.append(replace(run.seen[3], ids=frozenset()))),
        (
            "proven_pictures_are_true",
            lambda run: run.proofs.append(Proof("screen", "board", "e", 2, "picture 1")),
        ),
        ("numbers_never_jump", lambda run: run.jumps.append("screen: 5 after 3")),
        ("numbers_never_jump", lambda run: run.counts.update({"out of step": 1})),
        ("beats_come", lambda run: run.down.clear()),
        ("beats_come", lambda run: run.heard["control"].append(47)),
        ("nobody_is_missing", lambda run: run.saves.append(Save(25, 26, "per", 1, False))),
        ("nobody_is_missing", lambda run: run.open.add("ingrid")),
        ("nobody_is_missing", lambda run: run.alarms.append("wall: 1 missing")),
        ("frozen_screens_delay_nobody", lambda run: run.saves.append(Save(21, 26, "ola", 2, False))),
        ("frozen_screens_delay_nobody", lambda run: run.arrived["control"]["ola"].clear()),
    ],
)
def test_each_broken_promise_is_found(check: str, fault: Fault) -> None:
    ledger = a_sound_run()

    fault(ledger)

    assert check in broken(ledger)


def test_a_run_without_enough_trouble_proves_nothing() -> None:
    missing = " ".join(vacuous(a_sound_run(), Counter({"kills": 1, "cuts": 3, "resumes": 1})))

    assert [what in missing for what in ("kills", "cuts", "resumes")] == [False, True, True]


def test_a_line_that_is_healed_carries_as_before() -> None:
    way = Way(delay=3.0, drip=20, cut_after=7)
    way.open.clear()

    way.heal()

    assert (way.delay, way.drip, way.cut_after, way.open.is_set()) == (0.0, None, None, True)
