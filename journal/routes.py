"""HTTP of the journal: opening the page, taking a patient, writing, diagnosing and finishing."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request as HTTPRequest

from core.errors import Stale
from core.http.body import BodyRoute
from core.http.call import Calling, EncounterPath, tagged
from core.http.who import Who, store_of
from core.ids import Actor
from core.patients.open_record import open_record
from journal.commands import set_diagnosis as diagnosing
from journal.commands import take_patient as taking
from journal.commands.finish_encounter import Finished, Finishing, finish_encounter
from journal.commands.save_draft import DraftSaved, DraftText, save_draft
from journal.commands.write_note import Written, write_note
from journal.queries.encounter_page import MessagesOf, encounter_page, no_messages
from journal.queries.page import EncounterPage, PageMessage
from journal.rules.note import NoteText

DiagnosisPath = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$", description="Diagnosis id")]


class DraftOutdated(Stale):
    """The draft was changed in another window; the sent text is kept beside the newer one."""

    code = "draft-outdated"


def journal_router(messages_of: MessagesOf = no_messages) -> APIRouter:
    """The journal's routes; forwarding, which stands above, hands in how messages are read."""
    router = APIRouter(prefix="/api/encounters/{encounter}", tags=["journal"], route_class=BodyRoute)
    _add_reading(router, messages_of)
    _add_responsibility(router)
    _add_writing(router)
    _add_closing(router, messages_of)
    return router


def _add_reading(router: APIRouter, messages_of: MessagesOf) -> None:
    async def page(session: AsyncSession, encounter: str, actor: Actor) -> EncounterPage:
        return await encounter_page(session, encounter, actor, messages_of)

    @router.get("")
    async def get_encounter(
        encounter: EncounterPath, actor: Who, request: HTTPRequest, response: Response
    ) -> EncounterPage:
        """The whole journal page (journalsiden). The opening is logged."""
        answer = await open_record(store_of(request), page, encounter, actor)
        return tagged(response, answer, answer.version, answer.draft.version)


def _add_responsibility(router: APIRouter) -> None:
    @router.post("/take")
    async def post_take(
        encounter: EncounterPath, call: Calling, response: Response, body: taking.Taking | None = None
    ) -> taking.Taken:
        """Take the patient (ta pasienten); 409 with the winner's name when a colleague was first."""
        taken = body or taking.Taking()
        answer = await call.write(taking.take_patient, encounter, taken, call.version)
        return tagged(response, answer, answer.version)

    @router.post("/hand-over")
    async def post_hand_over(
        encounter: EncounterPath, receiver: taking.Receiver, call: Calling, response: Response
    ) -> taking.Taken:
        """Hand the patient over to another doctor (overlevere)."""
        answer = await call.write(taking.hand_over, encounter, receiver, call.required_version())
        return tagged(response, answer, answer.version)


def _add_writing(router: APIRouter) -> None:
    @router.put("/draft")
    async def put_draft(
        encounter: EncounterPath, text: DraftText, call: Calling, response: Response
    ) -> DraftSaved:
        """Save the draft (kladd). From an outdated version: 412 with the newer text, and both are kept."""
        version = call.required_version()
        answer = await call.write(save_draft, encounter, text, based_on=call.draft_version, version=version)
        if answer.kept:
            raise DraftOutdated(current=answer.current, draft_version=answer.draft_version)
        return tagged(response, answer, answer.version, answer.draft_version)

    @router.post("/notes", status_code=201)
    async def post_note(
        encounter: EncounterPath, text: NoteText, call: Calling, response: Response
    ) -> Written:
        """Put a note in the record (notat)."""
        answer = await call.write(write_note, encounter, text, call.version)
        return tagged(response, answer, answer.version)

    @router.post("/diagnoses", status_code=201)
    async def post_diagnosis(
        encounter: EncounterPath, diagnosis: diagnosing.NewDiagnosis, call: Calling, response: Response
    ) -> diagnosing.DiagnosisAnswer:
        """Add a diagnosis (diagnose)."""
        answer = await call.write(diagnosing.set_diagnosis, encounter, diagnosis, call.required_version())
        return tagged(response, answer, answer.version)

    @router.delete("/diagnoses/{diagnosis}")
    async def delete_diagnosis(
        encounter: EncounterPath, diagnosis: DiagnosisPath, call: Calling, response: Response
    ) -> diagnosing.DiagnosisAnswer:
        """Take a diagnosis away before signing."""
        answer = await call.write(diagnosing.remove_diagnosis, encounter, diagnosis, call.required_version())
        return tagged(response, answer, answer.version)


class FinishedAndSent(Finished):
    """The signed encounter, and what goes to whom."""

    messages: tuple[PageMessage, ...]


def _add_closing(router: APIRouter, messages_of: MessagesOf) -> None:
    @router.post("/finish")
    async def post_finish(
        encounter: EncounterPath, finishing: Finishing, call: Calling, response: Response
    ) -> FinishedAndSent:
        """Finish and sign (avslutte og signere); what is sent is fixed in the same transaction."""
        answer = await call.write(finish_encounter, encounter, finishing, call.required_version())
        messages = await call.store.read(messages_of, encounter)
        return tagged(response, FinishedAndSent(**dict(answer), messages=messages), answer.version)
