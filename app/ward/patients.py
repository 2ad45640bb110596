"""One synthetic patient: who, with what, and how urgent the scale finds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from app.ward.cases_children import CHILDREN
from app.ward.cases_common import COMMON
from app.ward.cases_urgent import URGENT
from app.ward.complaints import Case, Texts, texts
from app.ward.people import Person, Sex, person, unknown_person
from app.ward.vitals import as_words, measured
from triage.rules.age import age_months
from triage.rules.scales.engine import evaluate
from triage.rules.scales.groups import choose
from triage.rules.scales.packs import scale
from triage.rules.scales.values import Findings, Value

CASES = (*URGENT, *COMMON, *CHILDREN)
_WEIGHTS = tuple(case.weight for case in CASES)
_SATS = scale("sats")


@dataclass(frozen=True, slots=True)
class Came:
    """Somebody who was told to come, and has: already on the board as expected."""

    encounter: str
    called: str
    sex: Sex
    complaint: str


@dataclass(slots=True)
class Patient:
    """Where a synthetic patient is in the evening."""

    number: int
    person: Person
    case: Case
    group: str
    rank: int
    arrived_at: float  # minutes from the start of the evening
    texts: Texts
    assessed_at: float | None = None
    room: str | None = None
    doctor: int | None = None
    gone: bool = field(default=False)


def new_patient(number: int, random: Random, today: date, arrived_at: float) -> Patient:
    """Somebody at the door; one in forty cannot be named, as happens with ambulance and police."""
    case = random.choices(CASES, weights=_WEIGHTS)[0]
    grown_up = case.ages[0] >= 18
    if grown_up and random.random() < 0.025:
        who = unknown_person(random)
    else:
        who = person(random, ages=case.ages, sex=case.sex, today=today)
    return _with(number, random, today, arrived_at, case=case, who=who)


def from_telephone(number: int, random: Random, today: date, arrived_at: float, *, caller: Came) -> Patient:
    """Somebody who rang first: known by the operator's words alone."""
    case = next(case for case in CASES if case.complaint == caller.complaint)
    who = Person(caller.called, None, None, caller.sex, None, None, False, None)
    return _with(number, random, today, arrived_at, case=case, who=who)


def _with(number: int, random: Random, today: date, arrived_at: float, *, case: Case, who: Person) -> Patient:
    months = age_months(who.birth_date, today)
    group = choose(_SATS, Findings(age_months=months), None).group.id
    values = measured(case, group, random)
    return Patient(
        number=number,
        person=who,
        case=case,
        group=group,
        rank=_rank(group, months, values, case),
        arrived_at=arrived_at,
        texts=texts(case, as_words(values), random),
    )


_PAIN = {"pain_severe": 8, "pain_moderate": 5, "chest_pain": 6, "abdominal_pain": 5}


def arrival(patient: Patient) -> dict[str, Any]:
    """What the nurse writes down at the door."""
    who, case = patient.person, patient.case
    body: dict[str, Any] = {
        "called": who.called,
        "complaint": case.complaint,
        "sex": who.sex,
        "arrival_mode": case.arrival_mode,
        "flags": sorted({*case.flags, *(("interpreter",) if who.interpreter else ())}),
    }
    if who.national_id and who.birth_date:
        body |= {
            "given": who.given,
            "family": who.family,
            "national_id": who.national_id,
            "birth_date": who.birth_date.isoformat(),
        }
    if who.gp:
        body["general_practitioner"] = who.gp
    return body


def assessment(patient: Patient, today: date, random: Random, *, worse: float = 0.0) -> dict[str, Any]:
    """What the nurse measures and, now and then, chooses; sets the patient's rank by it."""
    months = age_months(patient.person.birth_date, today)
    values = measured(patient.case, patient.group, random, worse=worse)
    if patient.case.weight > 5 and random.random() < 0.06:
        values.pop(random.choice(("temp", "rr")))
    signs = frozenset(patient.case.signs)
    said = evaluate(_SATS, Findings(age_months=months, values=values, discriminators=signs))
    body: dict[str, Any] = {
        "scale": "sats",
        "vital_signs": {name: _json(value) for name, value in values.items()},
        "discriminators": sorted(signs),
        "history": patient.texts.note["subjective"],
        "confirmed": sorted({odd.parameter for odd in said.to_confirm}),  # the nurse looked twice
    }
    if pain := max((_PAIN.get(sign, 0) for sign in signs), default=0):
        body["pain"] = pain
    patient.rank = said.at_least
    if said.level is None:
        body |= {"level": "green", "reason_code": "other", "reason": "Lite plaget. Resten måles på rommet."}
    elif said.rank == 3 and random.random() < 0.05:
        patient.rank = 2
        look = "Blek, ser dårligere ut enn tallene."
        body |= {"level": "orange", "reason_code": "clinical-look", "reason": look}
    return body


def _rank(group: str, months: int | None, values: Mapping[str, Value], case: Case) -> int:
    findings = Findings(age_months=months, values=values, discriminators=frozenset(case.signs))
    return evaluate(_SATS, findings, group=group).at_least


def _json(value: Value) -> int | float | str:
    if isinstance(value, str):
        return value
    return int(value) if value == value.to_integral_value() else float(value)
