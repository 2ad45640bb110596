"""What a template proposed and nobody touched is not signed; a word somebody wrote always is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.rules.writing.proposals import (
    MARKS,
    as_inserted,
    as_written,
    proposals,
    settle,
    with_marks,
)

THROAT = with_marks(
    "Almenntilstand upåvirket\nSvelg: [[funn]]\n\nTonsiller: [[størrelse]], belegg [[ja/nei]]"
)
KNOWN = frozenset(proposals(THROAT))
INSERTED = as_inserted(THROAT)


def test_a_template_nobody_touched_leaves_nothing() -> None:
    assert INSERTED.startswith("⟦Almenntilstand upåvirket⟧\nSvelg: ⟦funn⟧")
    assert settle(INSERTED, KNOWN).strip() == ""


@pytest.mark.parametrize(
    ("note", "signed"),
    [
        ("Rød svelg.", "Rød svelg."),
        ("⟦Almenntilstand upåvirket⟧\nHoster.", "Hoster."),
        (
            "Almenntilstand upåvirket\nSvelg: ⟦funn⟧",
            "Almenntilstand upåvirket",
        ),  # accepted: the marks are gone
        ("Svelg: rød", "Svelg: rød"),
        ("Tonsiller: store, belegg ⟦ja/nei⟧", "Tonsiller: store, belegg"),
        ("Svelg og ører: ⟦funn⟧", "Svelg og ører:"),  # the line was changed, so its words are somebody's
        ("Svelg: ⟦rød, hoven⟧", "Svelg: rød, hoven"),  # written inside the marks
        ("⟦Almenntilstand medtatt⟧", "Almenntilstand medtatt"),
        ("Svelg: ⟦funn", "Svelg: funn"),  # half a mark is no proposal any more
        ("  Svelg: ⟦funn⟧  \n\nHoster.", "\nHoster."),
        ("Temp 38 ⟦funn⟧ ⟦funn⟧", "Temp 38"),
    ],
)
def test_only_what_was_proposed_goes(note: str, signed: str) -> None:
    assert settle(note, KNOWN) == signed


def test_a_template_is_written_with_brackets_and_comes_back_the_same() -> None:
    written = "Svelg: [[funn]]\nÅpen [x] parentes"

    assert as_written(with_marks(written)) == written


_WORDS = st.text(
    st.characters(blacklist_characters="".join(MARKS), blacklist_categories=("Cs", "Cc")), max_size=20
)
_LINES = st.one_of(st.sampled_from(INSERTED.split("\n")), _WORDS)


@given(st.lists(_LINES, max_size=12))
def test_every_line_without_marks_is_signed_as_it_was_written(lines: list[str]) -> None:
    signed = settle("\n".join(lines), KNOWN).split("\n")

    written = [line for line in lines if MARKS[0] not in line]
    assert signed == (written or [""])


@given(st.sampled_from(INSERTED.split("\n")), _WORDS.filter(str.strip), st.data())
def test_a_word_put_anywhere_in_a_template_is_signed(line: str, word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(line)))

    signed = settle(line[:place] + word + line[place:], KNOWN)

    assert word.strip() in signed
    assert not any(mark in signed for mark in MARKS)


@given(st.text(st.sampled_from("⟦⟧ab \n"), max_size=30))
def test_no_mark_is_ever_signed_and_no_letter_outside_a_known_proposal_is_lost(text: str) -> None:
    signed = settle(text, KNOWN)

    assert not any(mark in signed for mark in MARKS)
    assert [each for each in signed if each in "ab"] == [each for each in text if each in "ab"]
