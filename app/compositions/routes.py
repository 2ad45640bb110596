"""HTTP of sick notes and referrals (sykmelding, henvisning)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from core.http.body import BodyRoute
from core.http.call import Calling, EncounterPath, tagged
from journal.commands.compositions.sign import (
    HandedOverAnswer,
    HandOver,
    SignedComposition,
    hand_over_composition,
    sign_composition,
)
from journal.commands.compositions.write import (
    BeginComposition,
    CompositionAnswer,
    RenewComposition,
    SaveComposition,
    begin_composition,
    discard_composition,
    renew_composition,
    save_composition,
)

router = APIRouter(prefix="/api/encounters/{encounter}/compositions", tags=["journal"], route_class=BodyRoute)
CompositionPath = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$", description="One version of a document")]


@router.post("", status_code=201)
async def post_composition(
    encounter: EncounterPath, begin: BeginComposition, call: Calling, response: Response
) -> CompositionAnswer:
    """Begin a sick note or a referral, filled from the record."""
    answer = await call.write(begin_composition, encounter, begin)
    return tagged(response, answer, answer.version)


@router.put("/{composition}")
async def put_composition(
    encounter: EncounterPath,
    composition: CompositionPath,
    saving: SaveComposition,
    call: Calling,
    response: Response,
) -> CompositionAnswer:
    """Save the draft. If-Match is the draft's own version."""
    answer = await call.write(
        save_composition, encounter, composition, saving, expected=call.required_version()
    )
    return tagged(response, answer, answer.version)


@router.delete("/{composition}")
async def delete_composition(
    encounter: EncounterPath, composition: CompositionPath, call: Calling, response: Response
) -> CompositionAnswer:
    """Throw one's own draft away."""
    answer = await call.write(discard_composition, encounter, composition, expected=call.required_version())
    return tagged(response, answer, answer.version)


@router.post("/{composition}/sign")
async def post_sign(
    encounter: EncounterPath, composition: CompositionPath, call: Calling, response: Response
) -> SignedComposition:
    """Sign it on its own (signere)."""
    answer = await call.write(sign_composition, encounter, composition, expected=call.required_version())
    return tagged(response, answer, answer.version)


@router.post("/{composition}/renew", status_code=201)
async def post_renew(
    encounter: EncounterPath,
    composition: CompositionPath,
    renew: RenewComposition,
    call: Calling,
    response: Response,
) -> CompositionAnswer:
    """Begin a new version of a signed document, with a reason (ny versjon)."""
    answer = await call.write(renew_composition, encounter, composition, renew)
    return tagged(response, answer, answer.version)


@router.post("/{composition}/handed-over", status_code=201)
async def post_handed_over(
    encounter: EncounterPath, composition: CompositionPath, handing: HandOver, call: Calling
) -> HandedOverAnswer:
    """Write down that the paper was handed over (utlevert)."""
    return await call.write(hand_over_composition, encounter, composition, handing)
