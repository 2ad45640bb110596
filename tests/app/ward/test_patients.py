import re
from collections import Counter
from datetime import date
from random import Random

import pytest

from app.ward.complaints import Case, texts
from app.ward.patients import CASES, arrival, assessment, new_patient
from journal.commands.finish_encounter import Finishing
from journal.commands.save_draft import DraftText
from journal.commands.set_diagnosis import NewDiagnosis
from triage.commands.assess import NewAssessment
from triage.commands.check_in import Arrival
from triage.rules.age import age_months
from triage.rules.levels import choose_level, levels
from triage.rules.scales.engine import evaluate
from triage.rules.scales.packs import scale

TODAY = date(2026, 3, 14)
SATS = scale("sats")


def test_most_patients_are_green_or_yellow_and_few_are_red() -> None:
    random = Random(1)

    ranks = Counter(new_patient(number, random, TODAY, 0.0).rank for number in range(1500))

    share = {rank: count / 1500 for rank, count in ranks.items()}
    assert 0.01 < share[1] < 0.08
    assert 0.08 < share[2] < 0.22
    assert 0.28 < share[3] < 0.48
    assert 0.32 < share[4] < 0.55


def test_what_a_nurse_writes_is_what_the_service_reads_and_gives_a_level() -> None:
    random = Random(2)
    known = levels(SATS)

    for number in range(400):
        patient = new_patient(number, random, TODAY, 0.0)
        Arrival.model_validate(arrival(patient))
        body = NewAssessment.model_validate(assessment(patient, TODAY, random))

        months = age_months(patient.person.birth_date, TODAY)
        said = evaluate(SATS, body.findings(months))
        level = choose_level(known, said, chosen=body.level, reason=body.reason)
        assert level.rank == patient.rank


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.complaint)
def test_what_a_doctor_writes_is_what_the_service_reads(case: Case) -> None:
    words = texts(case, "Puls 80", Random(1))

    DraftText.model_validate(
        {**words.note, **{heading: text for heading, text in words.closing.items() if text is not None}}
    )
    Finishing.model_validate({**words.closing, "note": words.note})
    NewDiagnosis(code=case.code, display=case.display, system="icpc-2")
    assert "{" not in "".join(words.note.values())
    assert "Puls 80" in words.note["objective"]
    assert re.fullmatch(r"[A-Z][0-9]{2}", case.code)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.complaint)
def test_the_signs_of_a_case_exist_for_everybody_who_may_have_it(case: Case) -> None:
    months = range(case.ages[0] * 12, case.ages[1] * 12)
    groups = {
        next(g.id for g in SATS.groups if g.select.age_months and g.select.age_months.holds(age))
        for age in months
    }

    for group in groups:
        assert set(case.signs) <= {sign.code for sign in SATS.signs(group)}


def test_a_code_always_has_the_same_words() -> None:
    words = {(case.code, case.display) for case in CASES}

    assert len(words) == len({code for code, _ in words})
