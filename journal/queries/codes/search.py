"""Codes found as they are typed (kodesøk): what is most common here tonight first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import local
from core.patients.need.blocks import nobody_is_shut_out
from core.patients.tables import Encounter
from core.text import Answer
from journal.code_tables import CodePack, PackedCode, PerformedCode, packs_on, usable_on
from journal.queries.common_diagnoses import LONGEST_VISIT
from journal.rules.codes.searching import searched, wanted
from journal.tables import Diagnosis

TONIGHT = timedelta(hours=12)
_LATELY = timedelta(days=30)


class FoundCode(Answer):
    """One code that may be chosen. `often` counts how many times it was set here in 30 days."""

    system: str
    version: str | None
    kind: str
    code: str
    display: str
    often: int


async def search_codes(
    session: AsyncSession, unit: str, kind: str, typed: str, *, now: datetime, most: int = 12
) -> tuple[FoundCode, ...]:
    """Codes of the packs that count today, in which all that is typed stands.

    Order: set here in the last 12 hours, in the last 30 days, the code itself, its beginning, that of
    a word. With nothing typed: the most used. Codes written in own words here are found too.
    """
    day = local(now).date()
    packs = {pack.id: pack for pack in (await packs_on(session, day)).values() if pack.kind == kind}
    words = wanted(typed)
    found = await _in_packs(session, packs, words, unit=unit, now=now, day=day, most=most)
    if kind == "diagnosis" and len(found) < most:
        closed = {pack.system for pack in packs.values() if pack.complete}
        found += await _in_own_words(session, closed, words, unit=unit, now=now)
    seen = {(each.system, each.code): each for each in reversed(found)}
    return tuple(each for each in found if seen[each.system, each.code] is each)[:most]


def _used(unit: str, kind: str, since: datetime, soon: datetime) -> Select[str, str, int, int]:
    """How often each code was set in the unit since then, and of that tonight."""
    row = Diagnosis if kind == "diagnosis" else PerformedCode
    times = func.count().label("times")
    tonight = func.count(case((row.set_at > soon, 1))).label("tonight")
    return (
        select(row.system.label("system"), row.code.label("code"), times, tonight)
        .join(Encounter, Encounter.id == row.encounter_id)
        .where(Encounter.unit_id == unit, Encounter.arrived_at > since - LONGEST_VISIT, row.set_at > since)
        .group_by(row.system, row.code)
    )


def _fits(words: Sequence[str]) -> list[ColumnElement[bool]]:
    return [PackedCode.searched.contains(word, autoescape=True) for word in words]


async def _in_packs(
    session: AsyncSession,
    packs: dict[str, CodePack],
    words: Sequence[str],
    *,
    unit: str,
    now: datetime,
    day: date,
    most: int,
) -> list[FoundCode]:
    if not packs:
        return []
    kind = next(iter(packs.values())).kind
    used = _used(unit, kind, now - _LATELY, now - TONIGHT).subquery()
    often, tonight = func.coalesce(used.c.times, 0), func.coalesce(used.c.tonight, 0)
    plain = [word.strip() for word in words]
    begins = case(
        (PackedCode.searched.startswith(f" {' '.join(plain)} ", autoescape=True), 0),
        (PackedCode.searched.startswith(f" {''.join(plain[:1])}", autoescape=True), 1),
        (PackedCode.searched.contains(f" {''.join(plain[:1])}", autoescape=True), 2),
        else_=3,
    )
    wish = (
        select(PackedCode.pack_id, PackedCode.code, PackedCode.display, often)
        .join(CodePack, CodePack.id == PackedCode.pack_id)
        .outerjoin(used, (used.c.system == CodePack.system) & (used.c.code == PackedCode.code))
        .where(PackedCode.pack_id.in_(packs), usable_on(day), *_fits(words))
        .order_by(tonight.desc(), often.desc(), begins, func.length(PackedCode.code), PackedCode.code)
        .limit(most)
    )
    if not words:
        wish = wish.where(often > 0)
    return [
        FoundCode(
            system=packs[pack].system,
            version=packs[pack].version,
            kind=kind,
            code=code,
            display=display,
            often=times,
        )
        for pack, code, display, times in await session.execute(wish)
    ]


async def _in_own_words(
    session: AsyncSession, closed: set[str], words: Sequence[str], *, unit: str, now: datetime
) -> list[FoundCode]:
    """Diagnoses that were written here without a pack, for a site that has none."""
    used = await session.execute(
        select(Diagnosis.system, Diagnosis.code, func.max(Diagnosis.display), func.count())
        .join(Encounter, Encounter.id == Diagnosis.encounter_id)
        .where(
            Encounter.unit_id == unit,
            Encounter.arrived_at > now - _LATELY - LONGEST_VISIT,
            Diagnosis.set_at > now - _LATELY,
            Diagnosis.version.is_(None),
            Diagnosis.system.not_in(closed),
            nobody_is_shut_out(Encounter.patient_id),
        )
        .group_by(Diagnosis.system, Diagnosis.code)
        .order_by(func.count().desc(), Diagnosis.code)
        .limit(500)
    )
    return [
        FoundCode(system=system, version=None, kind="diagnosis", code=code, display=display, often=times)
        for system, code, display, times in used
        if all(word in searched(code, display) for word in words)
    ]
