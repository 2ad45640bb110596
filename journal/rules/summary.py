"""The summary (sammendrag) of a finished encounter as one frozen value, in the order a GP wants to read it.

Knows nothing about message formats: `integrations` turns it into what each receiver's system reads.
"Nothing for you to do" (None) is asked for at finishing and never simply forgotten. "No changes" in medicines
is said only when the doctor said so; that nobody said anything about them is said too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from core.clock import local
from journal.rules.clinical.medicines import MedicineChange, Stated


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
    version: str | None = None  # of the code pack


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
    protected: bool = False  # adressesperre: nothing that tells where the person lives goes further


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
    source: Literal["register", "door"] = "door"  # Fastlegeregisteret, or as named on arrival
    as_of: datetime | None = None  # when the register said so


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryVitalSign:
    """One measurement. `code` is one of rr, spo2, hr, sbp, dbp, temp, glucose; unit is UCUM."""

    code: str
    value: Decimal
    unit: str
    measured_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryResult:
    """One test result as it stands now (prøvesvar): a number with its UCUM unit, or words."""

    name: str
    value: Decimal | None
    text: str | None
    unit: str | None
    mark: Literal["low", "high"] | None  # outside the reference range
    status: Literal["preliminary", "final", "corrected"]
    at: datetime

    @property
    def remarks(self) -> str:
        """E.g. `Høy. Rettet svar.`; empty when there is nothing to remark."""
        said = (_MARKS.get(self.mark or ""), _RESULTS.get(self.status))
        return " ".join(filter(None, said))


_MARKS = {"low": "Lav.", "high": "Høy."}
_RESULTS = {"preliminary": "Foreløpig svar.", "corrected": "Rettet svar."}


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryUnanswered:
    """A test that was not answered when the patient left (ubesvart), and who follows it up."""

    name: str
    follow_up: str

    @property
    def words(self) -> str:
        """E.g. `Leukocytter (følges opp av legevakten)`."""
        return f"{self.name} (følges opp av {_FOLLOW_UP.get(self.follow_up, 'legevakten')})"


_FOLLOW_UP = {"doctor": "legen på legevakten", "unit": "legevakten", "gp": "fastlegen"}


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
class SummaryAddendum:
    """Words added after signing (tillegg); `number` is the edition they came with."""

    number: int
    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryChange:
    """What is different from the letter before (rettelse, tillegg, tilbaketrekking); stands at the very top.

    `replaces`: the letter this one changes, by message identity. None: the receiver was sent nothing before.
    `arrived`: that letter is there, or goes before this one; False: it was tried, and nobody knows.
    """

    kind: Literal["correction", "addendum", "withdrawn"]
    number: int
    at: datetime
    by: str
    reason: str | None
    told: tuple[str, ...]  # heading by heading: what it said and what it says
    replaces: str | None = None
    arrived: bool = True

    @property
    def title(self) -> str:
        """E.g. `rettelse 1`."""
        return (
            "trukket tilbake" if self.kind == "withdrawn" else f"{_CHANGES[self.kind].lower()} {self.number}"
        )

    @property
    def words(self) -> str:
        """All of it in Norwegian, for the first lines of the letter."""
        first = f"{_CHANGES[self.kind]} {local(self.at):%d.%m.%Y kl. %H:%M} av {self.by}."
        why = [f"Grunn: {self.reason}"] if self.reason else []
        return "\n".join((first, *why, *self.told))


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryGiven:
    """A medicine given here, or not given (utdeling). Names are FHIR's, units UCUM's; `words` is the line."""

    status: str
    medication: str
    dose: Decimal
    unit: str
    route: str  # in Norwegian
    at: datetime
    by: str
    whose: str  # a doctor's word, or a standing order
    how: str  # empty: given and kept down
    remark: str | None
    words: str


_CHANGES = {"correction": "Rettelse", "addendum": "Tillegg", "withdrawn": "Trukket tilbake"}


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
    medication_changes: str | None  # all that was changed, in words; None: see `medicines_stated`
    findings: str | None  # what was found (objektivt)
    assessment: str | None  # vurdering
    plan: str | None  # tiltak og plan
    told_to_patient: str | None  # None: nothing in particular
    story: str | None  # subjektivt / sykehistorie
    change: SummaryChange | None = None  # None: as first signed
    addenda: tuple[SummaryAddendum, ...] = ()
    results: tuple[SummaryResult, ...] = ()
    unanswered: tuple[SummaryUnanswered, ...] = ()
    medicines_stated: Stated = "not-stated"  # what the doctor answered; silence is not "no changes"
    medicine_changes: tuple[MedicineChange, ...] = ()  # those of `medication_changes` that have a form
    given: tuple[SummaryGiven, ...] = ()  # in the order they were given
    gp_asked: bool = False  # the register is asked: without a GP, one may still become known

    @property
    def found(self) -> str | None:
        """What was found, and the medicines given here, where a letter has no place of its own for them."""
        given = ("Legemidler på legevakten:", *(each.words for each in self.given)) if self.given else ()
        return "\n\n".join(filter(None, (self.findings, "\n".join(given)))) or None

    def medication(self, none: str, not_stated: str) -> tuple[str, ...]:
        """Each change by itself, or what the doctor answered: `none`, or that nothing was said about it."""
        if not self.medication_changes:
            return (none if self.medicines_stated == "none" else not_stated,)
        known = tuple(each.words for each in self.medicine_changes)
        rest = self.medication_changes.removeprefix("\n".join(known)).strip("\n")
        return (*known, rest) if rest else known

    def asked(self, nothing: str) -> str:
        """What the GP reads first: what is asked, or `nothing`, and the tests that are not answered yet."""
        left_to_gp = any(each.follow_up == "gp" for each in self.unanswered)
        words = self.asked_of_gp or ("" if left_to_gp else nothing)
        waiting = ", ".join(each.words for each in self.unanswered)
        return "\n".join(filter(None, (words, f"Ubesvart ved avslutning: {waiting}." if waiting else "")))
