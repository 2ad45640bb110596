"""The table of the law is whole and true: all demands are there; what is met names its file and its test."""

from __future__ import annotations

from tests.house.named_in_docs import missing, named, rows
from tests.house.source import listed

PAGE = "docs/law.md"


def test_every_demand_of_the_law_has_its_row() -> None:
    assert [row.cells["#"] for row in rows(PAGE)] == [f"L{number}" for number in range(1, 25)]


def test_every_file_and_test_that_the_table_names_is_there() -> None:
    faults = [
        f"{row.place} {name}"
        for row in rows(PAGE)
        for cell in row.cells.values()
        for name in named(cell)
        if missing(name)
    ]

    assert not faults, listed(faults, "name what is there now, or say that the demand is open")


def test_what_is_met_names_where_and_a_test_and_what_is_open_says_what_is_missing() -> None:
    faults = [
        row.place
        for row in rows(PAGE)
        if not (
            row.cells["State"].startswith("open: ")
            or (
                row.cells["State"] == "met"
                and named(row.cells["Where"])
                and any("::" in name for name in named(row.cells["Held by"]))
            )
        )
    ]

    assert not faults, listed(faults, "a demand without a test is open")
