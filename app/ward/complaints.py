"""What people come with (kontaktårsaker): how it shows, what the doctor finds, writes and decides.

A case makes the measurements and signs; the level follows from the scale. Codes are ICPC-2 with our own
short Norwegian wording.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Literal

from app.ward.people import Sex

Outcome = Literal["home", "home-gp", "municipal-bed", "admitted"]
ArrivalMode = Literal["walk-in", "ambulance", "police", "referred"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One way of being ill or hurt. Texts may name `{days}`, `{side}` and `{vitals}`."""

    complaint: str
    weight: int  # how often, against the others
    ages: tuple[int, int]  # whole years
    code: str
    display: str
    subjective: str
    objective: str
    assessment: str
    plan: str
    told: str | None
    minutes: tuple[int, int]  # with the doctor
    outcome: Outcome = "home"
    asked_of_gp: str | None = None
    medication: str | None = None
    sex: Sex | None = None
    signs: tuple[str, ...] = ()
    # How far from what is usual, by vital sign; spread is added when measuring.
    shift: Mapping[str, float] = field(default_factory=dict)
    avpu: str = "A"
    mobility: Literal["walking", "with_help", "stretcher"] = "walking"
    trauma: bool = False
    flags: tuple[str, ...] = ()
    arrival_mode: ArrivalMode = "walk-in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """A doctor's note and closing words, filled in for one patient."""

    note: dict[str, str]
    closing: dict[str, str | None]


def texts(case: Case, vitals: str, random: Random) -> Texts:
    """The words for this patient."""
    words = {"days": str(random.randint(2, 6)), "side": random.choice(("høyre", "venstre")), "vitals": vitals}

    def filled(text: str | None) -> str | None:
        return text and text.format(**words)

    return Texts(
        note={
            "subjective": case.subjective.format(**words),
            "objective": case.objective.format(**words),
            "assessment": case.assessment.format(**words),
            "plan": case.plan.format(**words),
        },
        closing={
            "asked_of_gp": filled(case.asked_of_gp),
            "told_to_patient": filled(case.told),
            "medication_changes": filled(case.medication),
            "outcome": case.outcome,
        },
    )
