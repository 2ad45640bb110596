"""A GP asks and is answered, over a real socket: placed, acknowledged, dealt with once, and never lost."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.log_check.command import everything
from core.errors import Conflict, NotAllowed, Stale
from core.patients.protection import HIDDEN
from core.patients.tables import Encounter, Patient
from core.store.work import Work
from integrations.dialogue.handling import NotOpen, Placing, assign, close, place
from integrations.dialogue.reading import DialogueLine, dialogue_of, unit_dialogue
from integrations.dialogue.receipts_out import ReceiptSender
from integrations.dialogue.writing import Answering, Asking, answer, ask
from integrations.gp_summary.channel import GpSummaryChannel
from integrations.kith.apprec import Party, read_apprec
from integrations.kith.dialogue import CLINICAL, TOPICS, Outgoing, build_dialogue, read_dialogue
from integrations.kith.elements import Coded
from integrations.kith.msg_head import Head, HeadPatient, read_head
from integrations.kith.safe_xml import parse
from integrations.tables import OutboxMessage
from integrations.watch.worklist import worklist
from tests.app.sandbox.running import edi_client
from tests.cast import HER_ID, UNIT, full_arrival
from tests.conftest import SettableClock, client
from tests.integrations.region import HORIZON, Region, open_region

GRO = Party(name="Nordvik legesenter", her_id=8090001, person="Gro Fastlege", person_her_id=8090101)
HERE = Party(
    name="Nordvik kommune", her_id=HER_ID - 1, department="Nordvik legevakt", department_her_id=HER_ID
)

SOMEWHERE = Party(name="Sørvik kommune", her_id=1, department="Sørvik legevakt", department_her_id=2)
INGRID = HeadPatient(given="Ingrid", family="Solvang", birth_date=None, identifier=None, kind="fnr")


@pytest.fixture
async def region(database_url: str, clock: SettableClock, tmp_path: Path) -> AsyncIterator[Region]:
    async with (
        open_region(database_url, clock, tmp_path) as opened,
        client(f"{str(opened.beyond.base_url).rstrip('/')}/edi/", timeout=10) as http,
    ):
        exchange = edi_client(http)
        opened.channels["dialogue"] = GpSummaryChannel(exchange, name="dialogue")
        opened.ours = ReceiptSender(opened.store, exchange, horizon=HORIZON)
        yield opened


def asked(region: Region, number: int | None = 1, **more: Any) -> bytes:
    """Gro's question about a patient, as her system sends it."""
    identifier = full_arrival(number)["national_id"] if number else None
    patient = replace(INGRID, identifier=identifier)
    head = Head(
        type=more.pop("type", CLINICAL),
        message_id=more.pop("id", str(uuid4())),
        generated_at=region.clock(),
        wants_receipt=True,
        test=False,
        parent_id=more.pop("parent", None),
        conversation_id=None,
        sender=GRO,
        receiver=more.pop("to", HERE),
        patient=more.pop("patient", patient),
    )
    told = Outgoing(
        head=head, subject="Dose", text="Hvilken dose fikk hun?", topic=TOPICS["9"], doctor="Gro Fastlege",
        hpr_number=None,
    )  # fmt: skip
    return build_dialogue(replace(told, **more))


async def came(region: Region, body: bytes) -> None:
    """It is fetched, and our receipt goes out."""
    region.put_in_inbox(body)
    await region.receipts.collect()
    await region.ours.send_due()


def our_receipts(region: Region) -> list[tuple[str, tuple[str, ...], bytes]]:
    """What GPs have got from us as receipts: which message, which errors."""
    rows = region.sandbox.state.house.store.carried(sender=HER_ID)
    read = [read_apprec(row.body) for row in rows if b"<AppRec" in row.body[:200]]
    return [
        (each.original_id, tuple(error.code for error in each.errors), row.body)
        for each, row in zip(read, [row for row in rows if b"<AppRec" in row.body[:200]], strict=True)
    ]


async def waiting(region: Region) -> tuple[DialogueLine, ...]:
    return await region.store.read(unit_dialogue, UNIT)


async def lines(region: Region, encounter: str) -> tuple[DialogueLine, ...]:
    return await region.store.read(dialogue_of, encounter, region.cast.dag.actor)


async def protect(work: Work, encounter: str) -> None:
    visit = await work.session.get_one(Encounter, encounter)
    (await work.session.get_one(Patient, visit.patient_id)).protection = "fortrolig"


async def letters_out(session: AsyncSession) -> Sequence[OutboxMessage]:
    found = await session.execute(select(OutboxMessage).where(OutboxMessage.channel == "dialogue"))
    return found.scalars().all()


async def test_where_a_protected_patient_lives_is_not_told_by_who_wrote(region: Region) -> None:
    encounter = await region.finish()
    await region.store.write(region.cast.nora.actor, protect, encounter)
    await came(region, asked(region))

    (line,) = await waiting(region)
    (whole,) = await lines(region, encounter)
    assert {line.party, whole.party} == {HIDDEN}
    assert (line.person, whole.person) == (None, None)


async def test_a_question_is_placed_acknowledged_taken_and_answered_once(region: Region) -> None:
    encounter = await region.finish()
    question = asked(region, id="q-1")
    await came(region, question)
    await came(region, question)  # the sender has not heard us

    (line,) = await waiting(region)
    assert (line.encounter, line.kind, line.party, line.answers_it) == (
        encounter,
        "question",
        "Nordvik legesenter",
        None,
    )
    assert (line.text, line.due_at) == (None, region.clock() + timedelta(hours=24))
    receipts = our_receipts(region)
    assert [(id, errors) for id, errors, _ in receipts] == [("q-1", ())] * 2
    assert receipts[0][2] == receipts[1][2]
    (whole,) = await lines(region, encounter)
    assert (whole.text, whole.subject) == ("Hvilken dose fikk hun?", "Dose")

    dag, said = region.cast.dag.actor, Answering(text="5 mg én gang.")
    taken = await region.store.write(dag, assign, line.id, expected=1)
    assert [each.answers_it for each in await waiting(region)] == [dag.name]
    with pytest.raises(Stale):
        await region.store.write(dag, answer, encounter, line.id, said, expected=1)
    await region.store.write(dag, answer, encounter, line.id, said, expected=taken.version)
    with pytest.raises(NotOpen):
        await region.store.write(dag, answer, encounter, line.id, said, expected=taken.version + 1)
    assert await waiting(region) == ()

    await region.send()
    await region.receipts.collect()

    (letter,) = await region.store.read(letters_out)
    assert (letter.state, letter.receiver_her_id) == ("acknowledged", 8090101)
    root = parse(letter.body or b"")
    head = read_head(root)
    assert (head.parent_id, head.conversation_id, head.receiver) == ("q-1", "q-1", GRO)
    assert read_dialogue(root, head).text == "5 mg én gang."
    assert [(each.direction, each.closed_how, each.state) for each in await lines(region, encounter)] == [
        ("in", "answered", None),
        ("out", None, "acknowledged"),
    ]
    events = await region.events(encounter)
    told = [kind for kind in events if kind.startswith("dialogue")]
    assert told == ["dialogue-received", "dialogue-assigned", "dialogue-written", "dialogue-closed"]
    verified = await region.store.read(everything)
    assert verified.faults == ()


@pytest.mark.parametrize(
    ("more", "error", "why"),
    [
        ({"number": 77}, "E35", "unknown-patient"),
        ({"patient": None}, "E30", "no-patient"),
        ({"patient": replace(INGRID, kind=None)}, "E30", "no-patient"),
        ({"to": SOMEWHERE}, "E21", "wrong-receiver"),
    ],
)
async def test_what_cannot_be_placed_is_a_persons_task_and_the_sender_is_told_why(
    region: Region, more: dict[str, Any], error: str, why: str
) -> None:
    encounter = await region.finish()
    await came(region, asked(region, id="q-1", **more))

    assert [(id, errors) for id, errors, _ in our_receipts(region)] == [("q-1", (error,))]
    (line,) = await waiting(region)
    assert (line.encounter, line.text) == (None, "Hvilken dose fikk hun?")
    listed = await region.store.read(worklist, UNIT, region.clock())
    assert [(task.kind, task.code, task.dialogue) for task in listed.tasks] == [
        ("unknown-patient", why, line.id)
    ]

    number = (await region.store.read(_number, encounter)) or ""
    with pytest.raises(Conflict):
        await region.store.write(region.cast.kari.actor, place, line.id, Placing(number="nobody"), expected=1)
    await region.store.write(region.cast.kari.actor, place, line.id, Placing(number=number), expected=1)

    assert [each.encounter for each in await waiting(region)] == [encounter]
    assert (await region.store.read(worklist, UNIT, region.clock())).tasks == ()


async def _number(session: AsyncSession, encounter: str) -> str:
    found = await session.execute(text("SELECT number FROM encounter WHERE id = :id"), {"id": encounter})
    return str(found.scalar_one())


@pytest.mark.parametrize(
    ("damage", "error", "reason"),
    [
        ((b"DIALOG_HELSEFAGLIG", b"DIALOG_INNBYGGER_EKONTAKT"), "T10", "unsupported-type"),
        ((b"dialog/2013-01-23", b"dialog/2031-01-01"), "T10", "not-a-dialogue"),
        ((b"<TekstNotatInnhold>Hvilken dose fikk hun?</TekstNotatInnhold>", b""), "T02", "empty"),
        ((b"<MsgId>q-1</MsgId>", b""), None, "missing:MsgId"),
    ],
)
async def test_what_cannot_be_read_is_kept_and_listed_and_the_sender_told_where_known(
    region: Region, damage: tuple[bytes, bytes], error: str | None, reason: str
) -> None:
    body = asked(region, id="q-1")
    assert damage[0] in body
    await came(region, body.replace(*damage))

    assert [(id, errors) for id, errors, _ in our_receipts(region)] == ([("q-1", (error,))] if error else [])
    listed = await region.store.read(worklist, UNIT, region.clock())
    assert [(task.kind, task.code) for task in listed.tasks] == [("unreadable-message", reason)]
    assert [row.raw == body.replace(*damage) for row in await region.kept_receipts()] == [True]
    assert region.inbox() == 0


async def test_an_answer_to_our_letter_finds_its_encounter_and_another_patients_does_not(
    region: Region,
) -> None:
    first = await region.finish()
    second = await region.finish()  # the same patient, later
    letter = await region.message(first, "gp-summary")

    await came(region, asked(region, parent=letter.message_id))
    assert [each.encounter for each in await waiting(region)] == [first]
    await came(region, asked(region))
    assert {each.encounter for each in await waiting(region)} == {first, second}

    await region.finish(2)
    await came(region, asked(region, number=2, parent=letter.message_id))
    assert [each.encounter for each in await waiting(region)].count(None) == 1
    assert our_receipts(region)[-1][1] == ("E35",)


async def test_a_question_in_the_old_version_is_answered_and_acknowledged_in_it(region: Region) -> None:
    encounter = await region.finish()
    old = asked(region, id="q-1", version="1.0", type=Coded("DIALOG_FORESPORSEL", "Forespørsel"))
    await came(region, old)

    (line,) = await waiting(region)
    await region.store.write(
        region.cast.dag.actor, answer, encounter, line.id, Answering(text="Ja."), expected=1
    )

    (letter,) = await region.store.read(letters_out)
    root = parse(letter.body or b"")
    head = read_head(root)
    assert (head.type.code, read_dialogue(root, head).version) == ("DIALOG_SVAR", "1.0")
    assert b"Hvilken dose fikk hun?" in (letter.body or b"")
    assert b"apprec/2004-11-21" in our_receipts(region)[0][2]


async def test_we_ask_the_gp_whose_answer_comes_to_the_same_encounter(region: Region) -> None:
    encounter = await region.finish()
    asking = Asking(topic="8", subject="Tidligere EKG", text="Har dere et gammelt EKG?")
    with pytest.raises(NotAllowed):
        await region.store.write(region.cast.nora.actor, ask, encounter, asking)
    await region.store.write(region.cast.dag.actor, ask, encounter, asking)
    await region.send()
    await region.receipts.collect()
    (letter,) = await region.store.read(letters_out)
    assert letter.state == "acknowledged"

    await came(region, asked(region, parent=letter.message_id, topic=TOPICS["6"]))

    (line,) = await waiting(region)
    assert (line.encounter, line.kind, line.due_at) == (encounter, "answer", None)
    await region.store.write(region.cast.dag.actor, close, line.id, expected=1)
    assert await waiting(region) == ()


async def test_our_receipt_is_tried_until_taken_and_becomes_a_persons_work(region: Region) -> None:
    await region.finish()
    await region.let_fail("edi", {"status": 503}, {"status": 503})
    await came(region, asked(region, id="q-1"))
    assert our_receipts(region) == []
    region.clock.advance(hours=1)
    await region.ours.send_due()
    assert our_receipts(region) == []
    region.clock.advance(hours=1)
    await region.ours.send_due()
    assert [id for id, _, _ in our_receipts(region)] == ["q-1"]

    await region.let_fail("edi", {"status": 400})
    await came(region, asked(region, id="q-2"))
    listed = await region.store.read(worklist, UNIT, region.clock())
    assert [task.kind for task in listed.tasks] == ["receipt-not-sent"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE dialogue_message SET text = 'Noe annet'",
        "UPDATE dialogue_message SET encounter_id = NULL",
        "DELETE FROM dialogue_message",
    ],
)
async def test_the_database_itself_refuses_to_change_what_was_written(region: Region, statement: str) -> None:
    await region.finish()
    await came(region, asked(region))

    async def by_hand(work: Work) -> None:
        await work.session.execute(text(statement))

    with pytest.raises((DBAPIError, Conflict)):
        await region.store.write(region.cast.dag.actor, by_hand)
    assert len(await waiting(region)) == 1
