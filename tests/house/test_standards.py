"""The table of standards is true: every file and test it names exists, and nothing is met without a test."""

from __future__ import annotations

from tests.house.named_in_docs import missing, named, rows
from tests.house.source import listed

PAGE = "docs/standards.md"
STATES = ("met", "part", "open")


def test_every_file_and_test_that_the_table_names_exists() -> None:
    faults = [
        f"{row.place} {name}" for row in rows(PAGE) for cell in row.cells.values() for name in named(cell)
        if missing(name)
    ]  # fmt: skip

    assert not faults, listed(faults, "name what is there now, or say that the rule is open")


def test_what_is_met_or_half_met_names_where_and_its_test() -> None:
    faults = [
        row.place
        for row in rows(PAGE)
        if not row.cells["State"].startswith("open")
        and not (named(row.cells["Where"]) and any("::" in name for name in named(row.cells["Test"])))
    ]

    assert not faults, listed(faults, "a rule without a test is open")


def test_every_rule_is_met_open_or_says_what_is_missing() -> None:
    states = [(row.place, row.cells["State"].partition(":")) for row in rows(PAGE)]
    faults = [
        f"{place} {state}"
        for place, (state, _, why) in states
        if state not in STATES or (state != "met" and not why.strip())
    ]

    assert not faults, listed(faults, "write met, `part: what is missing` or `open: why`")
    assert len(states) > 30
