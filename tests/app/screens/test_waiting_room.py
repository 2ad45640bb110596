"""The board in the waiting room as the server draws it: complete without script, in two languages."""

from __future__ import annotations

import pytest

from app.screens.texts import texts
from app.screens.waiting_room import tongues, waited
from tests.app.screens import public
from tests.app.screens.markup import Node, by_id, keys, pick, read, slot, visible, words
from triage.queries.waiting_times import LevelWait


def drawn(*rows: public.CalledRow, language: str = "nb", theme: str = "light") -> Node:
    return read(public.page(public.board(*rows), language=language, theme=theme))


def shown(page: Node, part: str) -> bool:
    return visible(pick(page, f"//*[@data-show='{part}']")[0])


def test_the_newest_call_stands_large_and_earlier_ones_below() -> None:
    page = drawn()

    assert (slot(page, "newest.number"), slot(page, "newest.to")) == ("K 47", "Rom 3")
    assert keys(page, "earlier") == ["pR82", "pH15", "pM63"]  # B 31 was called seven minutes ago
    assert (shown(page, "calling"), shown(page, "nobody")) == (True, False)


def test_of_many_calls_no_more_stand_below_than_there_is_room_for() -> None:
    page = drawn(*(public.called(f"A {n}", "Rom 1", n / 10) for n in range(10, 20)))

    assert slot(page, "newest.number") == "A 10"
    assert (len(keys(page, "earlier")), slot(page, "pages")) == (3, "1 / 3")


def test_when_nobody_is_called_it_says_so() -> None:
    page = drawn(public.called("A 20"))

    assert (shown(page, "calling"), shown(page, "nobody")) == (False, True)
    assert slot(page, "quiet") == "Ingen kalles inn akkurat nå"


def test_a_number_called_nowhere_in_particular_is_sent_to_the_desk_in_both_languages() -> None:
    page = drawn(public.called("A 20", None, 1))

    assert (slot(page, "newest.to"), slot(page, "newest.to_second")) == ("luken", "the desk")


def test_numbers_that_are_not_called_are_not_on_the_wall() -> None:
    page = drawn()

    told = " ".join(words(part) for part in pick(page, "//header | //main | //footer"))
    assert [number for number in ("A 20", "T 77", "B 31") if number in told] == []


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [("nb", "nb", "en"), ("nn", "nn", "en"), ("en", "en", "nb")],
)
def test_norwegian_and_english_are_always_there(language: str, first: str, second: str) -> None:
    page = drawn(language=language)

    told = " ".join(words(part) for part in pick(page, "//header | //main | //footer"))
    always = ("title", "calling", "wait", "no_number", "worse", "home", "sickest", "level_2", "at_once")
    for key in (f"waiting_room.{name}" for name in always):
        assert texts(first)(key) in told
        assert texts(second)(key) in told
    marked = {each.get("lang") for each in pick(page, "//body//*[@lang]")}
    assert (page.get("lang"), marked) == (first, {second})


def test_every_level_has_its_four_cues_and_its_range() -> None:
    page = drawn()

    levels = by_id(page, "levels")
    assert [words(each) for each in pick(levels, ".//strong")] == [
        "Ingen ventetid", "Under 15 min", "35–60 min", "1½–2½ t", "3–4 t",
    ]  # fmt: skip
    assert [each.get("class") for each in pick(levels, ".//*[contains(@class, 'markwrap')]")] == [
        f"markwrap l{rank}" for rank in range(1, 6)
    ]
    assert slot(page, "computed") == "Tallene er anslag, regnet ut kl. 21:47."


@pytest.mark.parametrize(
    ("low", "high", "nb", "en"),
    [
        (None, None, "Kan ikke anslås nå", "No estimate now"),
        (0, 0, "Ingen ventetid", "No wait"),
        (0, 5, "Under 5 min", "Under 5 min"),
        (0, 75, "Under 1¼ t", "Under 1¼ h"),
        (30, 35, "30–35 min", "30–35 min"),
        (45, 60, "45–60 min", "45–60 min"),
        (45, 90, "45 min–1½ t", "45 min–1½ h"),
        (60, 75, "1–1¼ t", "1–1¼ h"),
        (105, 240, "1¾–4 t", "1¾–4 h"),
        (35, None, "Over 35 min", "Over 35 min"),
        (150, None, "Over 2½ t", "Over 2½ h"),
    ],
)
def test_a_range_reads_as_people_say_it(low: int | None, high: int | None, nb: str, en: str) -> None:
    both, wait = tongues("nb"), LevelWait(level=3, low=low, high=high)

    assert (waited(wait, both.first), waited(wait, both.second)) == (nb, en)


def test_without_script_the_page_fetches_itself_anew() -> None:
    assert '<noscript><meta http-equiv="refresh"' in public.page(public.board())


@pytest.mark.parametrize(("theme", "painted"), [("light", "light"), ("dark", "dark"), ("schedule", "dark")])
def test_the_screen_has_the_colours_it_was_arranged_to(theme: str, painted: str) -> None:
    assert drawn(theme=theme).get("data-theme") == painted  # it is 21:47


def test_a_room_cannot_become_markup() -> None:
    evil = "</script><script>alert(1)</script>"

    source = public.page(public.board(public.called("A 20", evil, 1)))

    assert evil not in source
    assert source.count("<script") == 3
