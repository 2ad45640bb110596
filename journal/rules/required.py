"""What a record of one contact must hold, and what is missing before signing (journalens innhold). Pure.

After helsepersonelloven § 40 and pasientjournalforskriften (FOR-2019-03-01-168) §§ 4-8, as far as they apply
to one contact at a legevakt: who the patient is, why they came, what was found, thought and done, which
medicines and what critical information there are, and what the patient was told. The regulation says
"relevant and necessary": only what no contact is understandable without stops the signing (`must`); the rest
is named, and who signs may leave it out knowingly (`should`). What the paragraphs ask for in detail is to be
read by the site's own lawyer: `docs/law.md`, L2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

ADULT_MONTHS = 16 * 12
"""From 16 years the patient decides alone (pasient- og brukerrettighetsloven § 4-3); before, guardians."""

Known = Literal["not-recorded", "none-known", "recorded"]


class Weight(StrEnum):
    """Whether it stops the signing."""

    MUST = "must"  # må
    SHOULD = "should"  # bør


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordContents:
    """What stands in the record of a contact. Told as facts, so that the rule knows no tables.

    `note` is all notes and the signer's own draft by heading, after untouched template text is taken out.
    """

    identified: bool  # a name or a number of their own; an unknown patient has neither
    gp_known: bool  # or it is known that there is none
    complaint: str
    note: Mapping[str, str]
    diagnoses: int
    outcome: str | None
    medication_changes_answered: bool  # text, or "none" on purpose
    asked_of_gp_answered: bool
    told_to_patient: str | None
    critical_information: Known
    medicines: Known
    assessed: bool  # triage, or the doctor's own
    age_months: int | None
    guardians: int = 0
    unsigned_documents: tuple[str, ...] = field(default=())  # e.g. `sick-note`


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that is missing. `code` has its words under `missing.<code>`."""

    code: str
    weight: Weight
    source: str  # the paragraph


_CONTENT = "pasientjournalforskriften §§ 4-8"
_DUTY = "helsepersonelloven § 40"


def required(record: RecordContents) -> tuple[Lack, ...]:
    """Everything that is missing, what stops the signing first."""
    lacks = (*_musts(record), *_shoulds(record))
    return tuple(sorted(lacks, key=lambda lack: lack.weight is not Weight.MUST))


def stops(record: RecordContents) -> tuple[str, ...]:
    """Codes of what nobody signs without."""
    return tuple(lack.code for lack in required(record) if lack.weight is Weight.MUST)


def _musts(record: RecordContents) -> tuple[Lack, ...]:
    written = any(text.strip() for text in record.note.values())
    there = {
        "complaint": bool(record.complaint.strip()),
        "note": written,
        "diagnosis": record.diagnoses > 0,
        "outcome": record.outcome is not None,
    }
    return tuple(Lack(code, Weight.MUST, _DUTY) for code, is_there in there.items() if not is_there)


def _shoulds(record: RecordContents) -> tuple[Lack, ...]:
    heading = {name: bool(record.note.get(name, "").strip()) for name in _HEADINGS}
    written = any(heading.values())
    minor = record.age_months is not None and record.age_months < ADULT_MONTHS
    there = {
        "identity": record.identified,
        "gp": record.gp_known,
        "triage": record.assessed,
        # Without a note that is said once, not heading by heading.
        **{name: is_there or not written for name, is_there in heading.items()},
        "critical_information": record.critical_information != "not-recorded",
        "medicines": record.medicines != "not-recorded",
        "medication_changes": record.medication_changes_answered,
        "asked_of_gp": record.asked_of_gp_answered,
        "told_to_patient": bool((record.told_to_patient or "").strip()),
        "guardians": not minor or record.guardians > 0,
        **{f"document_{kind}": False for kind in record.unsigned_documents},
    }
    return tuple(Lack(code, Weight.SHOULD, _CONTENT) for code, is_there in there.items() if not is_there)


_HEADINGS = ("subjective", "objective", "assessment", "plan")
