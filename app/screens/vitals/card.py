"""Everything of measuring, observing and giving that the page of one patient is drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import get_args

from app.screens import chart
from app.screens.row_view import alarm_of
from app.screens.texts import Texts
from app.screens.vitals import given, measured, observed
from journal.queries.medication.view import PageStandingOrder
from journal.queries.page import EncounterPage
from journal.rules.medication.standing import DoseUnit, Route


def measured_card(
    page: EncounterPage, offers: Sequence[PageStandingOrder], *, now: datetime, t: Texts
) -> dict[str, object]:
    """What the templates of these cards read."""
    return {
        "lines": chart.lines(page.vital_signs, t),
        "span": chart.span(page.vital_signs),
        "sign_fields": measured.fields(t),
        "awake": measured.AWAKE,
        "rounds": measured.round_views(page.measurements, t),
        "observation": observed.observation_view(page.observation, now=now, t=t),
        "observing": observed.choices(),
        "alarm": alarm_of(page.alarm, now=now, t=t),
        "given": given.given_views(page.administrations, t),
        "offers": given.offer_views(offers, t),
        "dose_units": get_args(DoseUnit),
        "routes": get_args(Route),
    }
