"""Names that could be taken for each other: by sound, by letters, and by what the wall shows."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.patients.similar_names import Named, alike, fold, similar, within

BORN = date(1980, 5, 5)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kari", "Karin"), ("Mohammed", "Muhammed"), ("Mohamad", "Muhammed"), ("Kjær", "Kjaer"),
        ("Bjørn", "Bjorn"), ("Åse", "Aase"), ("Kristian", "Christian"), ("Anne", "Anna"),
        ("Hansen", "Hanssen"), ("Sofie", "Sophie"), ("Mathilde", "Matilde"), ("Tor", "Thor"),
        ("Cecilie", "Sesilie"), ("Johansen", "Johannessen"), ("Wilhelm", "Vilhelm"), ("José", "Jose"),
        ("Nguyễn", "Nguyen"), ("Zoe", "Zoë"), ("Øystein", "Oystein"), ("Marit", "Marti"),
    ],
)  # fmt: skip
def test_these_are_taken_for_each_other(one: str, other: str) -> None:
    assert alike(one, other)
    assert alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ingrid", "Sigrid"), ("Ola", "Eva"), ("Larsen", "Nilsen"), ("Per", "Pål"), ("Ali", "Eli"),
        ("Nora", "Emma"), ("Jonas", "Jon"), ("Berg", "Bakke"), ("", "Kari"), ("", ""), ("—", "…"),
    ],
)  # fmt: skip
def test_these_are_not(one: str, other: str) -> None:
    assert not alike(one, other)


def named(given: str | None, family: str | None, born: date | None = None, called: str = "x") -> Named:
    return Named(given, family, called, born)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (named("Kari", "Nordmann"), named("Karin", "Nordman"), True),
        (named("Kari", "Nordmann"), named("Kari", "Nilsen"), True),  # both are "Kari N." on the wall
        (named("Kari", "Nordmann"), named("Kari", "Berg"), False),
        (named("Kari", "Nordmann"), named("Ola", "Nordmann"), False),
        (named("Per", "Moe", BORN), named("Pål", "Moe", BORN), True),  # twins
        (named("Per", "Moe", BORN), named("Pål", "Moe", date(1980, 6, 5)), True),
        (named("Per", "Moe", BORN), named("Pål", "Moe", date(1980, 6, 6)), False),
        (named("Kari", None), named("Kari", "Nordmann"), True),
        (named(None, None, called="Kari Nordmann"), named("Karin", "Nordmann"), True),
        (named(None, None, called="Ukjent mann"), named(None, None, called="ukjent mann"), True),
        (named(None, None, called="Ukjent mann"), named(None, None, called="Ukjent kvinne"), False),
        (named(None, None, called="Ukjent mann"), named("Kari", "Nordmann"), False),
        (named(None, None, called="Olav Haug"), named(None, None, called="Olaf Haug"), True),
    ],
)
def test_two_patients_are_confused_as_the_ward_would(one: Named, other: Named, expected: bool) -> None:
    assert similar(one, other) is expected
    assert similar(other, one) is expected


names = st.one_of(st.none(), st.text(max_size=12), st.sampled_from(["Kari", "Karin", "Ola", "Nordmann"]))


@given(
    st.builds(Named, names, names, st.text(max_size=20), st.none() | st.dates()),
    st.builds(Named, names, names, st.text(max_size=20), st.none() | st.dates()),
)
def test_likeness_goes_both_ways_and_nothing_typed_breaks_it(one: Named, other: Named) -> None:
    assert similar(one, other) == similar(other, one)


@given(st.text(alphabet="aeionrstk", min_size=1, max_size=9), st.data())
def test_one_letter_is_one_letter(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(word) - 1))
    left_out = word[:place] + word[place + 1 :]
    swapped = word[:place] + word[place : place + 2][::-1] + word[place + 2 :]

    assert within(word, left_out, 1)
    assert within(left_out, word, 1)
    assert within(word, swapped, 1)
    assert not within(word, word + "xyz", 2)


@given(st.text(max_size=30))
def test_folding_twice_is_folding_once_for_letters_of_ours(word: str) -> None:
    assert fold(word).isalpha() or fold(word) == ""
