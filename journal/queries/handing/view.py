"""What readers see of hand-overs and of their own lists (overlevering, mine lister), as frozen values."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from core.text import Answer
from journal.rules.isbar import Isbar

ProposalState = Literal["proposed", "confirmed", "declined", "withdrawn", "expired"]


class PageHandOver(Answer):
    """A proposal to hand over, with its words (overlevering)."""

    id: str
    from_id: str
    from_name: str
    to_id: str
    to_name: str
    isbar: Isbar
    state: ProposalState
    reason: str | None
    proposed_at: datetime
    expires_at: datetime
    settled_at: datetime | None


class Asked(Answer):
    """Somebody asks the reader to take over, or waits for a colleague the reader asked."""

    id: str
    encounter: str
    number: str
    patient: str
    complaint: str
    level: int  # 0: not triaged
    place: str | None
    from_name: str
    to_name: str
    mine: bool  # the reader asked
    isbar: Isbar
    expires_at: datetime


class MyPatient(Answer):
    """A patient the reader is responsible for now (min pasient)."""

    encounter: str
    number: str
    patient: str
    complaint: str
    level: int
    place: str | None
    taken_at: datetime | None
    asked: str | None  # the colleague who is asked to take over
    notes: int  # notes in the record that are signed with the visit
    draft_at: datetime | None  # words that are not in the record yet


class Unsigned(Answer):
    """Words of the reader's that nobody has signed (usignert), in a visit that is not theirs to finish."""

    encounter: str
    number: str
    patient: str
    kind: Literal["note", "draft", "sick-note", "referral"]
    count: int
    at: datetime
    ended: bool


class Admission(Answer):
    """A patient the reader sent to hospital (innleggelse), and how far the referral came."""

    encounter: str
    number: str
    patient: str
    signed_at: datetime
    referral: Literal["none", "draft", "signed", "handed-over"]
    receiver: str | None  # who got it, in words
    handed_over_at: datetime | None


class Finished(Answer):
    """Somebody whose contact is signed. What it came to is not told on a list."""

    encounter: str
    number: str
    patient: str
    doctor: str
    signed_at: datetime


class FinishedLately(Answer):
    """Newest first."""

    unit_name: str
    patients: tuple[Finished, ...]


class Mine(Answer):
    """Everything of one doctor's that is not finished, and their admissions."""

    unit_name: str
    patients: tuple[MyPatient, ...]
    unsigned: tuple[Unsigned, ...]
    admissions: tuple[Admission, ...]
    finished: tuple[Finished, ...]  # signed by the reader in the last day
    asked: tuple[Asked, ...]

    @property
    def leaves_something(self) -> bool:
        """Whether somebody who goes now leaves a patient or unsigned words behind."""
        return bool(self.patients or self.unsigned)
