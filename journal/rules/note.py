"""The headings of a doctor's note (legenotat), and what exactly was signed."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from core.text import LongText, Request


class NoteText(Request):
    """The four headings; any of them may be empty, but not all."""

    subjective: LongText = ""
    objective: LongText = ""
    assessment: LongText = ""
    plan: LongText = ""

    @property
    def empty(self) -> bool:
        """Whether nothing was written under any heading."""
        return not any((self.subjective, self.objective, self.assessment, self.plan))


def content_hash(text: NoteText, *, author_id: str, encounter_id: str, signed_at: datetime) -> str:
    """SHA-256 of the text with author, encounter and time, in a fixed form that can be computed again."""
    signed = {
        **text.model_dump(),
        "encounter": encounter_id,
        "author": author_id,
        "signed_at": signed_at.isoformat(),
    }
    return hashlib.sha256(json.dumps(signed, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
