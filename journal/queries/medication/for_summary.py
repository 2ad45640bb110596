"""What leaves the ward of medicines given: one line each, in Norwegian, under what was found and done."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import local
from journal.queries.medication.of_encounter import given_in
from journal.queries.medication.view import PageAdministration

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


async def given_words(session: AsyncSession, encounter_id: str) -> str | None:
    """E.g. `Legemidler på legevakten:` and a line for each dose; None when nothing was given or refused.

    As it stands now: what was put right stands in its last version, and what was never so is not told.
    """
    given = [
        each
        for each in reversed(await given_in(session, encounter_id))
        if each.stands and each.status != "entered-in-error"
    ]
    return "\n".join(["Legemidler på legevakten:", *map(_line, given)]) if given else None


def _line(each: PageAdministration) -> str:
    whose = f"ordinert av {each.ordered_by}" if each.ordered_by else f"delegering {each.standing_code}"
    told = (f"{each.words}, {_ROUTES[each.route]}", _HOW[each.outcome], whose, each.remark)
    return f"{local(each.given_at):%H:%M} " + ", ".join(filter(None, told)) + "."
