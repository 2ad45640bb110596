"""All charts that were typed, and what is asked of a scale that claims to be one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tests.triage.rules.scales.typed.beside_triage import GCS, QSOFA
from tests.triage.rules.scales.typed.news2 import NEWS2, SCALE_2_ON_AIR, SCALE_2_ON_OXYGEN
from tests.triage.rules.scales.typed.sats import SATS
from tests.triage.rules.scales.typed.sheet import Sheet, faults, spo2_scale_2
from triage.rules.scales.scale import Scale

CHARTS: Mapping[str, Sheet] = {sheet.scale: sheet for sheet in (SATS, NEWS2, QSOFA, GCS)}


def differences(id: str, scale: Scale) -> Iterator[str]:
    """Everything in which the scale differs from the chart of this name."""
    yield from faults(CHARTS[id], scale)
    if id == "news2":
        yield from spo2_scale_2(scale, SCALE_2_ON_AIR, SCALE_2_ON_OXYGEN)
