"""HTTP of templates and phrases (maler og fraser)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response
from starlette.requests import Request as HTTPRequest

from core.access.permissions import Permission, may
from core.errors import NotAllowed
from core.http.body import BodyRoute
from core.http.call import Calling, UnitPath, in_unit, tagged
from core.http.who import Who, store_of
from core.ids import Actor
from journal.commands.writing.keep_aids import AidAnswer, KeptAid, change_aid, keep_aid, remove_aid
from journal.queries.writing.offered import OfferedAid, offered_aids

router = APIRouter(prefix="/api", tags=["journal"], route_class=BodyRoute)
AidPath = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$", description="Template or phrase id")]


def require_writer(actor: Actor) -> None:
    """Those who write notes use them; the coordinator keeps the unit's."""
    if not (may(actor, Permission.WRITE_NOTE) or may(actor, Permission.KEEP_UNIT_TEXTS)):
        raise NotAllowed(permission=Permission.WRITE_NOTE.value, role=actor.role.value)


@router.get("/units/{unit}/writing-aids")
async def get_aids(unit: UnitPath, actor: Who, request: HTTPRequest) -> tuple[OfferedAid, ...]:
    """The unit's and one's own."""
    in_unit(actor, unit)
    require_writer(actor)
    return await store_of(request).read(offered_aids, unit, actor.id)


@router.post("/units/{unit}/writing-aids", status_code=201)
async def post_aid(unit: UnitPath, kept: KeptAid, call: Calling, response: Response) -> AidAnswer:
    """Keep a new template or phrase."""
    in_unit(call.actor, unit)
    answer = await call.write(keep_aid, kept)
    return tagged(response, answer, answer.version)


@router.put("/writing-aids/{aid}")
async def put_aid(aid: AidPath, kept: KeptAid, call: Calling, response: Response) -> AidAnswer:
    """Change one; the answer has its new id. If-Match is its own version."""
    answer = await call.write(change_aid, aid, kept, expected=call.required_version())
    return tagged(response, answer, answer.version)


@router.delete("/writing-aids/{aid}")
async def delete_aid(aid: AidPath, call: Calling, response: Response) -> AidAnswer:
    """Offer one no more."""
    answer = await call.write(remove_aid, aid, expected=call.required_version())
    return tagged(response, answer, answer.version)
