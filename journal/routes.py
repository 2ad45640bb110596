"""HTTP of the journal: opening the page, taking a patient, writing, diagnosing and finishing."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request as HTTPRequest

from core.access.log import board_opened
from core.access.permissions import Permission, require
from core.errors import Stale
from core.http.body import BodyRoute
from core.http.call import Calling, EncounterPath, UnitPath, in_unit, tagged
from core.http.who import Who, store_of
from core.ids import Actor
from core.patients.open_record import open_record
from journal.commands import set_diagnosis as diagnosing
from journal.commands import take_patient as taking
from journal.commands.finish_encounter import Finished, Finishing, finish_encounter
from journal.commands.orders import change, place, report
from journal.commands.save_draft import DraftSaved, DraftText, save_draft
from journal.commands.signed.correct import Corrected, Correcting, correct
from journal.commands.signed.delete import (
    AskingDeletion,
    DecidingDeletion,
    Deletion,
    ask_deletion,
    decide_deletion,
)
from journal.commands.undo_finish import FinishTakenBack, undo_finish
from journal.commands.write_note import Written, write_note
from journal.queries.documents import documents
from journal.queries.earlier_contacts import EarlierContacts, earlier_contacts, told_about
from journal.queries.encounter_page import MessagesOf, encounter_page, no_messages
from journal.queries.orders.of_unit import unit_orders
from journal.queries.orders.view import UnitOrders
from journal.queries.page import EncounterPage, PageMessage
from journal.rules.note import NoteText

DeletionPath = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$", description="Request for deletion")]
EarlierThan = Annotated[str | None, Query(pattern=r"^[0-9a-f-]{36}$", description="Those before this one")]
OrderPath = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$", description="Order id (bestilling)")]
DiagnosisPath = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$", description="Diagnosis id")]


class DraftOutdated(Stale):
    """The draft was changed in another window; the sent text is kept beside the newer one."""

    code = "draft-outdated"


def journal_router(messages_of: MessagesOf = no_messages, undo_for: timedelta = timedelta(0)) -> APIRouter:
    """The journal's routes; forwarding, which stands above, hands in how messages are read.

    `undo_for`: so long a signature may be taken back.
    """
    router = APIRouter(prefix="/api/encounters/{encounter}", tags=["journal"], route_class=BodyRoute)
    _add_reading(router, messages_of)
    _add_responsibility(router)
    _add_writing(router)
    _add_closing(router, messages_of, undo_for)
    _add_correcting(router)
    _add_deleting(router)
    _add_ordering(router)
    _add_order_steps(router)
    return router


def orders_router() -> APIRouter:
    """The unit's list of what waits: for the lab, the nurse and the doctor."""
    router = APIRouter(prefix="/api/units/{unit}", tags=["journal"], route_class=BodyRoute)

    @router.get("/orders")
    async def get_orders(unit: UnitPath, actor: Who, request: HTTPRequest) -> UnitOrders:
        """Open orders and results that no doctor has seen (bestillinger). The opening is logged."""
        in_unit(actor, unit)
        require(actor, Permission.ASSESS)
        store = store_of(request)
        await store.write(actor, board_opened, "orders")
        return await store.read(unit_orders, unit)

    return router


def _add_reading(router: APIRouter, messages_of: MessagesOf) -> None:
    async def page(session: AsyncSession, encounter: str, actor: Actor) -> EncounterPage:
        return await encounter_page(session, encounter, actor, messages_of)

    @router.get("")
    async def get_encounter(
        encounter: EncounterPath, actor: Who, request: HTTPRequest, response: Response
    ) -> EncounterPage:
        """The whole journal page (journalsiden). The opening is logged."""
        answer = await open_record(store_of(request), page, encounter, actor, documents=documents)
        return tagged(response, answer, answer.version, answer.draft.version)

    @router.get("/earlier-contacts")
    async def get_earlier(
        encounter: EncounterPath, actor: Who, request: HTTPRequest, after: EarlierThan = None
    ) -> EarlierContacts:
        """Contacts before this one (tidligere kontakter), newest first. What was told is logged."""
        store = store_of(request)

        async def before(session: AsyncSession, id: str, reader: Actor) -> EarlierContacts:
            return await earlier_contacts(session, id, reader, now=store.clock(), after=after)

        return await open_record(
            store, before, encounter, actor, what="earlier-contacts", documents=told_about, elsewhere=True
        )


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


def _add_correcting(router: APIRouter) -> None:
    @router.post("/corrections", status_code=201)
    async def post_correction(
        encounter: EncounterPath, wanted: Correcting, call: Calling, response: Response
    ) -> Corrected:
        """Correct one's own, or add to what is signed (rettelse, tillegg); receivers get the new version."""
        answer = await call.write(correct, encounter, wanted, call.required_version())
        return tagged(response, answer, answer.version)


def _add_deleting(router: APIRouter) -> None:
    @router.post("/deletions", status_code=201)
    async def post_deletion(encounter: EncounterPath, asking: AskingDeletion, call: Calling) -> Deletion:
        """Write down that somebody wants something deleted (krav om sletting)."""
        return await call.write(ask_deletion, encounter, asking)

    @router.post("/deletions/{deletion}/decide")
    async def post_decision(
        encounter: EncounterPath, deletion: DeletionPath, deciding: DecidingDeletion, call: Calling
    ) -> Deletion:
        """Delete or refuse (vedtak); letters about it are withdrawn in the same transaction."""
        return await call.write(decide_deletion, encounter, deletion, deciding)


def _add_closing(router: APIRouter, messages_of: MessagesOf, undo_for: timedelta) -> None:
    @router.post("/finish")
    async def post_finish(
        encounter: EncounterPath, finishing: Finishing, call: Calling, response: Response
    ) -> FinishedAndSent:
        """Finish and sign (avslutte og signere); what is sent is fixed in the same transaction."""
        version = call.required_version()
        answer = await call.write(finish_encounter, encounter, finishing, version, undo_for=undo_for)
        messages = await call.store.read(messages_of, encounter)
        return tagged(response, FinishedAndSent(**dict(answer), messages=messages), answer.version)

    @router.post("/finish/undo")
    async def post_undo(encounter: EncounterPath, call: Calling, response: Response) -> FinishTakenBack:
        """Take one's own signature back within its window (angre); 409 when too late or a letter has left."""
        answer = await call.write(undo_finish, encounter, call.required_version())
        return tagged(response, answer, answer.version)


def _add_ordering(router: APIRouter) -> None:
    @router.post("/orders", status_code=201)
    async def post_order(
        encounter: EncounterPath, ordering: place.Ordering, call: Calling, response: Response
    ) -> place.Ordered:
        """Order tests, imaging or care (bestille); what is ordered at once belongs together."""
        answer = await call.write(place.place_orders, encounter, ordering, call.version)
        return tagged(response, answer, answer.version)

    @router.post("/orders/{order}/result", status_code=201)
    async def post_result(
        encounter: EncounterPath,
        order: OrderPath,
        result: report.Reporting,
        call: Calling,
        response: Response,
    ) -> report.Reported:
        """Put a result in the record (svar). If-Match is the order's own version."""
        answer = await call.write(
            report.report_result, encounter, order, result, expected=call.required_version()
        )
        return tagged(response, answer, answer.version)

    @router.post("/orders/{order}/seen")
    async def post_order_seen(
        encounter: EncounterPath, order: OrderPath, seen: report.SeenResult, call: Calling
    ) -> report.Seen:
        """Say that one has seen a result (sett av)."""
        return await call.write(report.mark_seen, encounter, order, seen)


def _add_order_steps(router: APIRouter) -> None:
    @router.post("/orders/{order}/progress")
    async def post_progress(
        encounter: EncounterPath, order: OrderPath, step: change.Progress, call: Calling, response: Response
    ) -> change.OrderAnswer:
        """Say how far an order has come (pågår, på vent, utført)."""
        answer = await call.write(
            change.progress_order, encounter, order, step, expected=call.required_version()
        )
        return tagged(response, answer, answer.version)

    @router.post("/orders/{order}/revoke")
    async def post_revoke(
        encounter: EncounterPath, order: OrderPath, why: change.Revoking, call: Calling, response: Response
    ) -> change.OrderAnswer:
        """Take an order back with a reason (avbestille)."""
        answer = await call.write(
            change.revoke_order, encounter, order, why, expected=call.required_version()
        )
        return tagged(response, answer, answer.version)

    @router.post("/orders/{order}/follow-up")
    async def post_follow_up(
        encounter: EncounterPath, order: OrderPath, who: change.FollowUp, call: Calling, response: Response
    ) -> change.OrderAnswer:
        """Name who follows up an order that is unanswered at signing."""
        answer = await call.write(
            change.follow_up_order, encounter, order, who, expected=call.required_version()
        )
        return tagged(response, answer, answer.version)
