"""HTTP of identity: who somebody is, looking them up, putting two records together and taking them apart."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response
from starlette.requests import Request as HTTPRequest

from core.http.body import BodyRoute
from core.http.call import Calling, EncounterPath, UnitPath, in_unit, tagged
from core.http.who import Who, settings_of, store_of
from core.patients.identity.candidates import Candidates, Looking, look_up
from core.patients.identity.duplicate import Ended, end_duplicate
from core.patients.identity.identify import Identification, IdentityAnswer, identify
from core.patients.identity.links import PatientLinks, RevealedNumbers, links, reveal
from core.patients.identity.merge import Merging, merge
from core.patients.identity.page import IdentityPage, identity_page
from core.patients.identity.split import Splitting, split
from core.patients.identity.undo import Undoing, undo
from core.patients.open_record import open_record
from core.patients.related import NewRelated, RelatedAnswer, add_related, end_related

router = APIRouter(prefix="/api", tags=["identity"], route_class=BodyRoute)
_ID = r"^[0-9a-f-]{36}$"
ChangePath = Annotated[str, Path(pattern=_ID, description="Change of identity")]
PatientPath = Annotated[str, Path(pattern=_ID, description="Patient id")]
RelatedPath = Annotated[str, Path(pattern=_ID, description="Id of somebody who belongs to the patient")]


@router.get("/encounters/{encounter}/identity")
async def get_identity(
    encounter: EncounterPath, actor: Who, request: HTTPRequest, response: Response
) -> IdentityPage:
    """Who this is, and how we came to know it (identitet). The opening is logged."""
    answer = await open_record(store_of(request), identity_page, encounter, actor, what="identity")
    return tagged(response, answer, answer.version)


@router.post("/encounters/{encounter}/identity")
async def post_identity(
    encounter: EncounterPath, known: Identification, call: Calling, request: HTTPRequest, response: Response
) -> IdentityAnswer:
    """Put name, number or birth date on somebody, or correct it (identifisere)."""
    environment = settings_of(request).environment
    answer = await call.write(identify, encounter, known, call.required_version(), environment=environment)
    return tagged(response, answer, answer.version)


@router.post("/encounters/{encounter}/identity/reveal")
async def post_reveal(encounter: EncounterPath, call: Calling) -> RevealedNumbers:
    """The numbers in full (vis nummer). Logged by itself."""
    return await call.store.write(call.actor, reveal, encounter)


@router.post("/encounters/{encounter}/identity/merge")
async def post_merge(
    encounter: EncounterPath, merging: Merging, call: Calling, request: HTTPRequest, response: Response
) -> IdentityAnswer:
    """The patient here and another record are the same person (slå sammen)."""
    environment = settings_of(request).environment
    answer = await call.write(merge, encounter, merging, call.required_version(), environment=environment)
    return tagged(response, answer, answer.version)


@router.post("/encounters/{encounter}/identity/split")
async def post_split(
    encounter: EncounterPath, splitting: Splitting, call: Calling, request: HTTPRequest, response: Response
) -> IdentityAnswer:
    """The encounter is another person's (flytte til rett pasient)."""
    environment = settings_of(request).environment
    answer = await call.write(split, encounter, splitting, call.required_version(), environment=environment)
    return tagged(response, answer, answer.version)


@router.post("/encounters/{encounter}/identity/registered-twice")
async def post_registered_twice(encounter: EncounterPath, call: Calling, response: Response) -> Ended:
    """The same visit is on another row too: this one ends (registrert to ganger)."""
    answer = await call.write(end_duplicate, encounter, call.version)
    return tagged(response, answer, answer.version)


@router.post("/encounters/{encounter}/identity/{change}/undo")
async def post_undo(
    encounter: EncounterPath, change: ChangePath, undoing: Undoing, call: Calling, response: Response
) -> IdentityAnswer:
    """Put everything the change touched back as it was (angre)."""
    answer = await call.write(undo, encounter, change, undoing, expected=call.required_version())
    return tagged(response, answer, answer.version)


@router.post("/encounters/{encounter}/guardians", status_code=201)
async def post_guardian(
    encounter: EncounterPath, given: NewRelated, call: Calling, response: Response
) -> RelatedAnswer:
    """Put down a parent or guardian (foresatt)."""
    answer = await call.write(add_related, encounter, given)
    return tagged(response, answer, answer.version)


@router.post("/encounters/{encounter}/guardians/{related}/end")
async def post_guardian_end(
    encounter: EncounterPath, related: RelatedPath, call: Calling, response: Response
) -> RelatedAnswer:
    """It was wrong, or is no longer so (avslutte)."""
    answer = await call.write(end_related, encounter, related)
    return tagged(response, answer, answer.version)


@router.post("/units/{unit}/patients/search")
async def post_search(unit: UnitPath, looking: Looking, call: Calling, request: HTTPRequest) -> Candidates:
    """Look for a person's record (finne pasient). In a body, so that no number stands in an address."""
    in_unit(call.actor, unit)
    return await call.store.write(call.actor, look_up, looking, environment=settings_of(request).environment)


@router.get("/patients/{patient}")
async def get_patient(patient: PatientPath, actor: Who, request: HTTPRequest) -> PatientLinks:
    """Whether a record is in use, and which it replaces or is replaced by (FHIR: Patient.link)."""
    return await store_of(request).write(actor, links, patient)
