"""Two texts written from one: what both did stands, no word is lost, and real differences are shown."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.rules.merging import Clash, merge_draft, merge_text, without

BASE = "Vondt i brystet siden i går.\nIngen feber.\nRøyker."


@pytest.mark.parametrize(
    ("base", "first", "second", "merged"),
    [
        ("", "Fra Dag", "", "Fra Dag"),
        ("", "Fra Dag", "Fra Dina", "Fra Dag\nFra Dina"),  # both began on an empty heading
        (BASE, BASE.replace("Røyker", "Røyker ikke"), BASE + "\nEKG tatt.", f"{BASE[:-1]} ikke.\nEKG tatt."),
        (BASE, "Kvalm.\n" + BASE, BASE + "\nEKG tatt.", f"Kvalm.\n{BASE}\nEKG tatt."),
        (
            BASE,
            BASE.replace("Ingen feber.\n", ""),
            BASE + " Kols.",
            f"{BASE} Kols.".replace("Ingen feber.\n", ""),
        ),
        ("En.\nTo.", "En!\nTo.", "En.\nTo!", "En!\nTo!"),  # side by side is not the same place
        ("Kvalm. Blek.", "Svært kvalm. Blek.", "Kvalm. Blek. Klam.", "Svært kvalm. Blek. Klam."),
        ("En.", "En.\nTo.", "En.\nTo.\nTre.", "En.\nTo.\nTre."),  # an answer got lost; the writer went on
    ],
)
def test_changes_in_different_places_stand_side_by_side(
    base: str, first: str, second: str, merged: str
) -> None:
    found = merge_text(base, first, second)

    assert (found.text, found.clashes) == (merged, ())


@pytest.mark.parametrize(
    ("first", "second", "merged"),
    [
        ("Paracet 1 g.", "Paracet 500 mg.", "Paracet 1 g.\nParacet 500 mg."),
        (
            "",
            "Paracet 500 mg ved behov.",
            "Paracet 500 mg ved behov.",
        ),  # taken away by one, changed by the other
    ],
)
def test_the_same_words_changed_differently_stay_both_and_are_named(
    first: str, second: str, merged: str
) -> None:
    found = merge_text("Paracet 500 mg ×3.", first, second)

    assert found.text == merged
    assert found.clashes == (Clash("", "Paracet 500 mg ×3.", first, second),)


def test_what_can_only_be_one_thing_is_never_chosen_by_the_program() -> None:
    body, clashes = merge_draft({"outcome": None}, {"outcome": "home"}, {"outcome": "admitted"})

    assert body["outcome"] == "home"
    assert clashes == (Clash("outcome", "", "home", "admitted"),)
    assert merge_draft({"outcome": "home"}, {"outcome": "home"}, {"outcome": "admitted"})[1] == ()


def test_what_was_not_kept_is_taken_out_only_where_it_stands_as_it_was() -> None:
    assert without("En.\nTo.\nTre.", "To.") == "En.\nTre."
    assert without("En.\nTo og mer.\nTre.", "To.") is None
    assert without("To.\nTo.", "To.") is None


WORDS = st.sampled_from(["feber", "hoste", "kvalm", "blek", "EKG.", "Røyker.", "Uro.", "Klam"])
TEXT = st.lists(st.lists(WORDS, max_size=5).map(" ".join), max_size=5).map("\n".join)


@given(TEXT, TEXT, TEXT)
def test_no_word_of_either_is_lost(base: str, first: str, second: str) -> None:
    merged = merge_text(base, first, second).text
    before, here = Counter(base.split()), Counter(merged.split())

    for written in (Counter(first.split()), Counter(second.split())):
        assert written - before <= here
    once = {word for word, times in before.items() if times == 1}
    assert once & set(first.split()) & set(second.split()) <= set(here)  # what both let stand


@given(TEXT, TEXT)
def test_who_writes_alone_gets_what_they_wrote(base: str, text: str) -> None:
    assert merge_text(base, text, base).text == merge_text(base, base, text).text == text
    assert merge_text(base, text, text) == merge_text(base, text, base)


def test_a_tick_that_says_nothing_is_kept_taken_away_by_who_took_it_and_ended_by_words() -> None:
    ticked = {"nothing": ["asked_of_gp", "medication_changes"]}

    def left(base: dict[str, object], first: dict[str, object], second: dict[str, object]) -> object:
        return merge_draft(base, first, second)[0]["nothing"]

    assert left({}, {"nothing": ["asked_of_gp"]}, {"nothing": ["medication_changes"]}) == sorted(
        ticked["nothing"]
    )
    assert left(dict(ticked), dict(ticked), {"nothing": ["asked_of_gp"]}) == ["asked_of_gp"]
    assert left(dict(ticked), {"nothing": []}, dict(ticked)) == []
    assert left({}, {"asked_of_gp": "Kontroll."}, dict(ticked)) == ["medication_changes"]
