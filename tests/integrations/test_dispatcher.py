"""Letters leave the ward: sent as often as needed, always the same bytes, with the effect of once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Select
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from core.patients.need.blocks import Kind, NewBlock, set_block
from integrations import outbox
from integrations.dispatcher import Dispatcher, forwarding
from integrations.gp_summary.channel import GpSummaryChannel
from integrations.outbox import due_now
from integrations.tables import OutboxMessage
from tests.app.sandbox.running import carrier, edi_client
from tests.conftest import SettableClock
from tests.integrations.region import (
    CHANNELS,
    HORIZON,
    PLACE,
    Region,
    at_receiver,
    open_region,
)

HOUR = timedelta(hours=1)


@pytest.fixture
async def region(database_url: str, clock: SettableClock, tmp_path: Path) -> AsyncIterator[Region]:
    async with open_region(database_url, clock, tmp_path) as opened:
        yield opened


async def test_a_finished_encounter_reaches_the_gp_and_the_shared_record(region: Region) -> None:
    encounter = await region.finish()
    assert {(await region.message(encounter, each)).state for each in CHANNELS} == {"queued"}

    await region.send()

    assert (await region.message(encounter, "gp-summary")).state == "sent"
    assert (await region.message(encounter, "shared-record")).state == "acknowledged"

    await region.receipts.collect()

    for channel in CHANNELS:
        message = await region.message(encounter, channel)
        assert (message.state, message.attempts, message.leased_until) == ("acknowledged", 1, None)
        [arrived] = await region.received(channel)
        assert (arrived["message_id"], arrived["sha256"]) == (at_receiver(channel, message), message.sha256)
    events = await region.events(encounter)
    assert (events.count("message-sent"), events.count("message-acknowledged")) == (2, 2)


@pytest.mark.parametrize(("kind", "stopped"), [("outside", set(CHANNELS)), ("gp-summary", {"gp-summary"})])
async def test_what_the_patient_blocked_after_signing_is_not_sent_and_staff_see_why(
    region: Region, kind: Kind, stopped: set[str]
) -> None:
    encounter = await region.finish()
    await region.store.write(region.cast.kari.actor, set_block, encounter, NewBlock(kind=kind))

    await region.send()
    await region.send(later=HOUR)

    for channel in CHANNELS:
        seen = await region.shown(encounter, channel)
        assert ((seen.state, seen.reason) == ("given-up", "patient-blocked")) is (channel in stopped)
        assert bool(await region.received(channel)) is (channel not in stopped)
    assert (await region.events(encounter)).count("message-given-up") == len(stopped)


TROUBLE: tuple[tuple[dict[str, Any], str, bool], ...] = (  # what goes wrong, our word, taken in
    ({"status": 503}, "http-503", False),
    ({"status": 429, "retry_after": 120}, "too-many-requests", False),
    ({"status": 401}, "not-allowed", False),
    ({"lose_answer": True}, "no-connection", True),
)


@pytest.mark.parametrize("channel", CHANNELS)
async def test_after_every_trouble_the_same_bytes_go_again_and_have_one_effect(
    region: Region, channel: str
) -> None:
    await region.let_fail(PLACE[channel], *(fault for fault, _, _ in TROUBLE))
    encounter = await region.finish()
    first = await region.message(encounter, channel)

    for number, (_, reason, taken_in) in enumerate(TROUBLE, start=1):
        await region.send(later=HOUR)

        waiting = await region.message(encounter, channel)
        assert (waiting.state, waiting.reason, waiting.attempts) == ("queued", reason, number)
        assert waiting.next_attempt_at > region.clock()
        assert len(await region.received(channel)) == taken_in

    await region.send(later=HOUR)
    await region.receipts.collect()

    message = await region.message(encounter, channel)
    assert (message.state, message.reason, message.attempts) == ("acknowledged", None, len(TROUBLE) + 1)
    assert (message.message_id, message.body) == (first.message_id, first.body)
    [arrived] = await region.received(channel)
    assert (arrived["attempts"], arrived["different_bodies"]) == (2, 0)
    assert arrived["sha256"] == message.sha256


async def test_a_slow_carrier_takes_it_in_after_we_hung_up_and_knows_it_again(region: Region) -> None:
    await region.let_fail("edi", {"hang_seconds": 1.5})
    encounter = await region.finish()

    async with carrier(str(region.beyond.base_url).rstrip("/"), timeout=1.0) as http:
        impatient = {"gp-summary": GpSummaryChannel(edi_client(http))}
        await Dispatcher(region.store, impatient, horizon=HORIZON).send_due()
    waiting = await region.message(encounter, "gp-summary")
    async with asyncio.timeout(10):
        while True:
            if await region.received("gp-summary"):
                break
            await asyncio.sleep(0.02)
    await region.send(later=HOUR)

    assert (waiting.state, waiting.reason) == ("queued", "timeout")
    assert (await region.message(encounter, "gp-summary")).state == "sent"
    [arrived] = await region.received("gp-summary")
    assert (arrived["attempts"], arrived["different_bodies"]) == (2, 0)


async def test_what_the_carrier_asks_for_is_waited_for(region: Region) -> None:
    await region.let_fail("mhd", {"status": 429, "retry_after": 120})
    encounter = await region.finish()

    await region.send()
    await region.send(later=timedelta(seconds=119))

    assert (await region.message(encounter, "shared-record")).attempts == 1

    await region.send(later=timedelta(seconds=2))

    assert (await region.message(encounter, "shared-record")).state == "acknowledged"


@pytest.mark.parametrize(
    ("channel", "fault"), [("gp-summary", {"status": 400}), ("shared-record", {"reject": "not a document"})]
)
async def test_refused_for_good_is_work_for_a_person_and_is_not_sent_again(
    region: Region, channel: str, fault: dict[str, Any]
) -> None:
    await region.let_fail(PLACE[channel], fault)
    encounter = await region.finish()

    await region.send()
    await region.send(later=HOUR)

    message = await region.message(encounter, channel)
    assert (message.state, message.attempts) == ("rejected", 1)
    assert message.reason
    assert "message-rejected" in await region.events(encounter)
    assert sum(line.for_a_person for line in await region.balance()) == 1


@pytest.mark.parametrize("channel", CHANNELS)
async def test_past_the_horizon_it_is_given_up_with_its_reason(region: Region, channel: str) -> None:
    await region.let_fail(PLACE[channel], {"status": 503, "times": 9})
    encounter = await region.finish()

    await region.send()
    await region.send(later=HORIZON)

    assert (await region.message(encounter, channel)).state == "queued"

    await region.send(later=HOUR)

    shown = await region.shown(encounter, channel)
    assert (shown.state, shown.reason, shown.attempts) == ("given-up", "http-503", 3)
    assert (await region.events(encounter)).count("message-given-up") == 1


async def test_a_patient_without_gp_is_shown_as_work_for_a_person(region: Region) -> None:
    encounter = await region.finish(general_practitioner=None)

    await region.send()

    shown = await region.shown(encounter, "gp-summary")
    assert (shown.state, shown.reason, shown.attempts) == ("given-up", "no-gp", 0)
    assert "message-given-up" in await region.events(encounter)
    assert await region.received("gp-summary") == []
    line = next(line for line in await region.balance() if line.channel == "gp-summary")
    assert (line.written, line.for_a_person, line.receiver) == (1, 1, None)


async def test_one_receiver_in_trouble_does_not_hold_up_the_other(region: Region) -> None:
    await region.let_fail("edi", {"status": 503, "times": 9})
    encounters = [await region.finish(number) for number in range(1, 7)]

    await region.send()

    for encounter in encounters:
        assert (await region.message(encounter, "shared-record")).state == "acknowledged"
        assert (await region.message(encounter, "gp-summary")).state == "queued"


async def test_an_outage_is_met_by_a_few_letters_and_the_others_go_when_it_is_over(region: Region) -> None:
    encounters = [await region.finish(number) for number in range(1, 13)]
    await region.let_fail("edi", {"status": 503, "times": 999})

    await region.send()
    await region.send(later=timedelta(seconds=2))

    letters = [await region.message(encounter, "gp-summary") for encounter in encounters]
    assert sum(letter.attempts for letter in letters) == 8 + 1  # and then one that asks
    assert (await region.beyond.delete("/sandbox/faults")).status_code == 204
    await region.send(later=timedelta(seconds=2))
    letters = [await region.message(encounter, "gp-summary") for encounter in encounters]
    assert all(letter.state == "sent" for letter in letters if letter.attempts == 1 and not letter.reason)
    assert sum(letter.state == "sent" for letter in letters) >= 12 - 9


async def test_a_dispatcher_that_is_stopped_leaves_nothing_going_on(region: Region) -> None:
    await region.let_fail("edi", {"hang_seconds": 600})
    encounter = await region.finish()
    sending = asyncio.ensure_future(region.dispatcher.send_due())
    async with asyncio.timeout(10):
        while True:
            if (await region.message(encounter, "shared-record")).state == "acknowledged":
                break
            await asyncio.sleep(0.02)

    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)

    assert [task for task in asyncio.all_tasks() if "Dispatcher._send" in repr(task)] == []
    assert (await region.message(encounter, "gp-summary")).state == "queued"


async def test_a_message_that_breaks_the_sender_is_kept_and_the_others_go(region: Region) -> None:
    class Broken:
        name, content_type = "gp-summary", "application/xml"

        async def send(self, message_id: str, body: bytes) -> Any:
            raise ZeroDivisionError

    first, second = await region.finish(1), await region.finish(2)
    channels = {**region.channels, "gp-summary": Broken()}

    await Dispatcher(region.store, channels, horizon=HORIZON).send_due()

    assert (await region.shown(first, "gp-summary")).reason == "fault"
    assert (await region.message(second, "shared-record")).state == "acknowledged"

    await region.send(later=HOUR)

    assert (await region.message(first, "gp-summary")).state == "sent"


async def test_what_a_killed_process_had_claimed_is_sent_by_the_next(region: Region) -> None:
    encounter = await region.finish()
    await region.store.write(forwarding(None), outbox.claim_due, dict.fromkeys(CHANNELS, 10))

    await region.send(later=outbox.LEASE)
    assert await region.received("gp-summary") == []

    await region.send(later=timedelta(seconds=1))
    assert (await region.message(encounter, "gp-summary")).state == "sent"


async def test_the_only_process_need_not_wait_for_its_predecessors_lease(region: Region) -> None:
    encounter = await region.finish()
    await region.store.write(forwarding(None), outbox.claim_due, dict.fromkeys(CHANNELS, 10))

    await region.store.write(forwarding(None), outbox.release_leases)
    await region.send()

    assert (await region.message(encounter, "gp-summary")).state == "sent"


async def test_two_dispatchers_share_the_work_and_send_nothing_twice(region: Region) -> None:
    encounters = [await region.finish(number) for number in range(1, 9)]
    second = Dispatcher(region.store, region.channels, horizon=HORIZON)

    tried = await asyncio.gather(region.dispatcher.send_due(), second.send_due())

    assert sum(tried) == 2 * len(encounters)
    for channel in CHANNELS:
        assert [row["attempts"] for row in await region.received(channel)] == [1] * len(encounters)


async def test_what_was_sent_and_never_answered_becomes_work_until_a_late_receipt_speaks(
    region: Region,
) -> None:
    encounter = await region.finish()
    await region.send()

    region.clock.now += HORIZON - HOUR
    assert await region.dispatcher.give_up_unanswered() == 0
    region.clock.now += 2 * HOUR
    assert await region.dispatcher.give_up_unanswered() == 1

    waiting = await region.message(encounter, "gp-summary")
    assert (waiting.state, waiting.reason) == ("given-up", "no-receipt")
    assert "message-given-up" in await region.events(encounter)

    await region.receipts.collect()
    assert (await region.message(encounter, "gp-summary")).state == "acknowledged"


async def test_claiming_walks_no_further_however_long_the_queue_is(region: Region) -> None:
    if region.store.database.is_sqlite:  # the plan is the same with ten letters and with ten thousand
        statement = due_now().params(channel="gp-summary", now=region.clock(), most=4)

        plan = await region.store.read(_plan, statement)

        assert [line for line in plan if "ix_outbox_message_due" in line and "CORRELATED" not in line] == [
            "SEARCH outbox_message USING INDEX ix_outbox_message_due (state=? AND next_attempt_at<?)"
        ]
        assert not [line for line in plan if line.startswith("SCAN")]


async def _plan(session: AsyncSession, statement: Select[OutboxMessage]) -> list[str]:
    compiled = statement.compile(dialect=sqlite.dialect(), compile_kwargs={"render_postcompile": True})
    values = tuple("1" for _ in compiled.positiontup or ())  # the plan does not depend on them
    connection = await session.connection()
    found = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values)
    return [str(row[3]) for row in found]
