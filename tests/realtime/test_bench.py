"""The benchmarks run: every way is measured and every change arrives. No figure is judged."""

from __future__ import annotations

import re

import pytest

from scripts.bench import country, fanout, servers


def rows(printed: str) -> dict[str, str]:
    """The lines of the printed tables, by what stands first in them."""
    lines = (line.strip("| ") for line in printed.splitlines() if line.startswith("|"))
    return {re.split(r"\s*\|", line)[0]: line for line in lines}


def test_ours_and_the_floor_are_measured_beside_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    fanout.main(["--quick", "--screens", "6"])

    printed = capsys.readouterr().out
    assert "| 100.0% |" in re.sub(r" +", " ", rows(printed)["legevakt"])
    assert "| 100.0% |" in re.sub(r" +", " ", rows(printed)["broadcast()"])
    assert "6 of 6 screens had their picture" in printed


def test_a_way_through_asgi_is_measured_beside_the_direct_one(capsys: pytest.CaptureFixture[str]) -> None:
    servers.main(["--quick"])

    measured = rows(capsys.readouterr().out)
    assert "100.0%" in measured["serve"]
    assert "100.0%" in measured["sansio"]


def test_a_small_country_is_played_until_it_is_told_to_stop(capsys: pytest.CaptureFixture[str]) -> None:
    country.main(["--quick"])

    printed = capsys.readouterr().out
    assert "12 screens of 3 wards had their picture" in printed
    assert {"changes/s", "22"} <= rows(printed).keys()
