"""The kill run itself: a short one is kept, and each thing it promises to find is found."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts.kill.checks import CHECKS, vacuous
from scripts.kill.facts import Facts
from scripts.kill.ledger import Change, Ledger

ROOT = Path(__file__).resolve().parents[2]
INGRID, OLA = "ingrid", "ola"
DAG = "dag"


def test_a_server_killed_twice_loses_nothing_and_does_nothing_twice() -> None:
    command = [sys.executable, "-m", "scripts.kill.run", "--kills", "2", "--seconds", "90"]

    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=150, check=False)

    assert run.returncode == 0, run.stdout + run.stderr
    assert "kept: nothing lost, nothing twice" in run.stdout
    assert run.stdout.count("  kept    ") == len(CHECKS)


def done(ledger: Ledger, kind: str, encounter: str | None, **answer: Any) -> Change:
    change = ledger.begin(kind, encounter)
    change.outcome, change.answer, change.tries = "ok", answer, 1
    return change


def a_sound_run() -> tuple[Ledger, Facts]:
    """Ingrid came and went home; Ola came and is still here; Dina was too late to take Ingrid."""
    ledger, facts = Ledger(), Facts()
    came = done(ledger, "arrival", None, id=INGRID)
    still_here = done(ledger, "arrival", None, id=OLA)
    assessed = done(ledger, "assessment", INGRID)
    done(ledger, "take", INGRID, doctor_id=DAG)
    too_late = ledger.begin("take", INGRID)
    too_late.outcome, too_late.problem = "refused", "already-taken"
    note = done(ledger, "note", INGRID)
    diagnosis = done(ledger, "diagnosis", INGRID)
    draft = done(ledger, "draft", INGRID)
    done(ledger, "finish", INGRID)
    facts.encounters = {
        INGRID: {"status": "finished", "complaint": f"Brystsmerter {came.marker}", "doctor_id": DAG},
        OLA: {"status": "arrived", "complaint": f"Falt {still_here.marker}", "doctor_id": None},
    }
    facts.reasons = Counter([assessed.marker])
    facts.notes = [(INGRID, f"Klemmende. {note.marker}"), (INGRID, f"Bedre. {draft.marker}")]
    facts.diagnoses = Counter([f"Angina {diagnosis.marker}"])
    facts.events = {
        INGRID: Counter(["checked-in", "assessed", "taken", "note-written", "diagnosis-set", "finished"]),
        OLA: Counter(["checked-in"]),
    }
    facts.numbers, facts.counters = {"nordvik": [1, 2, 3, 4, 5, 6, 7]}, {"nordvik": 7}
    facts.conclusions = Counter([INGRID])
    for channel in ("gp-summary", "shared-record"):
        facts.messages.append(
            {
                "id": channel,
                "encounter_id": INGRID,
                "channel": channel,
                "message_id": f"{channel}-1",
                "sent_as": f"{channel}-1",
                "sha256": "abc",
                "state": "acknowledged",
                "reason": None,
            }
        )
        facts.receipts[channel] = 1
        facts.received.append(
            {"channel": channel, "message_id": f"{channel}-1", "different_bodies": 0, "sha256": "abc"}
        )
    facts.board = {"count": 1, "rows": [{"id": OLA}]}
    facts.pages = {INGRID: {"notes": [note.marker], "diagnoses": [diagnosis.marker]}}
    return ledger, facts


def broken(ledger: Ledger, facts: Facts) -> set[str]:
    return {check.__name__ for check in CHECKS if list(check(ledger, facts))}


def test_nothing_is_found_in_a_sound_run() -> None:
    assert broken(*a_sound_run()) == set()


def _of(ledger: Ledger, kind: str) -> Change:
    return next(change for change in ledger.changes if change.kind == kind)


def _twice_arrived(ledger: Ledger, facts: Facts) -> None:
    facts.encounters["second"] = dict(facts.encounters[OLA])


def _unexpected_refusal(ledger: Ledger, facts: Facts) -> None:
    _of(ledger, "note").outcome, _of(ledger, "note").problem = "refused", "stale"


def _no_receipt(ledger: Ledger, facts: Facts) -> None:
    facts.receipts.clear()


Fault = Callable[[Ledger, Facts], object]


@pytest.mark.parametrize(
    ("check", "fault"),
    [
        ("nobody_in_doubt", lambda ledger, facts: setattr(_of(ledger, "draft"), "outcome", "unknown")),
        ("nobody_in_doubt", _unexpected_refusal),
        ("acknowledged_is_there_once", lambda ledger, facts: facts.notes.pop(0)),
        ("acknowledged_is_there_once", lambda ledger, facts: facts.notes.append(facts.notes[0])),
        ("acknowledged_is_there_once", lambda ledger, facts: facts.reasons.clear()),
        ("acknowledged_is_there_once", lambda ledger, facts: facts.diagnoses.update(facts.diagnoses)),
        ("acknowledged_is_there_once", lambda ledger, facts: facts.encounters.pop(OLA)),
        ("acknowledged_is_there_once", _twice_arrived),
        ("events_match_changes", _twice_arrived),
        ("events_match_changes", lambda ledger, facts: facts.events[INGRID].update(["assessed"])),
        ("events_match_changes", lambda ledger, facts: facts.events.pop(OLA)),
        ("drafts_are_kept", lambda ledger, facts: facts.notes.pop(1)),
        ("numbers_have_no_gap", lambda ledger, facts: facts.numbers["nordvik"].remove(4)),
        ("numbers_have_no_gap", lambda ledger, facts: facts.numbers["nordvik"].pop()),
        ("one_doctor_each", lambda ledger, facts: facts.encounters[INGRID].update(doctor_id="dina")),
        ("one_doctor_each", lambda ledger, facts: done(ledger, "take", INGRID, doctor_id="dina")),
        ("nobody_missing_on_the_board", lambda ledger, facts: facts.board["rows"].clear()),
        ("nobody_missing_on_the_board", lambda ledger, facts: facts.board.update(count=2)),
        (
            "nobody_missing_on_the_board",
            lambda ledger, facts: facts.encounters[OLA].update(status="cancelled"),
        ),
        ("pages_show_what_was_said", lambda ledger, facts: facts.pages[INGRID]["notes"].clear()),
        ("finished_is_sent_once", lambda ledger, facts: facts.messages.pop()),
        ("finished_is_sent_once", lambda ledger, facts: facts.messages[0].update(state="sent")),
        ("finished_is_sent_once", lambda ledger, facts: facts.messages[0].update(encounter_id=OLA)),
        ("finished_is_sent_once", lambda ledger, facts: facts.conclusions.clear()),
        ("finished_is_sent_once", _no_receipt),
        ("receivers_have_each_once", lambda ledger, facts: facts.received.pop()),
        ("receivers_have_each_once", lambda ledger, facts: facts.received[0].update(message_id="new")),
        ("receivers_have_each_once", lambda ledger, facts: facts.received.append(facts.received[0])),
        ("receivers_have_each_once", lambda ledger, facts: facts.received[0].update(different_bodies=1)),
        ("receivers_have_each_once", lambda ledger, facts: facts.received[0].update(sha256="other")),
        ("repeats_get_the_same_answer", lambda ledger, facts: ledger.repeats_differed.append("another")),
    ],
)
def test_each_broken_promise_is_found(check: str, fault: Fault) -> None:
    ledger, facts = a_sound_run()

    fault(ledger, facts)

    assert check in broken(ledger, facts)


def test_a_run_that_acknowledged_or_killed_too_little_proves_nothing() -> None:
    ledger, _ = a_sound_run()

    missing = " ".join(vacuous(ledger, kills=3, wanted_kills=10))

    assert [what in missing for what in ("kills", "acknowledged", "finished", "doubt", "repeated")] == [
        True
    ] * 5
    assert list(vacuous(ledger, kills=0, wanted_kills=0)) == []
