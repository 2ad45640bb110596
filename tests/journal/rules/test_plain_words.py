"""Plain words: abbreviations are flagged or explained, and the patient's copy says what the letter says."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.screens.plain.page import patient_copy_page
from app.screens.texts import LANGUAGES
from journal.rules.plain.abbreviations import in_plain_words, unexplained
from journal.rules.plain.patient_copy import NoPatientCopy, patient_copy
from journal.rules.summary import Outcome, SummaryResult, SummaryUnanswered
from tests.app.screens.markup import pick, read, words
from tests.integrations.gp_summary.examples import ARRIVAL, BJORG, a_summary


@pytest.mark.parametrize(
    ("text", "flagged"),
    [
        ("Mulig AKS, legges inn.", ["AKS"]),
        ("AKS (akutt koronarsyndrom) kan ikke utelukkes.", []),
        ("BT 130/80, CRP 12, EKG normalt.", []),  # a GP knows these
        ("BT 130/80, XQZ positiv. XQZ igjen.", ["XQZ"]),  # unknown to us, and said once
        ("St.p. ua, us av abd.", ["ua", "us", "abd"]),
        ("Uavklart. Auskultert av lege.", []),  # words that only begin so
        ("NAV er varslet, kolsgrad II.", []),
        ("", []),
    ],
)
def test_what_a_gp_may_misread_is_named_once(text: str, flagged: list[str]) -> None:
    assert [each.short for each in unexplained(text)] == flagged


def test_all_texts_of_a_letter_are_looked_through_together() -> None:
    assert [each.short for each in unexplained("AKS?", None, "AKS og LE")] == ["AKS", "LE"]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("BT høyt. BT måles igjen.", "BT (blodtrykk) høyt. BT måles igjen."),
        ("Ktr pga. UVI, pga. feber", "Ktr på grunn av UVI (urinveisinfeksjon), på grunn av feber"),
        ("Paracetamol 1 g iv.", "Paracetamol 1 g rett i en blodåre."),
        ("CRP (betennelse) 148", "CRP (betennelse) 148"),
        ("XQZ positiv", "XQZ positiv"),  # nothing is guessed
    ],
)
def test_the_patient_reads_what_the_letters_mean(text: str, plain: str) -> None:
    assert in_plain_words(text) == plain


@given(st.text(alphabet="ABTUVICRPus .,()æøå\n", max_size=60))
def test_explaining_only_adds_and_never_takes_a_letter_away(text: str) -> None:
    plain = iter(in_plain_words(text))

    assert all(letter in plain for letter in text)  # in the same order


def test_the_copy_holds_what_the_letter_holds() -> None:
    test = SummaryResult(
        name="CRP", value=Decimal("148.5"), text=None, unit="mg/L", mark="high", status="final", at=ARRIVAL
    )
    waiting = SummaryUnanswered(name="Blodkultur", follow_up="gp")
    copy = patient_copy(a_summary(results=(test,), unanswered=(waiting,)))

    assert copy.name == "Bjørg Solvang"
    assert copy.diagnoses == ("Lungebetennelse", "Kols")
    assert copy.asked_of_gp[0] == "Klinisk kontroll innen tirsdag 17. mars"
    assert {each.code: each.value for each in copy.measured}["hr"] == 92  # the last one
    assert copy.waiting == (("Blodkultur", "gp"),)


def test_no_copy_is_made_for_somebody_who_died() -> None:
    with pytest.raises(NoPatientCopy):
        patient_copy(a_summary(outcome=Outcome.DEAD))


def test_a_hidden_address_keeps_the_gps_name_off_paper() -> None:
    hidden = a_summary(patient=replace(BJORG, protected=True))

    assert patient_copy(hidden).gp_named is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("changed", [True, False])
def test_the_page_has_no_empty_heading_and_says_nothing_in_words(language: str, changed: bool) -> None:
    nothing = {"asked_of_gp": None, "told_to_patient": None, "medication_changes": None, "plan": None}
    found = patient_copy(a_summary() if changed else a_summary(**nothing, vital_signs=()))

    page = read(patient_copy_page(found, encounter="e-1", language=language, asset_version="v1"))

    sections = pick(page, "//section")
    assert len(sections) == (7 if changed else 5)
    for section in sections:
        heading = words(pick(section, "h2")[0])
        assert heading
        assert len(words(section)) > len(heading) + 3
