"""Every edge, limit, level, sign and rule of the carried scales against charts typed from the sources."""

from __future__ import annotations

import pytest

from scripts.mutation.run import survivors
from tests.triage.rules.scales.typed.charts import CHARTS, differences
from tests.triage.rules.scales.typed.sheet import pairs
from triage.rules.scales.brought.form import load_brought
from triage.rules.scales.brought.try_out import try_out
from triage.rules.scales.packs import scale, scales, text_of

# One in so many changes is tried at each run of the tests; `scripts/mutate_scales` tries them all.
SAMPLED = {"sats": 97, "news2": 31, "qsofa": 7, "gcs": 7}


@pytest.mark.parametrize("id", CHARTS)
def test_a_scale_says_what_its_chart_says(id: str) -> None:
    assert list(differences(id, scale(id))) == []


def test_every_scale_that_comes_with_the_program_has_a_typed_chart() -> None:
    assert set(CHARTS) == set(scales())


def test_the_charts_are_typed_with_decimals_around_their_edges() -> None:
    groups = [group for sheet in CHARTS.values() for group in sheet.columns.values()]
    typed = [value for group in groups for column in group.values() for value, _ in pairs(column.edges)]

    assert len(typed) > 300
    assert sum("." in value for value in typed) > 120


@pytest.mark.parametrize("id", CHARTS)
def test_a_wrong_cell_is_noticed(id: str) -> None:
    assert [str(change) for change in survivors(id, every=SAMPLED[id])] == []


@pytest.mark.parametrize("id", CHARTS)
def test_a_carried_scale_has_the_published_form_and_passes_its_own_test_cases(id: str) -> None:
    brought = load_brought(text_of(id))

    assert brought == scale(id)
    assert try_out(brought) == []
    assert len(brought.test_cases) >= 4
