"""Access as the server draws it: why a reason is needed, the patient's no, later control, and the letter."""

from __future__ import annotations

import pytest

from core.access.relation import NEEDS_A_LOOK, Relation
from tests.app.screens.access import NORA, WHY, blocks, control, everything, glass, letter, reason
from tests.app.screens.markup import Node, pick, read, words


def said(page: Node) -> str:
    return words(pick(page, "//main")[0])


@pytest.mark.parametrize("relation", NEEDS_A_LOOK)
def test_a_record_that_asks_why_says_what_is_missing(relation: Relation) -> None:
    plain, blocked = read(reason(relation=relation)), read(reason(relation=relation, blocked=True))

    assert "Vi kan ikke se hvorfor" not in said(plain)
    assert "Pasienten har sperret" not in said(plain)
    assert "Pasienten har sperret" in said(blocked)
    assert len(pick(plain, "//form[@data-post='/api/encounters/e-1/break-glass']//textarea")) == 1


def test_the_patients_no_is_shown_with_who_wrote_it_down_and_only_some_may_change_it() -> None:
    kari, nora = read(blocks()), read(blocks(NORA))

    assert "Nora Lie får ikke se" in said(kari)
    assert "«Hun er naboen min»" in said(kari)
    assert len(pick(kari, "//main//form")) == 3  # two to withdraw, one to add
    assert pick(nora, "//main//form") == []
    assert pick(nora, "//a[contains(@href, 'access-log')]") == []


def test_what_waits_for_review_stands_first_and_nobody_is_asked_about_their_own() -> None:
    page = read(control(glass(), glass("g-2", own=True), glass("g-3", verdict="not-justified")))

    forms = [form.get("data-post") for form in pick(page, "//form[@data-post]")]
    assert forms == ["/api/units/nordvik/break-glass/g-1/review"]
    assert "Kontrollert (1)" in said(page)
    assert "pasienten hadde sperret" in said(page)


def test_a_kind_of_opening_that_is_new_is_shown_all_the_same() -> None:
    rows = [words(row) for row in pick(read(control()), "//tbody/tr")]

    assert len(rows) == 4
    assert "En del av journalen" in rows[3]
    assert "Tavlen" in rows[2]


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_patient_reads_plain_words_and_no_code(language: str) -> None:
    text = said(read(letter(language)))

    assert "Dag Holm" in text
    assert WHY in text
    for code in ("ETREAT", "treating", "ended-before", "p-1"):
        assert code not in text


def test_a_reason_cannot_become_markup() -> None:
    assert all("<b>fra</b>" not in page for page in everything("nb").values())
