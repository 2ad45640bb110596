"""What leaves the ward of medicines given: one line each, in Norwegian, under what was found and done."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import local
from journal.queries.medication.of_encounter import given_in
from journal.queries.medication.view import PageAdministration
from journal.rules.summary import SummaryGiven

_ROUTES = {
    "oral": "peroralt",
    "sublingual": "under tungen",
    "buccal": "i munnhulen",
    "inhaled": "inhalert",
    "nebulised": "på forstøver",
    "nasal": "nasalt",
    "rectal": "rektalt",
    "intramuscular": "intramuskulært",
    "intravenous": "intravenøst",
    "subcutaneous": "subkutant",
    "topical": "utvortes",
}
_HOW = {"given": "", "vomited": "kastet opp", "refused": "ville ikke ha", "not-given": "ikke gitt"}


async def given_here(session: AsyncSession, encounter_id: str) -> tuple[SummaryGiven, ...]:
    """As it stands now: what was put right stands in its last version, and what was never so is not told."""
    return tuple(
        _given(each)
        for each in reversed(await given_in(session, encounter_id))
        if each.stands and each.status != "entered-in-error"
    )


def _given(each: PageAdministration) -> SummaryGiven:
    whose = f"ordinert av {each.ordered_by}" if each.ordered_by else f"delegering {each.standing_code}"
    route, how = _ROUTES[each.route], _HOW[each.outcome]
    told = (f"{each.words}, {route}", how, whose, each.remark)
    return SummaryGiven(
        status=each.status,
        medication=each.medication,
        dose=each.dose,
        unit=each.unit,
        route=route,
        at=each.given_at,
        by=each.by,
        whose=whose,
        how=how,
        remark=each.remark,
        words=f"{local(each.given_at):%H:%M} " + ", ".join(filter(None, told)) + ".",
    )
