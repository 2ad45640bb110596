"""What causes what, on one page: reactions to events, topics of screens, and letters out. Ways: `ways.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from app.log_check.seal import seal, seal_where_known
from app.topics import BoardTopic, CallsTopic, WaitingRoomTopic
from core.access.legal.bases import Kind
from core.patients import names_here
from core.patients.identity.events import (
    EncounterMoved,
    IdentityRestored,
    PatientIdentified,
    PatientsMerged,
)
from core.patients.protection import HIDDEN
from core.settings import Settings
from core.store.event_log import Event
from core.store.work import Reaction, Reactions
from integrations import letters, undone
from integrations.clinical.asking import want
from integrations.clinical.events import PersonAnswered
from integrations.dialogue.erasing import erase_dialogue, require_known
from integrations.events import DialoguePlaced, DialogueReceived, DialogueWritten, MessageWantedAnew
from integrations.gp_summary import document as gp_document
from integrations.gp_summary import validate as gp_validate
from integrations.letters import Letter
from integrations.persons.protecting import protect
from integrations.registers.asking import want_gp
from integrations.reviews import hold_back
from integrations.shared_record import document as record_document
from integrations.shared_record import validate as record_validate
from journal.clinical_tables import Service
from journal.commands.compositions.sign import sign_drafts
from journal.commands.propose_hand_over import end_proposals
from journal.commands.signed.delete import refuse_dialogue
from journal.events import (
    AddendumWritten,
    CompositionErased,
    CompositionSigned,
    CriticalRecorded,
    DeletionAsked,
    DialogueErased,
    EncounterFinished,
    EncounterReopened,
    FinishUndone,
    HandOverProposed,
    LineErased,
    MedicineAnswered,
    MedicineCorrected,
    MedicineGiven,
    NotesSigned,
    PatientHandedOver,
    RecordCorrected,
    RecordErased,
    ResultReported,
)
from journal.rules.summary import Summary
from realtime.protocol import Topic
from triage.commands.call_back import begin_call_back, begin_no_show
from triage.commands.check_in import expect_caller
from triage.commands.observe.plan import end_with_encounter
from triage.commands.observe.resume import resume_observation
from triage.commands.watch import watch_over
from triage.events import CallClosed, PatientCheckedIn, PatientExpected, PatientLeft, PatientNotCome


# Letters: what is fixed at signing, and for whom.
def _gp(summary: Summary) -> str | None:
    if summary.gp and summary.patient.protected:
        return HIDDEN
    return f"{summary.gp.name}, {summary.gp.office_name}" if summary.gp else None


LETTERS = (
    Letter(
        channel="gp-summary",
        content_type="application/xml",
        problems=gp_validate.problems,
        build=lambda summary, id, now: gp_document.build(summary, message_id=id, generated_at=now),
        receiver=_gp,
        basis=Kind.GP_SUMMARY,
        to_gp=True,
    ),
    Letter(
        channel="shared-record",
        content_type="application/fhir+json",
        problems=record_validate.problems,
        build=lambda summary, id, now: record_document.build(summary, message_id=id, generated_at=now),
        receiver=lambda summary: "Nasjonal dokumentdeling",
        basis=Kind.SHARED_RECORD,
    ),
)


def _letters(settings: Settings) -> tuple[Letter, ...]:
    """Where the shared record puts old versions out of use itself, ours only says what it replaces."""
    if settings.record_supersedes:
        return LETTERS
    gp, record = LETTERS
    return gp, replace(record, build=_without_superseding)


def _without_superseding(summary: Summary, id: str, now: datetime) -> bytes:
    return record_document.build(summary, message_id=id, generated_at=now, supersede=False)


def _looked_up(settings: Settings) -> tuple[Reaction, ...]:
    """What registers are asked when somebody comes, or turns out to be somebody else."""
    asked: tuple[tuple[object, Service], ...] = (
        (settings.kjernejournal_url, "kjernejournal"),
        (settings.pll_url, "medication-list"),
        (settings.person_url, "person-register"),
    )
    services = [service for url, service in asked if url]
    gps: tuple[Reaction, ...] = (want_gp,) if settings.flr_url else ()
    return (*gps, want(*services)) if services else gps


def reactions(settings: Settings) -> Reactions:
    """Event -> what also happens, in the same transaction. `Event` itself is every event."""
    forwards = "integrations" in settings.modules
    sent = _letters(settings)
    named = (names_here.look_again, *(_looked_up(settings) if forwards else ()))
    identity = (*named, hold_back) if forwards else named
    return {
        Event: (end_with_encounter, watch_over, names_here.look_after_leaving),
        PatientExpected: named,
        PatientCheckedIn: named,
        PatientIdentified: identity,
        PatientsMerged: identity,
        EncounterMoved: identity,
        IdentityRestored: identity,
        PersonAnswered: (protect,),
        PatientLeft: (begin_call_back,),
        PatientNotCome: (begin_no_show,),
        CallClosed: (expect_caller,),
        FinishUndone: (undone.take_back,) if forwards else (),
        EncounterReopened: (resume_observation, names_here.look_again, seal),
        HandOverProposed: (seal,),
        NotesSigned: (seal,),
        PatientHandedOver: (end_proposals,),
        EncounterFinished: (end_proposals, sign_drafts, letters.queue(sent), seal)
        if forwards
        else (end_proposals, sign_drafts, seal),
        RecordCorrected: (letters.write_changed(sent), seal) if forwards else (seal,),
        AddendumWritten: (letters.write_changed(sent), seal) if forwards else (seal,),
        RecordErased: (letters.withdraw(sent), seal) if forwards else (seal,),
        ResultReported: (seal,),
        DialogueReceived: (seal_where_known,),
        DialogueWritten: (seal,),
        DialoguePlaced: (seal,),
        MedicineGiven: (seal,),
        MedicineCorrected: (seal,),
        CompositionSigned: (seal,),
        CompositionErased: (seal,),
        LineErased: (seal,),
        DeletionAsked: (require_known,) if forwards else (refuse_dialogue,),
        DialogueErased: (erase_dialogue, seal),
        CriticalRecorded: (seal,),
        MedicineAnswered: (seal,),
        MessageWantedAnew: (letters.write_again(sent), seal),
    }


TOPICS: Mapping[str, Topic] = {
    "board": BoardTopic(),
    "board-without-names": BoardTopic(names=False),  # for walls that the public can see
    "calls": CallsTopic(),
    "waiting-room": WaitingRoomTopic(),
}
"""What screens follow at `/ws/units/{unit}/{topic}`; the variant without names is chosen by who asks."""
