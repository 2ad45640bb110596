"""Identified, merged, moved, undone in any order: everybody is one person; undoing all is the start."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.wiring import reactions
from core.clock import utc_now
from core.errors import Refused
from core.patients.encounter import OPEN
from core.patients.identity_tables import IdentityChange, SimilarName
from core.patients.similar_names import Named, similar
from core.patients.tables import Encounter, Patient, PatientIdentifier
from core.settings import Settings
from core.store.database import Database
from core.store.work import Store
from tests.cast import Cast, move_in
from tests.core.patients.identity.hand import Hand

who = st.integers(0, 4)
number = st.sampled_from(["AB1234567", "CD7654321"])
names = st.sampled_from([("Kari", "Moe"), ("Karin", "Moe"), ("Ola", "Berg"), ("Kåre", "Moe")])
steps = st.lists(
    st.one_of(
        st.tuples(st.just("name"), who, names),
        st.tuples(st.just("number"), who, number),
        st.tuples(st.just("merge"), who, st.tuples(who, st.sampled_from(["this", "other"]))),
        st.tuples(st.just("move"), who, st.one_of(st.none(), who)),
        st.tuples(st.just("undo"), who, st.integers(0, 5)),
    ),
    max_size=9,
)


def test_undoing_everything_gives_the_start_and_meanwhile_everybody_is_one_person(
    database_url: str, settings_for: Callable[..., Settings]
) -> None:
    cast = asyncio.run(_move_in(database_url))
    made: list[str] = []

    @settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
    @given(steps)
    def play(chosen: list[tuple[str, int, Any]]) -> None:
        made.extend(asyncio.run(_play(database_url, settings_for(database_url), cast, chosen)))

    play()

    assert {"name", "number", "merge", "move", "undo"} <= set(made)  # each was done, not only refused


async def _move_in(url: str) -> Cast:
    store = Store(Database(url), utc_now)
    cast = await move_in(store)
    await store.drain()
    return cast


async def _play(
    url: str, chosen_settings: Settings, cast: Cast, chosen: list[tuple[str, int, Any]]
) -> list[str]:
    store = Store(Database(url), utc_now, reactions(chosen_settings))
    ward, made = Hand(store, cast), []
    try:
        came = [await ward.check_in(called=f"Pasient {number}") for number in range(5)]
        for each in came[3:]:
            await ward.leave(each.id)
        ids = [each.id for each in came]
        start = await ward.everything()
        for what, one, more in chosen:
            try:
                await _step(ward, ids, what, one, more)
                made.append(what)
            except Refused:
                pass
            await _require_sound(ward)
        for change in await store.read(_not_undone, ids):
            await ward.undo(change.encounter_id, change.id)
        assert await ward.everything() == start
        await _require_sound(ward)
        for each in came[:3]:
            await ward.leave(each.id)
    finally:
        await store.drain()
    return made


async def _step(ward: Hand, ids: list[str], what: str, one: int, more: Any) -> None:
    encounter = ids[one]
    if what == "name":
        await ward.identify(encounter, given=more[0], family=more[1])
    elif what == "number":
        await ward.identify(encounter, foreign_number={"kind": "passport", "country": "DE", "value": more})
    elif what == "merge":
        other, keep = more
        await ward.merge(encounter, (await ward.encounter(ids[other])).patient_id, keep)
    elif what == "move":
        to = None if more is None else (await ward.encounter(ids[more])).patient_id
        await ward.split(encounter, to)
    else:
        changes = await ward.store.read(_not_undone, ids)
        if changes:
            chosen = changes[more % len(changes)]
            await ward.undo(chosen.encounter_id, chosen.id)


async def _not_undone(session: AsyncSession, ids: list[str]) -> list[IdentityChange]:
    undoing = aliased(IdentityChange)
    found = await session.execute(
        select(IdentityChange)
        .outerjoin(undoing, undoing.undoes == IdentityChange.number)
        .where(
            IdentityChange.kind != "undone",
            undoing.number.is_(None),
            IdentityChange.encounter_id.in_(ids),
        )
        .order_by(IdentityChange.number.desc())
    )
    return list(found.scalars())


async def _require_sound(ward: Hand) -> None:
    lost, twice, orphans, here, noted = await ward.store.read(_unsound)
    assert (lost, twice, orphans) == (0, 0, 0)
    alike = {id for id, one in here.items() if any(similar(one, two) for o, two in here.items() if o != id)}
    assert noted == alike


async def _unsound(session: AsyncSession) -> tuple[int, int, int, dict[str, Named], set[str]]:
    active = select(Patient.id).where(Patient.active)
    lost = await session.scalar(
        select(func.count()).select_from(Encounter).where(Encounter.patient_id.not_in(active))
    )
    twice = (
        await session.execute(
            select(Encounter.patient_id)
            .where(Encounter.status.in_(OPEN))
            .group_by(Encounter.patient_id)
            .having(func.count() > 1)
        )
    ).all()
    orphans = await session.scalar(
        select(func.count()).select_from(PatientIdentifier).where(PatientIdentifier.patient_id.not_in(active))
    )
    here = await session.execute(
        select(Encounter.id, Patient.given, Patient.family, Patient.called, Patient.birth_date)
        .join(Patient, Patient.id == Encounter.patient_id)
        .where(Encounter.status.in_(OPEN))
    )
    noted = (await session.execute(select(SimilarName.encounter_id))).scalars()
    return lost or 0, len(twice), orphans or 0, {id: Named(*rest) for id, *rest in here}, set(noted)
