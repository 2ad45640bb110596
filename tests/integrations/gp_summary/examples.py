"""Bjørg Solvang's night at Nordvik legevakt: the encounter that the tests of every way out tell about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from journal.rules.clinical.medicines import MedicineChange
from journal.rules.summary import (
    CodedText,
    Outcome,
    Sex,
    Summary,
    SummaryDoctor,
    SummaryGp,
    SummaryOrganisation,
    SummaryPatient,
    SummaryTriage,
    SummaryVitalSign,
)

MESSAGE_ID = "0e7f0c0e-5c1f-4f3e-9d53-0a2b2f6f1c11"
GENERATED_AT = datetime(2026, 3, 14, 22, 5, 30, tzinfo=UTC)
ARRIVAL = datetime(2026, 3, 14, 20, 44, tzinfo=UTC)
DEPARTURE = datetime(2026, 3, 14, 21, 55, tzinfo=UTC)
OUR_HER_ID = 8142001
GP_HER_ID = 258521

NORDVIK = SummaryOrganisation(
    name="Nordvik legevakt",
    her_id=OUR_HER_ID,
    parent_name="Nordvik kommune",
    parent_her_id=8142000,
    organisation_number="987654321",
)
BJORG = SummaryPatient(
    id="5b0f8f0e-3a8c-4a58-8a55-7a5f7cb6b1a0",
    given="Bjørg",
    family="Solvang",
    identifier="09864712345",
    identifier_kind="fnr",
    birth_date=date(1947, 6, 9),
    sex=Sex.FEMALE,
)
UNKNOWN_MAN = SummaryPatient(
    id="c2f5c1a4-5e0c-4f0e-9f1b-0d1f2f3f4f5f",
    given="Ukjent",
    family="Mann",
    identifier=None,
    identifier_kind=None,
    birth_date=None,
    sex=Sex.MALE,
)
HENRIK = SummaryDoctor(id="dag", name="Henrik Sande", hpr_number="9144900")
KARI = SummaryGp(
    name="Kari Mo",
    her_id=GP_HER_ID,
    hpr_number="9144901",
    office_name="Nordvik legesenter",
    office_her_id=56704,
)


def measured(code: str, value: str, unit: str, at: datetime) -> SummaryVitalSign:
    return SummaryVitalSign(code=code, value=Decimal(value), unit=unit, measured_at=at)


VITAL_SIGNS = (
    measured("rr", "22", "/min", ARRIVAL),
    measured("spo2", "95", "%", ARRIVAL),
    measured("hr", "104", "/min", ARRIVAL),
    measured("sbp", "118", "mm[Hg]", ARRIVAL),
    measured("dbp", "72", "mm[Hg]", ARRIVAL),
    measured("temp", "38.4", "Cel", ARRIVAL),
    measured("rr", "18", "/min", DEPARTURE),
    measured("spo2", "95", "%", DEPARTURE),
    measured("hr", "92", "/min", DEPARTURE),
    measured("sbp", "124", "mm[Hg]", DEPARTURE),
    measured("dbp", "74", "mm[Hg]", DEPARTURE),
    measured("temp", "37.9", "Cel", DEPARTURE),
    measured("glucose", "6.1", "mmol/L", ARRIVAL),
)

_BJORGS_NIGHT = Summary(
    encounter_id="2c1f9e1a-1111-4b59-9a52-2f1e0b7f2d33",
    report_id="4d2f9e1a-2222-4b59-9a52-2f1e0b7f2d44",
    organisation=NORDVIK,
    patient=BJORG,
    doctor=HENRIK,
    gp=KARI,
    complaint="Tung pust og feber",
    arrived_at=datetime(2026, 3, 14, 20, 38, tzinfo=UTC),
    finished_at=datetime(2026, 3, 14, 22, 5, tzinfo=UTC),
    outcome=Outcome.HOME_GP,
    triage=SummaryTriage(
        level_rank=2,
        level_word="Oransje",
        scale="SATS",
        scores=(("TEWS", 4), ("NEWS2", 5)),
        assessed_at=ARRIVAL,
        assessed_by="Nora Lie",
    ),
    vital_signs=VITAL_SIGNS,
    asked_of_gp=(
        "Klinisk kontroll innen tirsdag 17. mars\nNy CRP samtidig\nVurdere kolsbehandling ved neste kontroll"
    ),
    diagnoses=(
        CodedText(system="icpc-2", code="R81", display="Lungebetennelse"),
        CodedText(system="icpc-2", code="R95", display="Kols"),
    ),
    medication_changes=(
        "Nytt: Doksysyklin 100 mg, 2 første dag, så 1 x 1 i 6 dager\nGitt her: Paracetamol 1 g kl. 22:15"
    ),
    findings="Våken og klar. Knatring basalt høyre side, dempet perkusjon. CRP 148 mg/l.",
    assessment="Høyresidig lungebetennelse hos kvinne med kols. CRB-65: 1. God bedring.",
    plan="Doksysyklin i 7 dager. Hjem med datter.",
    told_to_patient="Ta kontakt straks ved tyngre pust, forvirring eller brystsmerter.",
    story="Tre døgn med feber, hoste og gulgrønt oppspytt. Tyngre å puste siste ettermiddag.",
)


STOPPED = MedicineChange(
    kind="stopped",
    name="Simvastatin 20 mg",
    dosage="1 × 1",
    new_dosage=None,
    reason="Samspill",
    atc="C10AA01",
)
STOPPED_AND_MORE = f"{STOPPED.words}\nParacetamol ved behov"


def a_summary(**changes: Any) -> Summary:
    """Bjørg's night, with whatever the test wants different."""
    return replace(_BJORGS_NIGHT, **changes)
