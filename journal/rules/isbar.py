"""Handing over by ISBAR: what the record says, under five headings for who takes over. Pure.

Identifikasjon, situasjon, bakgrunn, aktuell tilstand, råd: the order in which a patient is told of. What is
filled in is a beginning; the doctor who knows the patient changes it before it is proposed. In Norwegian
whatever the screen, because it stays in the record.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from core.clock import local
from core.errors import Conflict, NotAllowed
from core.text import LongText, Request

LIFETIME = timedelta(minutes=30)
"""A proposal nobody answers ends by itself, and its sender is told: the patient is still theirs."""

HEADINGS = ("identification", "situation", "background", "assessment", "recommendation")


class ProposedToAnother(NotAllowed):
    """Only who was asked can say yes or no, and only who asked can take it back."""

    code = "hand-over-not-yours"


class AlreadyProposed(Conflict):
    """A colleague is asked already; take that back first."""

    code = "hand-over-already-proposed"


class ProposalOver(Conflict):
    """It was answered, taken back or ran out, or somebody else has the patient now."""

    code = "hand-over-over"


class Isbar(Request):
    """The words of a hand-over. What nobody has anything to say to may be empty."""

    identification: LongText = ""
    situation: LongText = ""
    background: LongText = ""
    assessment: LongText = ""
    recommendation: LongText = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the record says about a patient, as plain words and values; empty where it says nothing."""

    name: str
    person: str  # sex, age and birth date
    number: str  # contact number
    place: str
    complaint: str
    level: str
    arrived_at: datetime
    taken_at: datetime | None
    history: str  # as the nurse heard it, and the doctor's
    critical: Sequence[str] = field(default=())
    medicines: Sequence[str] = field(default=())
    signs: Sequence[str] = field(default=())  # newest of each, with unit
    findings: str = ""
    thought: str = ""
    diagnoses: Sequence[str] = field(default=())
    results: Sequence[str] = field(default=())
    waiting: Sequence[str] = field(default=())  # ordered and not answered
    plan: str = ""
    next_assessment_at: datetime | None = None


SEALED = ("encounter_id", "from_id", "to_id", "isbar")
"""What the seal of a proposal covers, beside its time."""


def words_hash(proposal: Mapping[str, Any], proposed_at: datetime) -> str:
    """SHA-256 of who told whom what, in a fixed form that can be computed again."""
    content = {**proposal, "proposed_at": proposed_at.isoformat()}
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def filled(told: Told) -> Isbar:
    """The five headings as far as the record fills them."""
    return Isbar(
        identification=_lines(f"{told.name}, {told.person}", f"Kontakt {told.number}, {told.place}"),
        situation=_lines(
            f"{told.complaint}. {told.level}.",
            f"Kom {_clock(told.arrived_at)}"
            + (f", hos lege fra {_clock(told.taken_at)}." if told.taken_at else "."),
        ),
        background=_lines(
            told.history,
            _list("Kritisk informasjon", told.critical),
            _list("Legemidler", told.medicines),
        ),
        assessment=_lines(
            _list("Siste mål", told.signs),
            told.findings,
            told.thought,
            _list("Diagnose", told.diagnoses),
            _list("Svar", told.results),
        ),
        recommendation=_lines(
            told.plan,
            _list("Venter på", told.waiting),
            f"Ny vurdering {_clock(told.next_assessment_at)}." if told.next_assessment_at else "",
        ),
    )


def _clock(at: datetime) -> str:
    return f"kl. {local(at):%H:%M}"


def _list(title: str, items: Sequence[str]) -> str:
    return f"{title}: {', '.join(items)}." if items else ""


def _lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line.strip())
