"""The staff wall as the server draws it: useful without script, nobody missing, nothing it must not show."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from app.screens import show
from app.screens.wall.page import wall
from app.screens.wall.paging import ROWS
from tests.app.screens import ward
from tests.app.screens.markup import Node, by_id, keys, pick, read, slot, visible, words
from triage.queries.board_row import Board, BoardRow
from triage.rules.unit.zones import Zone


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

    assert {"p:e-1", "p:e-2"} <= set(tiles(page))


def test_a_room_with_somebody_waiting_is_not_free() -> None:
    page = drawn(ward.board(ward.row("e-1", "Per K.", 58, "Kutt", place="Rom 3"), rooms=("Rom 3", "Rom 4")))

    assert "Per K." in words(tiles(page)["r:Rom 3"])
    assert "free" in tiles(page)["r:Rom 4"].get("class")
    assert slot(page, "rooms_used") == "1"


def test_the_most_urgent_stand_on_every_page() -> None:
    page = drawn(ward.board())

    assert len(keys(page, "rows")) == ROWS
    assert slot(page, "paging") == "Viser 11 · 4 grønne/blå på side 2"
    assert {"e-11", "e-12", "e-13"} <= set(keys(page, "rows"))


def test_eleven_rows_need_no_second_page() -> None:
    page = drawn(ward.board(*(ward.row(f"e-{n}", "Per K.", 58, "Kutt") for n in range(10, 21))))

    assert len(keys(page, "rows")) == 11
    assert slot(page, "paging") == ""


def crowd(urgent: int, others: int) -> Board:
    """So many of level 2, and so many who can wait."""
    rows = [ward.row(f"u-{n}", "Per K.", 58, "Tung pust", level=2) for n in range(urgent)]
    rows += [ward.row(f"o-{n}", "Kari N.", 66, "Feber", level=4) for n in range(others)]
    return ward.board(*rows)


@pytest.mark.parametrize(
    ("urgent", "others", "shown", "tight", "paging"),
    [
        (8, 4, 11, "", "Viser 11 · 1 grønn på side 2"),
        (12, 1, 13, "tight", ""),
        (15, 0, 15, "tight", ""),
        (15, 9, 22, "tighter", "Viser 22 · 2 grønne på side 2"),
        (40, 9, 44, "crowd", "Viser 44 · side 1 av 3 · 5 grønne på de andre"),
    ],
)
def test_the_most_urgent_are_never_on_a_page_that_is_not_shown(
    urgent: int, others: int, shown: int, tight: str, paging: str
) -> None:
    page = drawn(crowd(urgent, others))

    seen = keys(page, "rows")
    assert (len(seen), sum(key.startswith("u-") for key in seen)) == (shown, urgent)
    assert by_id(page, "waiting-table").get("class") == tight
    assert (slot(page, "paging"), slot(page, "alarm")) == (paging, "")


def test_those_for_whom_no_letters_are_small_enough_are_counted_in_a_bar() -> None:
    page = drawn(crowd(60, 9))

    assert len(keys(page, "rows")) == 44
    assert slot(page, "alarm") == "25 får ikke plass på tavla – se køen"
    assert visible(by_id(page, "alarm"))


def test_a_board_that_lacks_somebody_says_so_where_nobody_overlooks_it() -> None:
    page = drawn(ward.board(ward.row("e-1", "Per K.", 58, "Kutt"), count=3))

    assert slot(page, "alarm") == "2 pasienter mangler på tavla – se køen"
    assert slot(drawn(ward.board(ward.row("e-1", "Per K.", 58, "Kutt"), count=2)), "alarm").startswith(
        "1 pasient"
    )
    assert not visible(by_id(drawn(ward.board()), "alarm"))


ZONES = (
    Zone(id="akutt", name="Akutt", rooms=("Akutt 1", "Akutt 2"), waiting=(0, 1, 2)),
    Zone(id="pol", name="Poliklinikk", rooms=ward.ROOMS[2:], waiting=(3, 4, 5)),
)


def test_a_wall_of_a_zone_shows_its_own_and_counts_the_others() -> None:
    page = drawn(ward.board(zones=ZONES), zone="akutt")

    assert keys(page, "rows") == ["e-11", "e-26", "e-27", "e-28"]
    assert list(tiles(page)) == ["p:e-31", "r:Akutt 2", "p:e-40"]
    assert (slot(page, "heading"), slot(page, "subtitle")) == (
        "Akutt",
        "Nordvik legevakt · 19 på andre tavler",
    )
    assert (slot(page, "count_1"), slot(page, "count_3"), slot(page, "rooms_of")) == ("1", "0", "av 2")
    assert slot(page, "expected") == "21:58"  # who is only expected is on every wall


def test_the_walls_of_all_zones_together_show_everybody() -> None:
    board = ward.board(zones=ZONES)
    shown = [drawn(board, zone=zone.id) for zone in ZONES]

    seen = {row.get("data-id") for page in shown for row in by_id(page, "rows")}
    seen |= {key.removeprefix("p:") for page in shown for key in tiles(page)}
    assert {row.id for row in board.rows if row.status != "planned"} <= seen


def test_a_wall_of_a_zone_that_is_gone_shows_the_whole_ward() -> None:
    page, whole = drawn(ward.board(zones=ZONES), zone="nedlagt"), drawn(ward.board(zones=ZONES))

    assert keys(page, "rows") == keys(whole, "rows")
    assert slot(page, "heading") == "Nordvik legevakt"


def test_columns_the_unit_left_out_are_not_shown() -> None:
    page = drawn(ward.board(columns=("place", "staff")))

    assert by_id(page, "waiting-table").get("class") == "no-flags no-next"


def test_where_rooms_are_many_the_free_ones_stand_in_one_tile() -> None:
    page = drawn(ward.board(*(ward.treated(f"e-{n}", f"Rom {n}", 30, "Migrene", 5) for n in range(1, 7))))

    free = "Akutt 1, Akutt 2, Rom 7, Rom 8, Rom 9, Obs 1, Obs 2, Obs 3, Obs 4"
    whole = free.replace(" ", "\u00a0").replace(",\u00a0", ", ")  # a name is not broken at the end of a line
    rest = tiles(page)["rest"]
    assert words(rest) == f"Ledig: 9 rom{free}"
    assert whole in rest.text_content()


def test_an_ambulance_is_announced_with_its_level_when_somebody_has_set_one() -> None:
    coming = ward.planned().model_copy(update={"by_ambulance": True, "level": 2})
    page = drawn(ward.board(coming))

    assert slot(page, "expected_label") == "Ambulanse på vei inn"
    assert "Hastegrad Oransje" in words(pick(page, "//footer")[0])
    assert not visible(pick(drawn(ward.board(ward.planned())), "//*[@data-show='has_level']")[0])


def test_who_never_came_hides_nobody_and_an_ambulance_stands_before_appointments() -> None:
    def coming(id: str, hours: float, **more: Any) -> BoardRow:
        at = ward.NOW.replace(second=0) + timedelta(hours=hours)
        return ward.planned().model_copy(update={"id": id, "arrived_at": at, **more})

    never, soon, ambulance = coming("e-1", -20), coming("e-2", 1), coming("e-3", 2, by_ambulance=True)

    def said(*rows: BoardRow) -> list[str]:
        page = drawn(ward.board(*rows))
        return [slot(page, "expected"), slot(page, "expected_note")]

    assert said(never, soon) == [show.clock(soon.arrived_at), "M 55 +1"]
    assert said(never, soon, ambulance) == [show.clock(ambulance.arrived_at), "M 55 +2"]
    assert said(never) == [show.clock(never.arrived_at), "M 55"]


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
