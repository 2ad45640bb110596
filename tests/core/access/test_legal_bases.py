"""On what ground of law something is opened, sent or deleted is data, and a new law is a line of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from core.access.legal.bases import BASES, BEGINS, CHOSEN, Kind, NoSuchBasis, bases, basis, chosen, read

_NOON = datetime(2026, 11, 27, 11, tzinfo=UTC)


def _line(code: str, kind: Kind, begins: str = "2015-01-01", **more: Any) -> dict[str, Any]:
    return {
        "code": code,
        "kind": kind.value,
        "law": "loven",
        "paragraph": "§ 1",
        "says": "Sier noe.",
        "valid_from": begins,
        **more,
    }


def test_on_every_day_there_is_one_basis_for_what_nobody_chooses_and_some_for_what_is_chosen() -> None:
    day = BEGINS
    while day <= date(2036, 1, 1):
        at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        for kind in Kind:
            found = bases(kind, at)
            assert found if kind in CHOSEN else len(found) == 1, (kind, day)
        day += timedelta(days=29)
    assert len({each.code for each in BASES}) == len(BASES)


def test_a_new_law_counts_from_its_first_day_in_norway_and_what_was_decided_keeps_its_code() -> None:
    lines = [_line(f"{kind.value}-1", kind) for kind in Kind if kind is not Kind.TREATMENT]
    old = _line("old", Kind.TREATMENT, valid_until="2026-12-31")
    new = _line("new", Kind.TREATMENT, "2027-01-01")

    found = {each.code: each for each in read([*lines, old, new])}

    assert (found["old"].counts(date(2026, 12, 31)), found["new"].counts(date(2026, 12, 31))) == (True, False)
    assert (found["old"].counts(date(2027, 1, 1)), found["new"].counts(date(2027, 1, 1))) == (False, True)
    for wrong, said in (
        ([old], "0 of access-treatment count on 2027-01-01"),
        ([old, {**new, "valid_from": "2026-12-01"}], "2 of access-treatment count on 2026-12-01"),
        ([old, {**new, "code": "old"}], "old stands twice"),
        ([{**old, "valid_until": "2014-01-01"}, new], "old ends before it begins"),
    ):
        with pytest.raises(ValueError, match=said):
            read([*lines, *wrong])


def test_a_deletion_points_to_a_paragraph_that_allows_deletion() -> None:
    assert chosen("hpl-44-deletion", Kind.DELETION, _NOON).reference == "helsepersonelloven § 44"
    assert basis(Kind.RETENTION, _NOON).years == 10
    for code in ("hpl-45a-summary", "hpl-99-deletion", ""):
        with pytest.raises(NoSuchBasis):
            chosen(code, Kind.DELETION, _NOON)
