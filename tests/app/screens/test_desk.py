"""The desk as the server draws it: everybody who is here, and only what the reader may do."""

from __future__ import annotations

import pytest

from app.screens.desk import desk
from core.ids import Actor
from tests.app.screens import record, ward
from tests.app.screens.markup import Node, by_id, keys, pick, read, visible, words


def drawn(me: Actor) -> Node:
    source = desk(
        ward.board(),
        me=me,
        gps=(),
        language="nb",
        websocket_path="/ws/units/nordvik/board",
        asset_version="v1",
    )
    return read(source)


def row(page: Node, id: str) -> Node:
    return next(each for each in by_id(page, "rows") if each.get("data-id") == id)


def offered(page: Node, id: str) -> set[str]:
    buttons = pick(row(page, id), ".//td[@class='acts']/*[not(@data-act='more')]")
    return {words(button) for button in buttons if visible(button)}


def test_everybody_is_on_the_list() -> None:
    page = drawn(record.NURSE)

    assert keys(page, "rows") == [each.id for each in ward.board().rows]


@pytest.mark.parametrize(
    ("me", "id", "expected"),
    [
        (record.NURSE, "e-12", {"Triager", "Sett til"}),
        (record.DOCTOR, "e-12", {"Triager", "Ta pasient"}),
        (record.DOCTOR, "e-31", {"Triager"}),  # a colleague has the patient
        (record.NURSE, "e-41", {"Ankommet"}),  # on the way
    ],
)
def test_only_what_is_possible_is_offered(me: Actor, id: str, expected: set[str]) -> None:
    assert offered(drawn(me), id) == expected


def test_two_fields_are_enough_to_check_in() -> None:
    fields = pick(drawn(record.NURSE), "//form[@id='arrival']//*[@required]")

    assert [field.get("name") for field in fields] == ["called", "complaint"]


def test_every_field_has_a_label() -> None:
    page = drawn(record.NURSE)

    fields = pick(page, "//form//input[not(@type='radio' or @type='checkbox')] | //form//select")
    labelled = {label.get("for") for label in pick(page, "//label[@for]")}
    assert [field.get("id") for field in fields if field.get("id") not in labelled] == []


def test_the_room_of_each_patient_is_chosen_in_the_list() -> None:
    chosen = pick(row(drawn(record.NURSE), "e-12"), ".//option[@selected]")

    assert [option.text for option in chosen] == ["Rom 7"]
