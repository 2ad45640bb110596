"""Units (enheter): setting up a legevakt, with the beginning of its logs."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from core.access.chain import BEGINNING
from core.access.tables import AccessLogHead
from core.errors import Conflict
from core.patients.tables import Unit
from core.store.event_log import EventCounter, new_epoch
from core.store.work import Work
from core.text import Request, ShortText


class UnitExists(Conflict):
    """There is a unit with that id already."""

    code = "unit-exists"


class NewUnit(Request):
    """A legevakt to set up. HER-ids are its entries in the national address register (Adresseregisteret)."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
    name: ShortText
    municipality: ShortText
    organisation_number: Annotated[str, Field(pattern=r"^\d{9}$")]
    her_id: Annotated[int, Field(ge=0, le=2**31 - 1)]
    parent_her_id: Annotated[int, Field(ge=0, le=2**31 - 1)]
    scale: ShortText = "sats"
    rooms: tuple[ShortText, ...] = ()
    choices: dict[str, Any] = Field(default_factory=dict)


async def add_unit(work: Work, unit: NewUnit) -> str:
    """Set up the unit and begin its event log and its access log."""
    if await work.session.get(Unit, unit.id) is not None:
        raise UnitExists(unit=unit.id)
    work.session.add(Unit(**{**unit.model_dump(), "rooms": list(unit.rooms)}))
    work.session.add(EventCounter(unit_id=unit.id, epoch=new_epoch(), seq=0))
    work.session.add(
        AccessLogHead(unit_id=unit.id, legal_entity=unit.organisation_number, seq=0, hash=BEGINNING)
    )
    return unit.id
