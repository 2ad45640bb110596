"""The number on a wristband: read back as written, and never as another."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.patients.wristband import WristbandUnreadable, read, wristband
from triage.rules.contact_number import ALL

SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
AT = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
numbers = st.sampled_from([*ALL, "T 123", "A 999"])
moments = st.integers(1_767_225_600, 2_840_140_800).map(lambda second: datetime.fromtimestamp(second, UTC))


@given(numbers, moments)
def test_what_is_printed_can_be_read(number: str, at: datetime) -> None:
    printed = wristband(number, at)

    assert read(printed) == (number, at.date())
    assert read(printed.lower().replace("-", "")) == (number, at.date())


def test_any_one_sign_misread_and_any_two_swapped_are_noticed() -> None:
    printed = wristband("T 29", AT).replace("-", "")
    wrong = {printed[:i] + sign + printed[i + 1 :] for i in range(len(printed)) for sign in SIGNS}
    wrong |= {printed[:i] + printed[i + 1] + printed[i] + printed[i + 2 :] for i in range(len(printed) - 1)}
    wrong.discard(printed)

    taken = []
    for text in wrong:
        try:
            taken.append(read(text))
        except WristbandUnreadable:
            continue

    assert taken == []
    assert len(wrong) > 300


@pytest.mark.parametrize("text", ["", "T29", "T29-261120", "T29-269999-A", "😀", "T29-261120-Æ", "0" * 500])
def test_what_is_no_wristband_is_refused(text: str) -> None:
    with pytest.raises(WristbandUnreadable):
        read(text)


def test_the_day_is_the_records_day_whatever_the_clock_on_the_wall() -> None:
    late = datetime(2026, 10, 25, 23, 30, tzinfo=UTC)  # after midnight in Norway

    assert read(wristband("T 29", late)) == ("T 29", date(2026, 10, 25))
