"""The shared draft as the encounter page shows it."""

from __future__ import annotations

from datetime import datetime

from core.text import Answer
from journal.rules.summary import Outcome


class PageConflict(Answer):
    """Two changed the same words differently (konflikt); both stand until somebody has chosen."""

    id: str
    field: str
    before: str
    first: str
    first_by: str
    second: str
    second_by: str
    found_at: datetime


class PageDraft(Answer):
    """The draft (kladd) that doctors share, with what was filled in under closing."""

    version: int
    saved_at: datetime | None
    subjective: str
    objective: str
    assessment: str
    plan: str
    asked_of_gp: str
    told_to_patient: str
    medication_changes: str
    outcome: Outcome | None
    nothing: tuple[str, ...] = ()  # where "nothing" was said on purpose
    by: str | None = None  # who saved it last
    conflicts: tuple[PageConflict, ...] = ()
