"""The encounter page (journalsiden) as one frozen value: the screen and the API show the same."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from core.text import Answer
from journal.rules.summary import Outcome


class PagePerson(Answer):
    """A colleague: who did something."""

    id: str
    name: str
    initials: str
    role: str


class PageGp(Answer):
    """The patient's GP (fastlege)."""

    name: str
    office_name: str
    her_id: int


class PagePatient(Answer):
    """The banner: who this is. The identity number is masked until somebody asks for it."""

    id: str
    called: str  # what the nurse wrote at the door
    given: str | None
    family: str | None
    sex: Literal["female", "male", "unknown"]
    birth_date: date | None
    age_months: int | None
    identifier_masked: str | None  # "098647 •••••"
    identifier_kind: str | None
    gp: PageGp | None


class PagePoints(Answer):
    """One parameter's part in a score. `value` is as entered; `points` None: not measured."""

    id: str
    value: str | None
    unit: str | None
    points: int | None


class PageScore(Answer):
    """One score, e.g. TEWS 4 or NEWS2 5. `complete` False: a lower bound, something was not measured."""

    scale: str
    name: str
    total: int
    complete: bool
    parts: tuple[PagePoints, ...]


class PageAssessment(Answer):
    """One triage assessment (triagevurdering)."""

    id: str
    level: int
    level_code: str
    suggested_level: int | None
    suggested_level_code: str | None
    reason: str | None  # why another level than suggested
    scale: str
    scale_version: str
    scores: tuple[PageScore, ...]
    discriminators: tuple[str, ...]
    assessed_at: datetime
    by: PagePerson


class PageMeasured(Answer):
    """One point of a series."""

    at: datetime
    value: Decimal


class PageVitalSign(Answer):
    """A series of one vital sign (vitale mål), oldest first; `low`..`high` scores 0 in NEWS2."""

    code: str  # rr, spo2, hr, sbp, temp, news2, tews
    unit: str | None  # UCUM
    low: Decimal | None
    high: Decimal | None
    points: tuple[PageMeasured, ...]


class PageNote(Answer):
    """A note (notat) by heading."""

    id: str
    subjective: str
    objective: str
    assessment: str
    plan: str
    author: PagePerson
    written_at: datetime
    signed_at: datetime | None


class PageDraft(Answer):
    """The reader's own draft (kladd), with what was filled in under closing."""

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


class PageDiagnosis(Answer):
    """A diagnosis by code."""

    id: str
    system: str
    code: str
    display: str


class PageConclusion(Answer):
    """How the encounter ended (avslutning); None fields mean the doctor answered "nothing"."""

    outcome: Outcome
    asked_of_gp: str | None
    told_to_patient: str | None
    medication_changes: str | None
    signed_at: datetime
    signed_by: PagePerson


class PageReceipt(Answer):
    """What came back from a receiver (kvittering)."""

    kind: Literal["transport", "application"]
    status: Literal["ok", "rejected", "partly"]
    errors: tuple[str, ...]
    received_at: datetime


class PageMessage(Answer):
    """One message out. `acknowledged` is only ever said on the receiver's own receipt."""

    id: str
    channel: Literal["gp-summary", "shared-record"]
    receiver: str | None
    state: Literal["queued", "sent", "acknowledged", "rejected", "given-up"]
    reason: str | None  # code: why it waits, was rejected or given up, e.g. "no-gp"
    message_id: str
    attempts: int
    changed_at: datetime
    receipts: tuple[PageReceipt, ...]


class PageMoment(Answer):
    """One line of the course tonight (forløp). `kind` has its words in the texts; `facts` fill them."""

    at: datetime
    kind: str  # checked-in, assessed, seen, placed, called, taken, note-written, diagnosis-set, finished, …
    by: str
    facts: dict[str, str | int | None]


class PageMay(Answer):
    """What the reader may do now; the screen offers nothing else."""

    assess: bool
    take: bool
    write: bool
    finish: bool


class EncounterPage(Answer):
    """Everything about one encounter on one page, complete at first paint."""

    id: str
    version: int
    unit: str
    unit_name: str
    status: Literal["planned", "arrived", "triaged", "in-progress", "finished", "cancelled"]
    number: str
    complaint: str
    arrived_at: datetime
    place: str | None
    patient: PagePatient
    doctor: PagePerson | None
    taken_at: datetime | None
    target_at: datetime | None
    next_assessment_at: datetime | None
    assessments: tuple[PageAssessment, ...]  # newest first
    vital_signs: tuple[PageVitalSign, ...]
    critical_information: Literal["not-recorded"]  # nobody has asked yet; an empty field is no answer
    medicines: Literal["not-recorded"]
    timeline: tuple[PageMoment, ...]
    notes: tuple[PageNote, ...]
    draft: PageDraft
    diagnoses: tuple[PageDiagnosis, ...]
    conclusion: PageConclusion | None
    messages: tuple[PageMessage, ...]
    missing: tuple[str, ...]  # what is missing before signing, as codes: "diagnosis", "note", "outcome"
    may: PageMay
