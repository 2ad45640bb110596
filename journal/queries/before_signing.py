"""What is missing before signing (mangler), read from the page: what stops it, and what is only named.

The note, the diagnosis and the closing are judged on the screen as they are typed, by the same rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from journal.queries.page import EncounterPage
from journal.rules.note import NoteText
from journal.rules.orders.course import UNANSWERED
from journal.rules.required import RecordContents, Weight, required

ON_SCREEN = frozenset({*NoteText.model_fields, "note", "diagnosis", "outcome", "told_to_patient"}) | {
    "asked_of_gp",
    "medication_changes",
}
"""Judged while they are typed."""


@dataclass(frozen=True, slots=True)
class BeforeSigning:
    """Codes, each with its words under `missing.<code>`; and whose names belong to it."""

    stops: tuple[str, ...]
    named: tuple[str, ...]
    colleagues: tuple[str, ...]  # whose notes there are not signed


def before_signing(page: EncounterPage) -> BeforeSigning:
    """What the record lacks besides what stands in the form."""
    lacks = [each for each in required(_contents(page)) if each.code not in ON_SCREEN]
    stops = [each.code for each in lacks if each.weight is Weight.MUST]
    return BeforeSigning(
        stops=(*stops, *_orders(page)),
        named=tuple(each.code for each in lacks if each.weight is not Weight.MUST),
        colleagues=tuple(
            dict.fromkeys(
                note.author.name
                for note in page.notes
                if note.signed_at is None and page.doctor and note.author.id != page.doctor.id
            )
        ),
    )


def _orders(page: EncounterPage) -> Iterator[str]:
    if any(each.unseen for each in page.results):
        yield "results_unseen"
    if any(each.status in UNANSWERED and each.follow_up is None for each in page.orders):
        yield "orders_open"


def _contents(page: EncounterPage) -> RecordContents:
    patient, draft = page.patient, page.draft
    texts = [draft, *page.notes]
    return RecordContents(
        identified=bool(patient.family or patient.identifier_kind),
        gp_known=patient.gp is not None,
        complaint=page.complaint,
        note={name: "\n".join(getattr(each, name) for each in texts) for name in NoteText.model_fields},
        diagnoses=len(page.diagnoses),
        outcome=draft.outcome,
        medication_changes_answered=True,  # asked on the screen
        asked_of_gp_answered=True,
        told_to_patient=draft.told_to_patient,
        critical_information=page.critical_information,
        medicines="recorded" if page.medicines == "recorded" else "not-recorded",
        assessed=bool(page.assessments),
        age_months=patient.age_months,
        guardians=len(patient.related),
        unsigned_documents=tuple(each.kind for each in page.compositions if each.signed_at is None),
    )
