"""What a patient takes home (kopi til pasienten): the summary turned to "you", in plain words.

The same facts as the letter to the GP, so that the two never disagree: made of the same frozen summary. Only
the words around them differ by language; what the doctor wrote stays as it was written, with abbreviations
explained. Pasient- og brukerrettighetsloven §§ 3-2 and 3-5: information fitted to who gets it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.errors import Conflict
from journal.rules.clinical.medicines import Stated
from journal.rules.plain.abbreviations import in_plain_words
from journal.rules.summary import Outcome, Summary, SummaryResult, SummaryVitalSign


class NoPatientCopy(Conflict):
    """There is nobody to hand it to."""

    code = "no-patient-copy"


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientCopy:
    """One page. Texts are lines without empty ones; an empty tuple is a heading that is left out."""

    name: str
    unit: str
    doctor: str
    came_at: datetime
    left_at: datetime
    complaint: str
    corrected_at: datetime | None  # this copy takes the place of one from before
    diagnoses: tuple[str, ...]
    outcome: Outcome
    advice: tuple[str, ...]  # what the doctor told the patient
    medicines: Stated
    medicine_changes: tuple[str, ...]
    plan: tuple[str, ...]
    gp_named: str | None  # None: no GP known, or one that must not be told
    asked_of_gp: tuple[str, ...]
    measured: tuple[SummaryVitalSign, ...]  # the last of each kind
    tests: tuple[SummaryResult, ...]
    waiting: tuple[tuple[str, str], ...]  # test without an answer, and who follows it up


def patient_copy(summary: Summary) -> PatientCopy:
    """The copy. Raises NoPatientCopy for somebody who died."""
    if summary.outcome is Outcome.DEAD:
        raise NoPatientCopy
    changes = tuple(_lines(summary.medication_changes))
    gp = summary.gp if summary.gp and not summary.patient.protected else None
    return PatientCopy(
        name=f"{summary.patient.given} {summary.patient.family}".strip(),
        unit=summary.organisation.name,
        doctor=summary.doctor.name,
        came_at=summary.arrived_at,
        left_at=summary.finished_at,
        complaint=in_plain_words(summary.complaint),
        corrected_at=summary.change.at if summary.change else None,
        diagnoses=tuple(each.display for each in summary.diagnoses),
        outcome=summary.outcome,
        advice=tuple(_lines(summary.told_to_patient)),
        medicines="changed" if changes else summary.medicines_stated,
        medicine_changes=changes,
        plan=tuple(_lines(summary.plan)),
        gp_named=gp.name if gp else None,
        asked_of_gp=tuple(_lines(summary.asked_of_gp)),
        measured=tuple(_last_of_each(summary.vital_signs)),
        tests=summary.results,
        waiting=tuple((each.name, each.follow_up) for each in summary.unanswered),
    )


def _lines(words: str | None) -> Iterable[str]:
    return (in_plain_words(line.strip()) for line in (words or "").splitlines() if line.strip())


def _last_of_each(signs: Iterable[SummaryVitalSign]) -> Iterable[SummaryVitalSign]:
    last: dict[str, SummaryVitalSign] = {}
    for each in signs:
        if each.code not in last or each.measured_at >= last[each.code].measured_at:
            last[each.code] = each
    return last.values()


def written(value: Decimal, language: str) -> str:
    """With a comma, but in English with a point."""
    return f"{value:f}" if language == "en" else f"{value:f}".replace(".", ",")
