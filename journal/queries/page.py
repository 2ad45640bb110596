"""The encounter page (journalsiden) as one frozen value: the screen and the API show the same."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from core.patients.related import Consent, Related
from core.text import Answer
from journal.queries.clinical.person import PageRegistered
from journal.queries.clinical.view import PageCritical, PageMedicines
from journal.queries.codes.of_encounter import PagePerformed
from journal.queries.compositions.of_encounter import PageComposition
from journal.queries.drafts.on_page import PageDraft
from journal.queries.handing.view import PageHandOver
from journal.queries.medication.view import PageAdministration
from journal.queries.orders.view import PageOrder, PageResult
from journal.queries.vital_signs.series import PageVitalSign
from journal.rules.clinical.critical import State
from journal.rules.clinical.medicines import Stated
from journal.rules.deleting import What
from journal.rules.summary import Outcome
from triage.queries.board_row import RowAlarm
from triage.queries.observe.view import Observation, Round
from triage.queries.telephone.calls import Told


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
    source: Literal["register", "door"] = "door"  # Fastlegeregisteret, or as named on arrival
    as_of: datetime | None = None  # when the register said so
    reachable: bool = True  # has an address that takes letters, as far as we know
    register_away: bool = False  # the register gives no answer now


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
    protected: bool = False  # the address is protected: say no place aloud
    related: tuple[Related, ...] = ()  # parents and guardians (foresatte)
    consent: Consent | None = None  # who decides, by age (samtykke)
    registered: PageRegistered | None = None  # what the person register says


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
    reason_code: str | None = None
    complaint: str | None = None  # as it was said then
    history: str | None = None  # kort sykehistorie
    pain: int | None = None  # 0-10
    no_signs: bool = False  # asked, and none of the signs that decide was there
    scale: str
    scale_version: str
    scores: tuple[PageScore, ...]
    discriminators: tuple[str, ...]
    assessed_at: datetime
    by: PagePerson


class PageEdition(Answer):
    """One version of what was signed (versjon): as first signed, corrected, or added to."""

    id: str
    number: int  # 0: as first signed
    kind: Literal["signed", "correction", "addendum"]
    target: Literal["note", "diagnoses", "conclusion"]
    reason: str | None
    by: PagePerson
    at: datetime
    body: dict[str, Any]  # the whole content; of an addendum its text


class PageDeletion(Answer):
    """Something was deleted, or a wish for it was refused (sletting): that, when, by whom, on which basis."""

    id: str
    what: What
    state: Literal["asked", "granted", "refused"]
    basis: str | None  # the paragraph, in words
    reason: str | None
    at: datetime
    by: PagePerson
    object_id: str | None = None  # what it is about, as long as that is there
    wish: str | None = None  # why, in the words of who asked; gone with what was deleted


class PageNote(Answer):
    """A note (notat) by heading, as it reads now; `editions` hold what it said before."""

    id: str
    subjective: str
    objective: str
    assessment: str
    plan: str
    author: PagePerson
    written_at: datetime
    signed_at: datetime | None
    written_with: tuple[str, ...] = ()  # names of colleagues who wrote in it too
    corrected: PageEdition | None = None  # the correction that counts
    editions: tuple[PageEdition, ...] = ()  # oldest first, with the first and the addenda


class PageDiagnosis(Answer):
    """A diagnosis by code; `version` of the code pack, None: written in own words."""

    id: str
    system: str
    code: str
    display: str
    version: str | None = None


class PageConclusion(Answer):
    """How the encounter ended (avslutning); None fields mean the doctor answered "nothing"."""

    outcome: Outcome
    asked_of_gp: str | None
    told_to_patient: str | None
    medication_changes: str | None
    medicines_stated: Stated = "not-stated"  # "none" only when the doctor said so
    signed_at: datetime
    signed_by: PagePerson
    undo_until: datetime | None = None  # so long the signer may take it back
    editions: tuple[PageEdition, ...] = ()  # of the closing and of the diagnoses


class PageReceipt(Answer):
    """What came back from a receiver (kvittering)."""

    kind: Literal["transport", "application"]
    status: Literal["ok", "rejected", "partly"]
    errors: tuple[str, ...]
    received_at: datetime


class PageReview(Answer):
    """Who the message is about has changed, and nobody has decided yet what to do about it."""

    id: str
    left: bool  # it had gone out; else it is held back
    found_at: datetime


class PageMessage(Answer):
    """One message out. `acknowledged` is only ever said on the receiver's own receipt."""

    id: str
    channel: Literal["gp-summary", "shared-record", "dialogue"]
    receiver: str | None
    state: Literal["queued", "held", "sent", "acknowledged", "rejected", "given-up", "contradicted"]
    reason: str | None  # code: why it waits, was rejected or given up, e.g. "no-gp"
    message_id: str
    attempts: int
    changed_at: datetime
    receipts: tuple[PageReceipt, ...]
    review: PageReview | None = None
    address_source: Literal["register", "door"] | None = None  # who said that this is the GP
    address_as_of: datetime | None = None  # when the register said so
    not_before: datetime | None = None  # so long the signature can be taken back, and it waits
    by_hand: Literal["printed", "portal", "post", "confirmed"] | None = (
        None  # a person took it over, and did it so
    )
    by_hand_by: str | None = None


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
    correct: bool = False  # signed, and the reader may correct own words and add to others'
    delete: bool = False  # ask for, and see, deletions


class EncounterPage(Answer):
    """Everything about one encounter on one page, complete at first paint."""

    id: str
    version: int
    unit: str
    unit_name: str
    status: Literal["planned", "arrived", "triaged", "in-progress", "finished", "cancelled"]
    number: str
    complaint: str
    flags: tuple[str, ...] = ()  # notes on the board
    arrived_at: datetime
    place: str | None
    patient: PagePatient
    doctor: PagePerson | None
    taken_at: datetime | None
    target_at: datetime | None
    next_assessment_at: datetime | None
    assessments: tuple[PageAssessment, ...]  # newest first
    vital_signs: tuple[PageVitalSign, ...]
    measurements: tuple[Round, ...] = ()  # rounds between assessments, all versions, newest first
    observation: Observation | None = None  # the plan that holds, else the last one
    alarm: RowAlarm | None = None
    critical_information: State  # "not-recorded": nobody has asked; an empty field is no answer
    critical: PageCritical = PageCritical(state="not-recorded", lines=(), none_known=None)
    medicines: Literal["recorded", "not-recorded"]
    medicine_list: PageMedicines = PageMedicines(lines=(), reconciled=False, changed=False)
    hand_overs: tuple[PageHandOver, ...] = ()  # proposals, oldest first
    timeline: tuple[PageMoment, ...]
    administrations: tuple[PageAdministration, ...] = ()  # medicines given here, all versions
    orders: tuple[PageOrder, ...] = ()
    results: tuple[PageResult, ...] = ()  # all versions, as they came
    notes: tuple[PageNote, ...]
    draft: PageDraft
    diagnoses: tuple[PageDiagnosis, ...]
    performed: tuple[PagePerformed, ...] = ()  # procedures and tariffs
    compositions: tuple[PageComposition, ...] = ()  # sick notes and referrals
    conclusion: PageConclusion | None
    deletions: tuple[PageDeletion, ...] = ()
    messages: tuple[PageMessage, ...]
    told: Told | None = None  # on the telephone, before they came
    missing: tuple[str, ...]  # what is missing before signing, as codes: "diagnosis", "note", "outcome"
    may: PageMay
