"""A message from others is taken in (mottak): kept as it came, placed with its encounter, and acknowledged.

From GPs it is a dialogue message, from laboratories and radiology a report (decision 41).

A message we cannot place is a person's task, and the sender is told so by a negative receipt (list 8221).
The same message again is not kept twice; it gets the same receipt again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.ids import new_id
from core.patients.need.relation_here import same_person
from core.patients.tables import Encounter, PatientIdentifier
from core.store.work import Work
from core.text import storable
from integrations import outbox
from integrations.dialogue.files import opens
from integrations.dialogue.protected import hide_office
from integrations.dialogue.receipts_out import answer_receipt, answer_receipt_again
from integrations.events import DialogueReceived
from integrations.inbox.tasks import note_task
from integrations.kith import msg_head, safe_xml
from integrations.kith.dialogue import Dialogue, read_dialogue
from integrations.kith.msg_head import Head, HeadPatient
from integrations.kith.report import read_report, report_in
from integrations.kith.safe_xml import UnreadableMessage
from integrations.tables import DialogueMessage, OutboxMessage
from journal.order_tables import ServiceRequest

ANSWER_WITHIN = timedelta(hours=24)
"""A question is shown as late after this. No law sets a time; a ward has somebody on duty every day."""

_LATELY = timedelta(days=30)
"""So long after a contact a report may be about it by itself; later, a person says which."""

_ERRORS: Mapping[str, str | None] = {  # why not -> list 8221
    "unsupported-type": "T10",
    "not-a-dialogue": "T10",
    "too-long": "X99",
    "wrong-receiver": "E21",
    "no-patient": "E30",
    "no-known-number": "E31",
    "unknown-patient": "E35",
    "patient-differs": "E35",
    "which-contact": None,  # we have it, and know whom it is about
}


async def receive(work: Work, external_id: str, raw: bytes, *, her_id: int) -> bool:
    """Keep one message that came to this HER-id of the unit worked in. True when it was new."""
    root = safe_xml.parse(raw)
    report = report_in(root)
    try:
        told = read_report(report, her_id) if report is not None else None
        head = told.head if told else msg_head.read_head(root)
    except UnreadableMessage as fault:  # nobody to answer: the sender stands in what cannot be read
        return await outbox.set_aside(work, external_id, raw, fault.reason, kind="unreadable-message")
    sender = head.sender.addressed or 0
    if await _known(work, sender, head.message_id):
        await answer_receipt_again(work, sender, head.message_id)
        return False
    try:
        dialogue = told or read_dialogue(root, head)
    except UnreadableMessage as fault:
        new = await outbox.set_aside(work, external_id, raw, fault.reason, kind="unreadable-message")
        if new:
            await answer_receipt(work, head, _ERRORS.get(fault.reason, "T02"))
        return new
    await _take_in(work, external_id, raw, dialogue, her_id)
    return True


async def _take_in(work: Work, external_id: str, raw: bytes, dialogue: Dialogue, her_id: int) -> None:
    head = dialogue.head
    is_report = dialogue.kind == "report"
    encounter, why_not = await _place(work, head, her_id, _of_report if is_report else _latest)
    kept = _row(work, external_id, raw, dialogue, encounter)
    await hide_office(work, kept)
    work.session.add(kept)
    if why_not:
        await note_task(
            work,
            "which-contact" if why_not == "which-contact" else "unknown-patient",
            external_id,
            code=why_not,
            sender=kept.sender,
            dialogue_id=kept.id,
        )
    await work.session.flush()
    await answer_receipt(work, head, _ERRORS[why_not] if why_not else None, old=_old(dialogue))
    event = DialogueReceived(
        encounter_id=encounter, happened_at=work.now, about=dialogue.kind, party=kept.sender
    )
    await work.record(event)


def _old(dialogue: Dialogue) -> bool:
    """Whether its sender is of the generation of AppRec 1.0; 1.1 came with version 1.4 of reports."""
    return dialogue.version in ("1.0", "1.2", "1.3")


def _row(
    work: Work, external_id: str, raw: bytes, dialogue: Dialogue, encounter: str | None
) -> DialogueMessage:
    head = dialogue.head
    return DialogueMessage(
        id=new_id(),
        unit_id=work.unit,
        encounter_id=encounter,
        direction="in",
        external_id=external_id,
        message_id=head.message_id,
        sender_her_id=head.sender.addressed or 0,
        sender=_clean(head.sender.name) or "?",
        person=_clean(head.sender.person or dialogue.author or head.sender.department),
        receiver_her_id=head.receiver.addressed or 0,
        kind=dialogue.kind,
        topic_code=dialogue.topic.code if dialogue.topic else None,
        topic=_clean(dialogue.topic.display) if dialogue.topic else None,
        subject=_clean(dialogue.subject),
        text=_clean(dialogue.text) or "",
        attachments=[
            {
                "name": _clean(each.name),
                "media_type": _clean(each.media_type),
                "size": len(each.content),
                "opens": opens(each.name, each.media_type, each.content),
            }
            for each in dialogue.attachments
        ],
        conversation_id=head.conversation_id,
        parent_id=head.parent_id,
        version=dialogue.version,
        issued_at=head.generated_at,
        received_at=work.now,
        raw=raw,
        sha256=hashlib.sha256(raw).hexdigest(),
        due_at=work.now + ANSWER_WITHIN if dialogue.kind == "question" else None,
    )


def _clean(text: str | None) -> str | None:
    """As a database can keep it; XML itself allows no control characters but a few."""
    if text is None:
        return None
    return str(storable("".join(each for each in text if ord(each) >= 32 or each in "\t\n")))


async def _known(work: Work, sender: int, message_id: str) -> bool:
    found = await work.session.execute(
        select(DialogueMessage.id).where(
            DialogueMessage.sender_her_id == sender, DialogueMessage.message_id == message_id
        )
    )
    return found.first() is not None


Placed = tuple[str | None, str | None]


async def _place(
    work: Work, head: Head, her_id: int, among: Callable[[Work, str], Awaitable[Placed]]
) -> Placed:
    """The encounter it belongs to, or why nobody knows. `among`: of the patient's, if nothing refers."""
    receivers = (head.receiver.her_id, head.receiver.department_her_id, head.receiver.person_her_id)
    if her_id not in receivers:
        return None, "wrong-receiver"
    numbers = _numbers(head.patient)
    referred = await _referred(work, head)
    patient = await _patient_by(work.session, numbers)
    if referred is not None:
        same = patient is None or referred.patient_id in await same_person(work.session, patient)
        unknown_number = patient is None and bool(numbers)
        return (referred.id, None) if same and not unknown_number else (None, "patient-differs")
    if patient is None:
        return None, _why_unknown(head.patient, numbers)
    return await among(work, patient)


def _numbers(patient: HeadPatient | None) -> tuple[str, str] | None:
    if patient is None or patient.identifier is None or patient.kind is None:
        return None
    return patient.kind, patient.identifier


def _why_unknown(patient: HeadPatient | None, numbers: tuple[str, str] | None) -> str:
    if numbers:
        return "unknown-patient"
    return "no-known-number" if patient and patient.identifier else "no-patient"


async def _referred(work: Work, head: Head) -> Encounter | None:
    """The encounter of what this answers: a letter of ours, an order, or an earlier one of the same."""
    referred = [each for each in (head.parent_id, head.conversation_id) if each]
    if not referred:
        return None
    ways = (
        select(Encounter).join(OutboxMessage).where(OutboxMessage.message_id.in_(referred)),
        select(Encounter).join(DialogueMessage).where(DialogueMessage.message_id.in_(referred)),
        select(Encounter).join(ServiceRequest).where(ServiceRequest.requisition == head.parent_id),
        select(Encounter)
        .join(DialogueMessage)
        .where(
            DialogueMessage.kind == "report",
            DialogueMessage.sender_her_id == (head.sender.addressed or 0),
            DialogueMessage.conversation_id == head.conversation_id,
        ),
    )
    for way in ways:
        found = await work.session.execute(way.where(Encounter.unit_id == work.unit).limit(1))
        if (encounter := found.scalar_one_or_none()) is not None:
            return encounter
    return None


async def _patient_by(session: AsyncSession, number: tuple[str, str] | None) -> str | None:
    if number is None:
        return None
    found = await session.execute(
        select(PatientIdentifier.patient_id).where(
            PatientIdentifier.kind == number[0],
            PatientIdentifier.country == "NO",
            PatientIdentifier.value == number[1],
        )
    )
    return found.scalar_one_or_none()


async def _of_report(work: Work, patient: str) -> Placed:
    """The only contact here lately; with none or several a person says which one was meant."""
    found = await work.session.execute(
        select(Encounter.id)
        .where(
            Encounter.patient_id.in_(await same_person(work.session, patient)),
            Encounter.unit_id == work.unit,
            Encounter.arrived_at > work.now - _LATELY,
        )
        .limit(2)
    )
    contacts = found.scalars().all()
    return (contacts[0], None) if len(contacts) == 1 else (None, "which-contact")


async def _latest(work: Work, patient: str) -> Placed:
    """The patient's last encounter at this unit; cancelled ones too, they were here."""
    found = await work.session.execute(
        select(Encounter.id)
        .where(
            Encounter.patient_id.in_(await same_person(work.session, patient)),
            Encounter.unit_id == work.unit,
        )
        .order_by(Encounter.arrived_at.desc())
        .limit(1)
    )
    encounter = found.scalar_one_or_none()
    return encounter, None if encounter else "unknown-patient"
