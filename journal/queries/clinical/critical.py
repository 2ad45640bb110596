"""The patient's critical information: what was written down here and what the national record says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from core.patients.tables import Encounter
from journal.clinical_tables import ClinicalLookup, CriticalInformation, critical_rows, lookup_of
from journal.queries.clinical.register import names_of, register_of
from journal.queries.clinical.view import (
    PageCritical,
    PageCriticalLine,
    PageCriticalVersion,
    PageNoneKnown,
    facts,
)
from journal.rules.clinical.critical import NONE_KNOWN, newest, nothing_known, standing, state


async def critical_of(session: AsyncSession, encounter: Encounter) -> PageCritical:
    """The banner, with source and age of each line."""
    versions = await critical_rows(session, encounter)
    row = await lookup_of(session, encounter.patient_id, "kjernejournal")
    outside = _outside(row)
    names = await names_of(session, [each.recorded_by for each in versions])
    counts = newest(versions)
    on = standing(versions)
    off = [each for each in counts.values() if each.kind != NONE_KNOWN and each not in on]
    none = nothing_known(versions) if not outside else None
    return PageCritical(
        state=state(versions, told_outside=bool(outside)),
        lines=(*(_line(each, versions, names) for each in on), *outside),
        none_known=PageNoneKnown(source=none.source, by=names[none.recorded_by], at=none.recorded_at)
        if none
        else None,
        removed=tuple(_line(each, versions, names) for each in off),
        looked_up=await register_of(session, row, "kjernejournal"),
    )


def _line(
    row: CriticalInformation, versions: Sequence[CriticalInformation], names: Mapping[str, str]
) -> PageCriticalLine:
    before = [each for each in versions if each.item_id == row.item_id and each is not row]
    return PageCriticalLine.model_validate(
        facts(PageCriticalLine, row)
        | {"id": row.item_id, "version": row.number, "by": names[row.recorded_by], "at": row.recorded_at}
        | {
            "history": tuple(
                PageCriticalVersion.model_validate(
                    facts(PageCriticalVersion, each, by=names[each.recorded_by], at=each.recorded_at)
                )
                for each in reversed(before)
            )
        }
    )


def _lines(row: ClinicalLookup) -> list[dict[str, str]]:
    return list(row.answer["lines"]) if row.answer else []


def _outside(row: ClinicalLookup | None) -> tuple[PageCriticalLine, ...]:
    told = _lines(row) if row else []
    return tuple(
        PageCriticalLine.model_validate(
            {"version": None, "source": "national-record", "by": None, "at": None, **each}
        )
        for each in told
    )
