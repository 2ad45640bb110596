"""The staff wall as the server draws it: useful without script, nobody missing, nothing it must not show."""

from __future__ import annotations

import re
from typing import Any

import pytest

from app.screens.wall import ROWS, wall
from tests.app.screens import ward
from tests.app.screens.markup import Node, by_id, keys, pick, read, slot, visible, words
from triage.queries.board_row import Board


def drawn(board: Board, **more: Any) -> Node:
    options: dict[str, Any] = {
        "language": "nb", "theme": "dark", "name_mode": "name", "asset_version": "v1",
        "websocket_path": "/ws/units/nordvik/board",
    }  # fmt: skip
    return read(wall(board, **(options | more)))


def tiles(page: Node) -> dict[str, Node]:
    return {tile.get("data-id"): tile for tile in by_id(page, "rooms")}


def test_the_wall_shows_who_waits_and_who_is_treated() -> None:
    page = drawn(ward.board())

    assert keys(page, "rows")[0] == "e-11"
    assert (slot(page, "waiting"), slot(page, "for_triage"), slot(page, "treated")) == ("12", "3", "10")


def test_nobody_vanishes_from_the_wall() -> None:
    board = ward.board()

    page = drawn(board)

    rows = {row.get("data-id") for row in by_id(page, "rows")}
    seen = rows | {key.removeprefix("p:") for key in tiles(page) if key.startswith("p:")}
    assert {row.id for row in board.rows if row.status != "planned"} == seen


def test_a_patient_with_a_doctor_but_no_room_gets_a_tile() -> None:
    page = drawn(ward.board(ward.treated("e-40", None, 52, "Allergisk reaksjon", 7)))

    assert "Uten rom" in words(tiles(page)["p:e-40"])


def test_two_patients_in_one_room_are_both_shown() -> None:
    page = drawn(
        ward.board(
            ward.treated("e-1", "Rom 1", 30, "Migrene", 5), ward.treated("e-2", "Rom 1", 40, "Feber", 6)
        )
    )

    assert keys(page, "rooms")[2:4] == ["p:e-1", "p:e-2"]


def test_a_room_with_somebody_waiting_is_not_free() -> None:
    page = drawn(ward.board(ward.row("e-1", "Per K.", 58, "Kutt", place="Rom 3"), rooms=("Rom 3", "Rom 4")))

    assert "Per K." in words(tiles(page)["r:Rom 3"])
    assert "free" in tiles(page)["r:Rom 4"].get("class")
    assert slot(page, "rooms_used") == "1"


def test_the_most_urgent_stand_on_every_page() -> None:
    page = drawn(ward.board())

    assert len(keys(page, "rows")) == ROWS
    assert slot(page, "paging") == "Viser 11 av 15 · side 1 av 2"
    assert {"e-11", "e-12", "e-13"} <= set(keys(page, "rows"))


def test_eleven_rows_need_no_second_page() -> None:
    page = drawn(ward.board(*(ward.row(f"e-{n}", "Per K.", 58, "Kutt") for n in range(10, 21))))

    assert len(keys(page, "rows")) == 11
    assert slot(page, "paging") == ""


def test_twelve_most_urgent_do_not_push_the_others_off_for_good() -> None:
    urgent = [ward.row(f"e-{n}", "Per K.", 58, "Tung pust", level=2) for n in range(10, 22)]

    page = drawn(ward.board(*urgent, ward.row("e-30", "Kari N.", 66, "Feber", level=3)))

    assert len(keys(page, "rows")) == ROWS
    assert slot(page, "paging") == "Viser 11 av 13 · side 1 av 2"


def test_an_empty_ward_says_so() -> None:
    page = drawn(ward.board(ward.treated("e-1", "Rom 1", 30, "Migrene", 5)))

    assert visible(pick(page, "//*[@data-show='nobody']")[0])
    assert slot(page, "longest") == "–"


def test_figures_that_are_not_measured_yet_are_a_dash() -> None:
    board = ward.board()
    nothing = board.figures.model_copy(update={"median_minutes_to_doctor": None, "share_within_target": None})

    page = drawn(board.model_copy(update={"figures": nothing}))

    assert (slot(page, "median"), slot(page, "share"), slot(page, "share_unit")) == ("–", "–", "")


def test_the_footer_counts_who_is_past_the_deadline() -> None:
    page = drawn(ward.board())

    assert (slot(page, "overdue"), slot(page, "longest"), slot(page, "expected")) == ("2", "2 t 10", "21:58")


@pytest.mark.parametrize(("levels", "hidden"), [((3, 4), True), ((3, 5), False)])
def test_a_fifth_level_is_counted_only_where_it_is_used(levels: tuple[int, int], hidden: bool) -> None:
    page = drawn(ward.board(*(ward.row(f"e-{n}", "Per K.", 58, "Kutt", level=n) for n in levels)))

    assert visible(pick(page, "//*[@data-show='has_5']")[0]) is not hidden


def test_by_number_only_no_name_is_drawn() -> None:
    page = drawn(ward.board(), name_mode="number")

    shown = " ".join(words(part) for part in pick(page, "//header | //main | //footer"))
    names = [row.name for row in ward.board().rows if row.status != "planned"]
    assert [name for name in names if name in shown] == []


def test_a_name_cannot_become_markup() -> None:
    evil = "</script><script>alert(1)</script>"

    source = wall(
        ward.board(ward.row("e-1", evil, 40, evil)),
        language="nb",
        theme="dark",
        name_mode="name",
        websocket_path="/ws",
        asset_version="v1",
    )

    assert evil not in source
    assert source.count("<script") == 3


def test_every_row_says_its_level_in_words_too() -> None:
    page = drawn(ward.board())

    marks = pick(page, "//tbody//*[contains(@class, 'markwrap')]")
    assert len(marks) == 15
    assert [each for each in marks if not re.search(r"(\d|\?)(Hastegrad) \w", words(each))] == []
