"""What is missing before signing (mangler før signering), and what exactly was signed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from core.errors import Invalid


class MissingBeforeSigning(Invalid):
    """Something a reader of the journal must find is not there yet; says what."""

    code = "missing-before-signing"


@dataclass(frozen=True, slots=True)
class Headings:
    """The four headings of a note."""

    subjective: str = ""
    objective: str = ""
    assessment: str = ""
    plan: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing was written under any heading."""
        return not any((self.subjective, self.objective, self.assessment, self.plan))


def missing(*, has_note: bool, diagnoses: int, outcome: str | None) -> tuple[str, ...]:
    """Codes of what is missing: a note, a diagnosis, what happens next (pasientjournalforskriften §§ 4-8)."""
    return tuple(
        code
        for code, there in (
            ("note", has_note),
            ("diagnosis", diagnoses > 0),
            ("outcome", outcome is not None),
        )
        if not there
    )


def content_hash(headings: Headings, *, author_id: str, encounter_id: str, signed_at: str) -> str:
    """SHA-256 of the text with author, encounter and time, in a fixed form that can be computed again."""
    signed = {
        "encounter": encounter_id,
        "author": author_id,
        "signed_at": signed_at,
        "subjective": headings.subjective,
        "objective": headings.objective,
        "assessment": headings.assessment,
        "plan": headings.plan,
    }
    return hashlib.sha256(json.dumps(signed, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
