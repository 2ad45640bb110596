"""What is offered first: the ward's own at this time of day, then a short list; free text stays private."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from triage.rules.complaints.offered import MOST, CommonComplaint, most_common, near
from triage.rules.complaints.pack import complaints_of, pack

NOW = datetime(2026, 11, 20, 20, 30, tzinfo=UTC)  # 21:30 in Norway


def offered(*seen: tuple[str, int], hours_ago: int = 24, language: str = "nb") -> tuple[CommonComplaint, ...]:
    rows = [(text, NOW - timedelta(hours=hours_ago)) for text, number in seen for _ in range(number)]
    return most_common(rows, now=NOW, complaints=complaints_of(None), start=pack().start, language=language)


def own(*seen: tuple[str, int], hours_ago: int = 24, language: str = "nb") -> list[str]:
    return [each.text for each in offered(*seen, hours_ago=hours_ago, language=language) if each.here]


def test_the_wards_own_stand_first_most_often_first_whatever_words_were_used() -> None:
    seen = (("Brystsmerter", 3), ("feber og hoste", 2), ("Feber og hoste i to døgn", 2))

    assert own(*seen) == ["Feber og hoste", "Brystsmerter"]
    assert own(*seen, language="en") == ["Fever and cough", "Chest pain"]


def test_a_new_ward_is_offered_the_starting_list_and_told_so() -> None:
    nobody = offered()

    assert len(nobody) == MOST
    assert not any(each.here for each in nobody)
    assert [each.code for each in nobody] == list(pack().start[:MOST])


def test_what_stands_among_the_wards_own_is_not_offered_twice() -> None:
    codes = [each.code for each in offered(("Magesmerter", 9))]

    assert codes[0] == "abdominal_pain"
    assert codes.count("abdominal_pain") == 1
    assert len(codes) == MOST


@pytest.mark.parametrize(("number", "shown"), [(4, []), (5, ["Spikermatte"])])
def test_free_text_is_offered_to_others_only_when_many_have_written_it(number: int, shown: list[str]) -> None:
    assert own(("Spikermatte", number)) == shown


def test_one_contact_says_nothing_of_a_ward() -> None:
    assert own(("Brystsmerter", 1)) == []


@pytest.mark.parametrize(
    ("hours", "counts"), [(0, True), (3, True), (-3, True), (4, False), (-4, False), (12, False), (24, True)]
)
def test_only_the_same_time_of_day_counts_also_over_midnight(hours: int, counts: bool) -> None:
    late = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)  # 23:30 in Norway

    assert near(late + timedelta(hours=hours), late) is counts


def test_in_summer_and_winter_the_wards_own_clock_counts() -> None:
    assert near(datetime(2026, 7, 1, 15, 59, tzinfo=UTC), datetime(2026, 11, 20, 19, 59, tzinfo=UTC))
    assert not near(datetime(2026, 7, 1, 15, 59, tzinfo=UTC), datetime(2026, 11, 20, 20, 59, tzinfo=UTC))
