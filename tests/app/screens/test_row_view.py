"""One patient as words: what the row says about waiting, being late, and being looked at again."""

from __future__ import annotations

from typing import Any

import pytest

from app.screens.row_view import Next, Wait, is_late, row_view
from app.screens.texts import texts
from tests.app.screens import ward

NB = texts("nb")


def _wait(**more: Any) -> Wait:
    return row_view(ward.row("e-1", "Olav H.", 84, "Tung pust", **more), now=ward.NOW, t=NB).wait


def test_a_patient_within_the_deadline_has_waited_six_of_ten_minutes() -> None:
    assert _wait(level=2, waited=6) == Wait(text="6 min", note="av 10", state="", bar="p-60")


@pytest.mark.parametrize(
    ("level", "waited", "expected"),
    [
        (3, 47.9, Wait(text="47 min", note="av 60", state="", bar="p-78")),
        (3, 48, Wait(text="48 min", note="av 60", state="near", bar="p-80")),
        (3, 60.5, Wait(text="1 t 00", note="av 60", state="near", bar="p-100")),
        (3, 61, Wait(text="1 t 01", note="+1 over", state="late", bar="p-100")),
        (4, 200, Wait(text="3 t 20", note="+1 t 20 over", state="late long", bar="p-100")),
        (1, 0.4, Wait(text="0 min", note="straks", state="near", bar="p-100")),
        (1, 1, Wait(text="1 min", note="+1 over", state="late", bar="p-100")),
        (None, 9, Wait(text="9 min", note="på triage", state="", bar="")),
    ],
)
def test_the_wait_is_outlined_near_the_deadline_and_inverted_past_it(
    level: int | None, waited: float, expected: Wait
) -> None:
    assert _wait(level=level, waited=waited) == expected


def test_a_level_without_a_deadline_shows_only_the_time() -> None:
    assert _wait(level=4, waited=30, target_at=None, target_minutes=None) == Wait(
        text="30 min", note="", state="", bar=""
    )


def test_who_is_on_the_way_shows_when_to_expect_them() -> None:
    view = row_view(ward.planned(), now=ward.NOW, t=NB)

    assert (view.wait.text, view.wait.note) == ("21:58", "ventes")


def test_a_doctor_ends_the_waiting_and_the_being_late() -> None:
    taken = ward.treated("e-1", "Rom 4", 79, "Fall, hofte", 51)

    assert row_view(taken, now=ward.NOW, t=NB).wait == Wait(text="51 min", note="hos lege", state="", bar="")
    assert not is_late(taken, ward.NOW)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"continuous": True}, Next(text="Løpende", note="overvåkes", state="")),
        ({"next_in": 4}, Next(text="21:51", note="om 4 min", state="")),
        ({"next_in": -2}, Next(text="21:45", note="2 min over", state="late")),
        ({}, Next(text="", note="", state="")),
    ],
)
def test_the_next_look_is_empty_until_it_is_decided(more: dict[str, Any], expected: Next) -> None:
    row = ward.row("e-1", "Olav H.", 84, "Tung pust", **more)

    assert row_view(row, now=ward.NOW, t=NB).next == expected


def test_at_most_two_notes_are_shown_and_the_rest_is_counted() -> None:
    row = ward.row("e-1", "Emil T.", 0, "Tung pust", flags=("infant", "infection", "allergy", "fall"))

    view = row_view(row, now=ward.NOW, t=NB)

    assert (view.flags, view.more_flags) == (("infant", "infection"), "+2")


def test_by_number_only_no_name_is_in_the_view() -> None:
    view = row_view(ward.waiting()[0], now=ward.NOW, t=NB, name_mode="number")

    assert view.name == "T 11"
    assert "Ingrid" not in str(view)
