"""The summary (sammendrag) of a finished encounter as one frozen value, in the order a GP wants to read it.

Knows nothing about message formats: `integrations` turns it into what each receiver's system reads.
A heading that is None was answered with "nothing" by the doctor ("nothing for you to do", "no changes");
it is never simply forgotten, because finishing asks for each.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class Outcome(StrEnum):
    """What happens next (hva skjer videre)."""

    HOME = "home"  # hjem
    HOME_GP = "home-gp"  # hjem, kontroll hos fastlege
    MUNICIPAL_BED = "municipal-bed"  # KAD-seng
    ADMITTED = "admitted"  # innlegges
    OTHER = "other"  # annet
    DEAD = "dead"  # død


class Sex(StrEnum):
    """Administrative sex as registered (kjønn); never read out of an identity number."""

    FEMALE = "female"
    MALE = "male"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedText:
    """A code with its words, e.g. ICPC-2 R81 Lungebetennelse; `system` is `icpc-2` or `icd-10`."""

    system: str
    code: str
    display: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryPatient:
    """The patient as known when the encounter was finished. Unknown patients have no identifier at all."""

    id: str
    given: str
    family: str
    identifier: str | None  # 11 digits
    identifier_kind: str | None  # "fnr", "dnr" or "fhn"
    birth_date: date | None
    sex: Sex


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryOrganisation:
    """The legevakt that writes: its own and its municipality's entry in the address register (HER-id)."""

    name: str
    her_id: int
    parent_name: str
    parent_her_id: int
    organisation_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryDoctor:
    """The signing doctor; HPR is the national register of health personnel."""

    id: str
    name: str
    hpr_number: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryGp:
    """The patient's GP (fastlege) and where letters to them go: person and office HER-ids."""

    name: str
    her_id: int
    hpr_number: str | None
    office_name: str
    office_her_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryVitalSign:
    """One measurement. `code` is one of rr, spo2, hr, sbp, dbp, temp, glucose; unit is UCUM."""

    code: str
    value: Decimal
    unit: str
    measured_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryTriage:
    """The last triage: level, who set it, and the scores it rests on."""

    level_rank: int  # 1 is most urgent
    level_word: str  # e.g. "Oransje"
    scale: str  # e.g. "SATS"
    scores: tuple[tuple[str, int], ...]  # e.g. (("TEWS", 4), ("NEWS2", 5))
    assessed_at: datetime
    assessed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Everything that leaves the ward about one encounter. Texts are plain, with line breaks, never empty."""

    encounter_id: str
    report_id: str  # stays the same over corrections
    organisation: SummaryOrganisation
    patient: SummaryPatient
    doctor: SummaryDoctor
    gp: SummaryGp | None
    complaint: str  # what the patient came for
    arrived_at: datetime
    finished_at: datetime
    outcome: Outcome
    triage: SummaryTriage | None
    vital_signs: tuple[SummaryVitalSign, ...]
    # the six headings
    asked_of_gp: str | None  # None: nothing for you to do
    diagnoses: tuple[CodedText, ...]  # first is the main one; at least one
    medication_changes: str | None  # None: no changes
    findings: str | None  # what was found and done (objektivt)
    assessment: str | None  # vurdering
    plan: str | None  # tiltak og plan
    told_to_patient: str | None  # None: nothing in particular
    story: str | None  # subjektivt / sykehistorie
