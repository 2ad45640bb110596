"""Receipts come back: matched on the message's identity, kept as they came, and never a word lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from core.errors import NotAllowed
from integrations import outbox
from integrations.dispatcher import forwarding
from integrations.edi.port import INBOX_PAGE
from integrations.inbox.tasks import SettledAlready, Settling, settle
from integrations.kith.apprec import Party
from integrations.sending import Receipt
from integrations.watch.worklist import worklist
from tests.cast import UNIT
from tests.conftest import SettableClock
from tests.integrations.region import HORIZON, Region, open_region

HOUR = timedelta(hours=1)
GP = "gp-summary"
UNKNOWN = "11111111-2222-4333-8444-555555555555"


@pytest.fixture
async def region(database_url: str, clock: SettableClock, tmp_path: Path) -> AsyncIterator[Region]:
    async with open_region(database_url, clock, tmp_path) as opened:
        yield opened


async def test_the_gps_receipt_makes_the_letter_delivered(region: Region) -> None:
    encounter = await region.finish()
    await region.send()
    assert (await region.message(encounter, GP)).state == "sent"

    new = await region.receipts.collect()

    shown = await region.shown(encounter, GP)
    assert (new, shown.state, region.inbox()) == (1, "acknowledged", 0)
    assert [(receipt.kind, receipt.status) for receipt in shown.receipts] == [("application", "ok")]
    kept = [row for row in await region.kept_receipts() if b"AppRec" in row.raw]
    assert [shown.message_id.encode() in row.raw for row in kept] == [True]


async def test_a_rejection_is_work_for_a_person_with_the_receivers_reason(region: Region) -> None:
    await region.let_fail("edi", {"reject": "E35"})
    encounter = await region.finish()

    await region.send()
    await region.receipts.collect()
    await region.send(later=HOUR)

    shown = await region.shown(encounter, GP)
    assert (shown.state, shown.reason, shown.attempts) == ("rejected", "E35", 1)
    assert [receipt.errors for receipt in shown.receipts] == [("E35",)]
    assert "message-rejected" in await region.events(encounter)
    assert sum(line.for_a_person for line in await region.balance()) == 1


async def test_the_same_receipt_twice_changes_nothing(region: Region) -> None:
    await region.let_fail("edi", {"duplicate_receipt": True})
    encounter = await region.finish()

    await region.send()
    await region.receipts.collect()
    await region.receipts.collect()

    assert (await region.message(encounter, GP)).state == "acknowledged"
    assert (await region.message(encounter, GP)).reason is None
    assert (await region.events(encounter)).count("message-acknowledged") == 2  # one for each channel
    assert region.inbox() == 0


async def test_a_receipt_we_could_not_mark_as_read_comes_again_and_changes_nothing(region: Region) -> None:
    encounter = await region.finish()
    await region.send()
    await region.let_fail("inbox", {}, {}, {"status": 503})  # list, fetch, mark

    await region.receipts.collect()
    assert ((await region.message(encounter, GP)).state, region.inbox()) == ("acknowledged", 1)

    await region.receipts.collect()
    assert (len((await region.shown(encounter, GP)).receipts), region.inbox()) == (1, 0)


async def test_a_receipt_that_overtakes_the_carriers_answer_is_not_overwritten(region: Region) -> None:
    encounter = await region.finish()
    claimed = await region.store.write(forwarding(None), outbox.claim_due, {GP: 1})
    sent = await region.channels[GP].send(claimed[0].message_id, claimed[0].body)

    await region.receipts.collect()
    before = await region.message(encounter, GP)
    unit = forwarding(claimed[0].unit_id)
    await region.store.write(unit, outbox.mark_sent, claimed[0].id, sent.external_id, None)
    await region.send(later=HOUR)

    after = await region.message(encounter, GP)
    assert (before.state, after.state, after.attempts) == ("acknowledged", "acknowledged", 1)
    assert after.leased_until is None
    assert [row["attempts"] for row in await region.received(GP)] == [1]


async def test_after_a_lost_answer_the_receipt_alone_is_enough(region: Region) -> None:
    await region.let_fail("edi", {"lose_answer": True})
    encounter = await region.finish()

    await region.send()
    await region.receipts.collect()
    await region.send(later=HOUR)

    assert (await region.message(encounter, GP)).state == "acknowledged"
    assert [row["attempts"] for row in await region.received(GP)] == [1]


async def test_a_receipt_for_a_message_we_do_not_know_is_kept_for_a_person(region: Region) -> None:
    encounter = await region.finish()
    await region.send()
    unknown = region.put_in_inbox(region.a_receipt("11111111-2222-4333-8444-555555555555"))

    new = await region.receipts.collect()

    kept = {row.external_id: row for row in await region.kept_receipts()}
    assert (new, region.inbox()) == (2, 0)
    assert kept[unknown].outbox_id is None
    assert b"11111111-2222-4333-8444-555555555555" in kept[unknown].raw
    assert (await region.message(encounter, GP)).state == "acknowledged"


async def test_unreadable_receipts_are_kept_for_a_person_and_the_next_is_read(region: Region) -> None:
    bodies = {
        "not-xml": b"\x00 not xml",
        "unknown-status": b"<AppRec xmlns='http://www.kith.no/xmlstds/apprec/2012-02-15'/>",
        "has-doctype": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
    }
    put = {region.put_in_inbox(body): reason for reason, body in bodies.items()}
    encounter = await region.finish()
    await region.send()

    await region.receipts.collect()

    kept = [row for row in await region.kept_receipts() if row.external_id in put]
    assert {row.external_id: row.errors for row in kept} == {id: [reason] for id, reason in put.items()}
    assert [row.raw for row in kept if row.raw != bodies[row.errors[0]] or row.outbox_id] == []
    assert ((await region.message(encounter, GP)).state, region.inbox()) == ("acknowledged", 0)


async def test_receipts_the_carrier_cannot_hand_out_do_not_hold_up_the_next(region: Region) -> None:
    stuck = {region.put_in_inbox(region.a_receipt("11111111-2222-4333-8444-555555555555")) for _ in range(2)}
    encounter = await region.finish()
    await region.send()
    await region.let_fail("inbox", {}, {"status": 404}, {"status": 500})  # list, then any two

    await region.receipts.collect()

    assert region.inbox() == 2

    await region.receipts.collect()

    assert (await region.message(encounter, GP)).state == "acknowledged"
    assert stuck <= {row.external_id for row in await region.kept_receipts()}
    assert region.inbox() == 0


async def test_a_late_yes_after_giving_up_makes_it_delivered(region: Region) -> None:
    await region.let_fail("edi", {"lose_answer": True}, {"status": 503, "times": 9})
    encounter = await region.finish()
    await region.send()
    await region.send(later=HORIZON + HOUR)
    assert (await region.message(encounter, GP)).state == "given-up"

    await region.receipts.collect()

    shown = await region.shown(encounter, GP)
    assert (shown.state, shown.reason) == ("acknowledged", None)


@pytest.mark.parametrize(
    "words", [((), ("E35",)), (("E35",), ()), ((), ("E35",), ()), (("E35",), (), ("E21",))]
)
async def test_both_yes_and_no_from_the_receiver_is_not_delivered_but_a_persons_work(
    region: Region, words: tuple[tuple[str, ...], ...]
) -> None:
    await region.let_fail("edi", {"no_receipt": True})
    encounter = await region.finish()
    await region.send()
    message_id = (await region.message(encounter, GP)).message_id

    for said in words:
        region.put_in_inbox(region.a_receipt(message_id, *said))
        await region.receipts.collect()
        region.clock.advance(minutes=1)

    shown = await region.shown(encounter, GP)
    assert (shown.state, shown.reason) == ("contradicted", "contradicting-receipts")
    assert [receipt.errors for receipt in shown.receipts] == list(words)
    line = next(line for line in await region.balance() if line.channel == GP)
    assert (line.written, line.acknowledged, line.for_a_person) == (1, 0, 1)
    assert (await region.events(encounter)).count("message-contradicted") == 1


async def test_what_the_inbox_holds_for_nobody_stands_on_a_list_until_somebody_has_settled_it(
    region: Region,
) -> None:
    encounter = await region.finish()
    await region.send()
    await region.receipts.collect()
    letter = await region.message(encounter, GP)
    stranger = Party(name="Sørvik legesenter", her_id=8090901)
    put = {
        region.put_in_inbox(region.a_receipt(UNKNOWN)): ("unmatched-receipt", "ok", None),
        region.put_in_inbox(b"no receipt"): ("unreadable-receipt", "not-xml", None),
        region.put_in_inbox(region.a_receipt(letter.message_id, "E21", sender=stranger)): (
            "other-receiver",
            "E21",
            encounter,
        ),
    }
    for _ in range(2):  # fetched again, nothing is there twice
        await region.receipts.collect()

    listed = await region.store.read(worklist, UNIT, region.clock())

    assert {(each.kind, each.code, each.encounter) for each in listed.tasks} == set(put.values())
    assert (listed.for_a_person, (await region.message(encounter, GP)).state) == (3, "acknowledged")
    for task in listed.tasks:
        done = Settling(note="Ringte legekontoret: gjaldt en annen legevakt.")
        await region.store.write(region.cast.kari.actor, settle, task.id, done)
    after = await region.store.read(worklist, UNIT, region.clock())
    assert (after.tasks, after.for_a_person) == ((), 0)
    with pytest.raises(SettledAlready):
        await region.store.write(region.cast.kari.actor, settle, listed.tasks[0].id, done)
    with pytest.raises(NotAllowed):
        await region.store.write(region.cast.nora.actor, settle, listed.tasks[0].id, done)


async def test_what_the_carrier_will_not_hand_out_is_a_persons_work(region: Region) -> None:
    region.put_in_inbox(region.a_receipt(UNKNOWN))
    await region.let_fail("inbox", {}, {"status": 404})  # the list, then the document

    await region.receipts.collect()

    listed = await region.store.read(worklist, UNIT, region.clock())
    assert [(each.kind, each.code) for each in listed.tasks] == [("not-handed-out", "not-found")]


async def test_a_yes_after_the_carrier_refused_is_the_receivers_word(region: Region) -> None:
    await region.let_fail("edi", {"lose_answer": True}, {"status": 400})
    encounter = await region.finish()
    await region.send()
    await region.send(later=HOUR)
    assert (await region.message(encounter, GP)).state == "rejected"

    await region.receipts.collect()

    assert (await region.message(encounter, GP)).state == "acknowledged"


async def test_an_inbox_of_more_than_one_page_is_emptied_in_one_go(region: Region) -> None:
    encounter = await region.finish()
    await region.send()
    letter = (await region.message(encounter, GP)).message_id
    for _ in range(2 * INBOX_PAGE + 5):
        region.put_in_inbox(region.a_receipt(letter))

    await region.receipts.collect()

    assert (region.inbox(), (await region.message(encounter, GP)).state) == (0, "acknowledged")


async def test_the_carriers_own_word_is_not_the_receivers(region: Region) -> None:
    await region.let_fail("edi", {"no_receipt": True})
    encounter = await region.finish()
    await region.send()
    message = await region.message(encounter, GP)

    word = Receipt(status="ok", errors=(), raw=b"taken over")
    unit = forwarding(message.unit_id)
    await region.store.write(
        unit, outbox.take_receipt, message.message_id, "carrier-1", word, kind="transport"
    )

    shown = await region.shown(encounter, GP)
    assert (shown.state, [receipt.kind for receipt in shown.receipts]) == ("sent", ["transport"])


async def test_an_inbox_out_of_order_is_emptied_when_it_is_back(region: Region) -> None:
    encounter = await region.finish()
    await region.send()
    await region.let_fail("inbox", {"status": 503})

    await region.receipts.collect()
    assert (await region.message(encounter, GP)).state == "sent"

    await region.receipts.collect()
    assert (await region.message(encounter, GP)).state == "acknowledged"
    assert region.inbox() == 0
