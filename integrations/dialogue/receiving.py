"""A message from a GP is taken in (mottak): kept as it came, placed with its encounter, and acknowledged.

A message we cannot place is a person's task, and the sender is told so by a negative receipt (list 8221).
The same message again is not kept twice; it gets the same receipt again.
"""

from __future__ import annotations

import hashlib
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
from integrations.kith.safe_xml import UnreadableMessage
from integrations.tables import DialogueMessage, OutboxMessage

ANSWER_WITHIN = timedelta(hours=24)
"""A question is shown as late after this. No law sets a time; a ward has somebody on duty every day."""

_ERRORS = {  # why not -> list 8221
    "unsupported-type": "T10",
    "not-a-dialogue": "T10",
    "too-long": "X99",
    "wrong-receiver": "E21",
    "no-patient": "E30",
    "no-known-number": "E31",
    "unknown-patient": "E35",
    "patient-differs": "E35",
}


async def receive(work: Work, external_id: str, raw: bytes, *, her_id: int) -> bool:
    """Keep one message that came to this HER-id of the unit worked in. True when it was new."""
    root = safe_xml.parse(raw)
    try:
        head = msg_head.read_head(root)
    except UnreadableMessage as fault:  # nobody to answer: the sender stands in what cannot be read
        return await outbox.set_aside(work, external_id, raw, fault.reason, kind="unreadable-message")
    sender = head.sender.addressed or 0
    if await _known(work, sender, head.message_id):
        await answer_receipt_again(work, sender, head.message_id)
        return False
    try:
        dialogue = read_dialogue(root, head)
    except UnreadableMessage as fault:
        new = await outbox.set_aside(work, external_id, raw, fault.reason, kind="unreadable-message")
        if new:
            await answer_receipt(work, head, _ERRORS.get(fault.reason, "T02"))
        return new
    await _take_in(work, external_id, raw, dialogue, her_id)
    return True


async def _take_in(work: Work, external_id: str, raw: bytes, dialogue: Dialogue, her_id: int) -> None:
    head = dialogue.head
    encounter, why_not = await _place(work, head, her_id)
    kept = _row(work, external_id, raw, dialogue, encounter)
    await hide_office(work, kept)
    work.session.add(kept)
    if why_not:
        await note_task(
            work,
            "unknown-patient",
            external_id,
            code=why_not,
            sender=kept.sender,
            dialogue_id=kept.id,
        )
    await work.session.flush()
    await answer_receipt(work, head, _ERRORS[why_not] if why_not else None, old=dialogue.version == "1.0")
    event = DialogueReceived(
        encounter_id=encounter, happened_at=work.now, about=dialogue.kind, party=kept.sender
    )
    await work.record(event)


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


async def _place(work: Work, head: Head, her_id: int) -> tuple[str | None, str | None]:
    """The encounter it belongs to, or why nobody knows."""
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
    return await _latest(work, patient)


def _numbers(patient: HeadPatient | None) -> tuple[str, str] | None:
    if patient is None or patient.identifier is None or patient.kind is None:
        return None
    return patient.kind, patient.identifier


def _why_unknown(patient: HeadPatient | None, numbers: tuple[str, str] | None) -> str:
    if numbers:
        return "unknown-patient"
    return "no-known-number" if patient and patient.identifier else "no-patient"


async def _referred(work: Work, head: Head) -> Encounter | None:
    """The encounter of the message this one answers: a letter of ours, or one of the same dialogue."""
    referred = [each for each in (head.parent_id, head.conversation_id) if each]
    if not referred:
        return None
    for table in (OutboxMessage, DialogueMessage):
        found = await work.session.execute(
            select(Encounter)
            .join(table, table.encounter_id == Encounter.id)
            .where(table.message_id.in_(referred), table.unit_id == work.unit, Encounter.unit_id == work.unit)
            .limit(1)
        )
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


async def _latest(work: Work, patient: str) -> tuple[str | None, str | None]:
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
