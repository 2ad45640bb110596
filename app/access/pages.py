"""The addresses of the screens of access; what is shown is logged by what shows it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.pages import Language, pages_of, show
from app.screens import pages as screens
from core.http.call import EncounterPath, UnitPath, in_unit
from core.http.who import store_of
from core.ids import Actor
from core.patients.need.blocks import BlockList, blocks_of
from core.patients.need.control import Looking, Only, Somebody, colleagues_of, control
from core.patients.need.patients_view import who_has_seen
from core.patients.open_record import open_record
from core.patients.tables import Encounter, Patient, Unit

router = APIRouter(include_in_schema=False)
PatientPath = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]
_Shown = tuple[BlockList, str, str, str, tuple[Somebody, ...]]


@router.get("/encounters/{encounter_id}/blocks")
async def blocks_screen(encounter_id: EncounterPath, request: Request, language: Language = None) -> Response:
    """Whom the patient has blocked (sperringer)."""
    pages, store = pages_of(request), store_of(request)
    shown = pages.language(language)

    async def draw(actor: Actor) -> str:
        listed, patient, name, unit_name, colleagues = await open_record(
            store, _blocks, encounter_id, actor, what="blocks"
        )
        return screens.blocks(
            listed,
            encounter=encounter_id,
            patient=patient,
            name=name,
            colleagues=colleagues,
            me=actor,
            unit_name=unit_name,
            now=store.clock(),
            language=shown,
            asset_version=pages.asset_version,
        )

    return await show(request, shown, draw)


async def _blocks(session: AsyncSession, id: str, actor: Actor) -> _Shown:
    encounter = await session.get_one(Encounter, id)
    patient = await session.get_one(Patient, encounter.patient_id)
    unit = await session.get_one(Unit, encounter.unit_id)
    name = " ".join(filter(None, (patient.given, patient.family))) or patient.called
    return (
        await blocks_of(session, id, actor),
        patient.id,
        name,
        unit.name,
        await colleagues_of(session, unit.id),
    )


@router.get("/units/{unit}/access")
async def control_screen(
    unit: UnitPath,
    request: Request,
    *,
    contact: Annotated[str, Query(max_length=20)] = "",
    person: Annotated[str, Query(max_length=80)] = "",
    only: Only = "everything",
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    language: Language = None,
) -> Response:
    """Later control of who has opened what (kontroll)."""
    pages, store = pages_of(request), store_of(request)
    shown = pages.language(language)
    looking = Looking(
        contact=contact.strip() or None, person=person.strip() or None, only=only, before=before
    )

    async def draw(actor: Actor) -> str:
        in_unit(actor, unit)
        report = await store.write(actor, control, looking)
        place = await store.read(_unit, unit)
        return screens.control(
            report,
            looking,
            me=actor,
            unit_name=place.name,
            now=store.clock(),
            language=shown,
            asset_version=pages.asset_version,
        )

    return await show(request, shown, draw)


async def _unit(session: AsyncSession, unit: str) -> Unit:
    return await session.get_one(Unit, unit)


@router.get("/patients/{patient_id}/access-log")
async def who_has_seen_screen(
    patient_id: PatientPath, request: Request, language: Language = None
) -> Response:
    """Who has seen the record, to print for the patient (innsyn)."""
    pages, store = pages_of(request), store_of(request)
    shown = pages.language(language)

    async def draw(actor: Actor) -> str:
        listed = await store.write(actor, who_has_seen, patient_id)
        return screens.who_has_seen(
            listed, now=store.clock(), language=shown, asset_version=pages.asset_version
        )

    return await show(request, shown, draw)
