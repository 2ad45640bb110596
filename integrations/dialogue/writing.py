"""A doctor writes to the GP (skrive til fastlegen): an answer to what was asked, or a question of our own.

What is written is fixed like every letter and goes the same way: the same bytes on every retry, delivered
only on the receiver's receipt.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

from pydantic import Field

from core.access.legal.bases import Kind as Allows
from core.access.legal.bases import basis
from core.access.permissions import Permission, require
from core.access.tables import Staff
from core.errors import Conflict
from core.ids import new_id
from core.patients import encounter as encounters
from core.patients.gp.registered import known_gp
from core.patients.identity.id_numbers import NATIONAL, numbers_of
from core.patients.protection import HIDDEN, is_protected
from core.patients.tables import Encounter, Patient, Unit
from core.store.work import Work
from core.text import Answer, LongText, Request, ShortText
from integrations.dialogue.handling import NotOpen, close_with, open_one
from integrations.events import DialogueWritten
from integrations.kith import msg_head, safe_xml
from integrations.kith.apprec import Party
from integrations.kith.dialogue import ANSWER, CLINICAL, TOPICS, Outgoing, build_dialogue
from integrations.kith.msg_head import Head, HeadPatient
from integrations.tables import DialogueMessage, OutboxMessage

CHANNEL = "dialogue"
_Words = Annotated[LongText, Field(min_length=1)]


class NoGpToAsk(Conflict):
    """No GP with an electronic address is known: call, or write a letter."""

    code = "dialogue-no-gp"


class Answering(Request):
    """What the doctor answers."""

    text: _Words


class Asking(Request):
    """A question to the GP. Topic by list 7322: 6 about the patient, 8 health information, 9 medicines."""

    topic: Literal["6", "8", "9"] = "6"
    subject: ShortText
    text: _Words


class Written(Answer):
    """It waits to be sent; delivered only on the receiver's receipt."""

    id: str
    message: str  # in the outbox


async def answer(
    work: Work, encounter_id: str, dialogue_id: str, said: Answering, *, expected: int
) -> Written:
    """Answer what a GP has written about this encounter, which closes it. In the version it was asked in."""
    require(work.actor, Permission.WRITE_NOTE)
    encounter = await encounters.load(work, encounter_id)
    asked = await open_one(work, dialogue_id, encounter=encounter.id, expected=expected)
    if asked.kind == "report":  # a laboratory takes requests, not answers: the doctor has read it, or calls
        raise NotOpen
    sender = msg_head.read_head(safe_xml.parse(asked.raw or b"")).sender
    old = asked.version == "1.0"
    told = await _outgoing(
        work,
        encounter,
        sender,
        subject=asked.subject or asked.topic or ANSWER.display,
        text=said.text,
        answers=asked,
        old=old,
    )
    sent = await _put_out(work, encounter, told)
    await close_with(work, asked, "answered", answer_id=sent.id)
    return Written(id=sent.id, message=sent.outbox_id or "")


async def ask(work: Work, encounter_id: str, asking: Asking) -> Written:
    """Ask the patient's GP something (spørre fastlegen)."""
    require(work.actor, Permission.WRITE_NOTE)
    encounter = await encounters.load(work, encounter_id)
    known = await known_gp(work.session, await work.session.get_one(Patient, encounter.patient_id))
    if known.gp is None or not known.gp.get("her_id"):
        raise NoGpToAsk
    gp = known.gp
    receiver = Party(
        name=gp["office_name"], her_id=gp["office_her_id"], person=gp["name"], person_her_id=gp["her_id"]
    )
    told = await _outgoing(
        work, encounter, receiver, subject=asking.subject, text=asking.text, topic=asking.topic
    )
    sent = await _put_out(work, encounter, told)
    return Written(id=sent.id, message=sent.outbox_id or "")


async def tell_withdrawn(work: Work, about: DialogueMessage, receiver: Party, text: str) -> None:
    """Tell whoever got a message of ours that it is deleted here; `about` has no words left to repeat."""
    encounter = await work.session.get_one(Encounter, about.encounter_id)
    old = about.version == "1.0"
    told = await _outgoing(
        work, encounter, receiver, subject="Slettet etter vedtak", text=text, answers=about, old=old
    )
    await _put_out(work, encounter, told, kind="note")


async def _outgoing(
    work: Work,
    encounter: Encounter,
    receiver: Party,
    *,
    subject: str,
    text: str,
    topic: str = "6",
    answers: DialogueMessage | None = None,
    old: bool = False,
) -> Outgoing:
    unit = await work.session.get_one(Unit, encounter.unit_id)
    doctor = await work.session.get_one(Staff, work.actor.id)
    head = Head(
        type=ANSWER if old else CLINICAL,
        message_id=new_id(),
        generated_at=work.now,
        wants_receipt=True,
        test=False,
        parent_id=answers.message_id if answers else None,
        conversation_id=(answers.conversation_id or answers.message_id) if answers else None,
        sender=Party(
            name=unit.municipality,
            her_id=unit.parent_her_id,
            department=unit.name,
            department_her_id=unit.her_id,
        ),
        receiver=receiver,
        organisation_number=unit.organisation_number,
        patient=await _about(work, encounter),
    )
    return Outgoing(
        head=head,
        version="1.0" if old else "1.1",
        topic=TOPICS[topic],
        subject=subject,
        text=text,
        doctor=doctor.name,
        hpr_number=doctor.hpr_number,
        asked=answers.text if answers else None,
    )


async def _about(work: Work, encounter: Encounter) -> HeadPatient:
    patient = await work.session.get_one(Patient, encounter.patient_id)
    numbers = [row for row in await numbers_of(work.session, patient.id) if row.kind in NATIONAL]
    given, _, family = patient.called.rpartition(" ")
    return HeadPatient(
        given=patient.given or given,
        family=patient.family or family,
        birth_date=patient.birth_date,
        identifier=numbers[0].value if numbers else None,
        kind=numbers[0].kind if numbers else None,
    )


async def _put_out(
    work: Work, encounter: Encounter, told: Outgoing, *, kind: str | None = None
) -> DialogueMessage:
    body, head = build_dialogue(told), told.head
    receiver = head.receiver
    sha256 = hashlib.sha256(body).hexdigest()
    patient = await work.session.get_one(Patient, encounter.patient_id)
    named = ", ".join(filter(None, (receiver.person or receiver.department, receiver.name)))
    office = receiver.name
    if is_protected(patient.protection):
        named = office = HIDDEN  # the office tells where she lives
    letter = OutboxMessage(
        id=new_id(),
        unit_id=encounter.unit_id,
        encounter_id=encounter.id,
        channel=CHANNEL,
        receiver=named,
        message_id=head.message_id,
        content_type="application/xml",
        body=body,
        sha256=sha256,
        state="queued",
        attempts=0,
        next_attempt_at=work.now,
        edition=0,
        basis=basis(Allows.SHARED_RECORD, work.now).code,
        receiver_her_id=receiver.addressed,
        created_at=work.now,
        changed_at=work.now,
    )
    kept = DialogueMessage(
        id=new_id(),
        unit_id=encounter.unit_id,
        encounter_id=encounter.id,
        direction="out",
        message_id=head.message_id,
        sender_her_id=head.sender.addressed_unit or 0,
        sender=named,
        person=told.doctor,
        receiver_her_id=receiver.addressed or 0,
        kind=kind or ("answer" if head.parent_id else "question"),
        topic_code=told.topic.code,
        topic=told.topic.display,
        subject=told.subject,
        text=told.text,
        attachments=[],
        conversation_id=head.conversation_id,
        parent_id=head.parent_id,
        version=told.version,
        issued_at=work.now,
        received_at=work.now,
        sha256=sha256,
        outbox_id=letter.id,
        author_id=work.actor.id,
    )
    work.session.add_all((letter, kept))
    await work.session.flush()
    about = DialogueWritten(encounter_id=encounter.id, happened_at=work.now, about=kept.kind, party=office)
    await work.record(about)
    return kept
