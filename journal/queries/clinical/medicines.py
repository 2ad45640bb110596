"""The patient's medicines as this contact sees them: what was answered here, and what is still a claim."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from core.patients.tables import Encounter
from journal.clinical_tables import lookup_of, medicine_lines
from journal.queries.clinical.register import names_of, register_of
from journal.queries.clinical.view import PageMedicine, PageMedicines, facts


async def medicines_of(session: AsyncSession, encounter: Encounter) -> PageMedicines:
    """Every line, those written in this contact first; a line from elsewhere has version 0 until answered."""
    lookup = await lookup_of(session, encounter.patient_id, "medication-list")
    known = await medicine_lines(session, encounter)
    names = await names_of(session, [each.recorded_by for each in known if each.recorded_by])
    lines = tuple(
        PageMedicine.model_validate(
            facts(PageMedicine, each, by=names.get(each.recorded_by or ""), at=each.recorded_at)
            | {"here": each.version > 0}
        )
        for each in known
    )
    return PageMedicines(
        lines=lines,
        reconciled=bool(lines) and all(each.use or each.change for each in lines),
        changed=any(each.change for each in lines),
        looked_up=await register_of(session, lookup, "medication-list"),
    )
