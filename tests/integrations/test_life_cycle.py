"""One letter over either version of the carrier: whatever happens, the right state or a person's task."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from integrations.dispatcher import Dispatcher
from integrations.edi.client_v3 import EdiClientV3
from integrations.edi.port import MessageExchange
from integrations.edi.transport import Transport
from integrations.gp_summary.channel import GpSummaryChannel
from integrations.pace.book import TOGETHER
from integrations.receipts import Receipts
from integrations.tables import OutboxMessage
from tests.app.sandbox.running import TOKEN, carrier, edi_client
from tests.conftest import SettableClock, client
from tests.integrations.region import HORIZON, Region, open_region

GP = "gp-summary"
VERSIONS = ("2", "3")
UNKNOWN = "11111111-2222-4333-8444-555555555555"


@dataclass(slots=True)
class Post:
    """The letter of this story, and those who carry it."""

    region: Region
    transport: Transport
    encounter: str = ""

    async def letter(self) -> OutboxMessage:
        return await self.region.message(self.encounter, GP)

    async def strangers(self) -> int:
        """Receipts kept for a person, because they answer nothing we know."""
        return sum(row.outbox_id is None for row in await self.region.kept_receipts())

    async def ask_the_carrier(self) -> int:
        """How far it has come, when it has had a moment to come there."""
        self.region.clock.advance(seconds=10)
        return await self.transport.look()

    async def out_and_back(self, **fault: Any) -> None:
        """It is sent, with this trouble, and receipts are fetched."""
        await self.region.let_fail("edi", fault)
        await self.region.send()
        await self.region.receipts.collect()


Story = Callable[[Post], Awaitable[object]]


@pytest.fixture(params=VERSIONS)
async def there(
    request: pytest.FixtureRequest, database_url: str, clock: SettableClock, tmp_path: Path
) -> AsyncIterator[Post]:
    async with AsyncExitStack() as stack:
        region = await stack.enter_async_context(open_region(database_url, clock, tmp_path))
        beyond = str(region.beyond.base_url).rstrip("/")
        exchange: MessageExchange = edi_client(await stack.enter_async_context(carrier(beyond)))
        if request.param == "3":
            http = await stack.enter_async_context(client(f"{beyond}/edi3/", timeout=10))
            http.headers["authorization"] = f"Bearer {TOKEN}"
            exchange = EdiClientV3(http, source_system="legevakt/0.1")
        region.channels[GP] = GpSummaryChannel(exchange)
        region.dispatcher = Dispatcher(region.store, region.channels, horizon=HORIZON)
        region.receipts = Receipts(region.store, exchange)
        await region.receipts.collect()  # tells version 3 whom we look after
        yield Post(region, Transport(region.store, exchange))


async def acknowledged(post: Post) -> None:
    await post.region.send()
    assert await post.ask_the_carrier() == 1
    assert await post.ask_the_carrier() == 0
    assert [(row.kind, row.status) for row in (await post.region.shown(post.encounter, GP)).receipts] == [
        ("transport", "ok")
    ]
    assert (await post.letter()).state == "sent"  # the carrier's word is not the receiver's
    await post.region.receipts.collect()


async def rejected(post: Post) -> None:
    await post.out_and_back(reject="E35")


async def duplicate(post: Post) -> None:
    await post.out_and_back(duplicate_receipt=True)
    await post.region.receipts.collect()


async def transport_fails(post: Post) -> None:
    await post.out_and_back(transport="Rejected", no_receipt=True)
    await post.ask_the_carrier()


async def transport_fails_and_the_receiver_answers_late(post: Post) -> None:
    await post.region.let_fail("edi", {"transport": "Rejected"})
    await post.region.send()
    await post.ask_the_carrier()
    assert (await post.letter()).state == "given-up"
    await post.region.receipts.collect()


async def nobody_says_anything(post: Post) -> None:
    await post.out_and_back(transport="Unconfirmed", no_receipt=True)
    assert await post.ask_the_carrier() == 0
    post.region.clock.now += HORIZON + timedelta(hours=1)
    await post.region.dispatcher.give_up_unanswered()


async def lost_answer(post: Post) -> None:
    await post.region.let_fail("edi", {"lose_answer": True}, {"status": 503}, {"status": 429})
    for _ in range(4):
        await post.region.send(later=timedelta(hours=1))
    assert (await post.letter()).attempts == 4
    await post.region.receipts.collect()


async def unreadable(post: Post) -> None:
    before = await post.strangers()
    post.region.put_in_inbox(b"\x00 not xml")
    await post.out_and_back()
    assert await post.strangers() == before + 1


async def about_nothing_we_know(post: Post) -> None:
    before = await post.strangers()
    post.region.put_in_inbox(post.region.a_receipt(UNKNOWN))
    await post.out_and_back()
    assert await post.strangers() == before + 1


async def stuck(post: Post) -> None:
    before = await post.strangers()
    for _ in range(TOGETHER):  # as many as are fetched side by side
        post.region.put_in_inbox(post.region.a_receipt(UNKNOWN))
    await post.region.send()
    await post.region.let_fail("inbox", {}, {"status": 500, "times": TOGETHER})  # the list, then these
    await post.region.receipts.collect()
    assert (await post.letter()).state == "acknowledged"  # those behind them are read
    await post.region.receipts.collect()
    assert await post.strangers() == before + TOGETHER  # and they are not passed by


async def contradicting(post: Post) -> None:
    await post.out_and_back()
    post.region.put_in_inbox(post.region.a_receipt((await post.letter()).message_id, "E35"))
    await post.region.receipts.collect()


async def carrier_refuses(post: Post) -> None:
    await post.out_and_back(status=400)


STORIES: tuple[tuple[Story, str, str | None], ...] = (
    (acknowledged, "acknowledged", None),
    (rejected, "rejected", "E35"),
    (duplicate, "acknowledged", None),
    (transport_fails, "given-up", "transport-rejected"),
    (transport_fails_and_the_receiver_answers_late, "acknowledged", None),
    (nobody_says_anything, "given-up", "no-receipt"),
    (lost_answer, "acknowledged", None),
    (unreadable, "acknowledged", None),
    (about_nothing_we_know, "acknowledged", None),
    (stuck, "acknowledged", None),
    (contradicting, "contradicted", "contradicting-receipts"),
    (carrier_refuses, "rejected", "bad-request"),
)


async def test_whatever_happens_ends_in_the_right_state(there: Post) -> None:
    region = there.region
    for number, (story, state, reason) in enumerate(STORIES, start=1):
        there.encounter = await region.finish(number)
        first = await there.letter()

        await story(there)

        after = await there.letter()
        assert (after.state, after.reason) == (state, reason), story.__name__
        assert (after.message_id, after.body) == (first.message_id, first.body), story.__name__
        await region.beyond.delete("/sandbox/faults")
    assert {row["different_bodies"] for row in await region.received(GP)} == {0}
    waiting = sum(line.for_a_person for line in await region.balance() if line.channel == GP)
    assert waiting == sum(state in ("rejected", "given-up", "contradicted") for _, state, _ in STORIES)


async def test_a_patients_letters_reach_one_gp_in_the_order_of_the_visits(there: Post) -> None:
    region = there.region
    await region.let_fail("edi", {"status": 503})
    first = await region.finish()
    await region.send()  # not taken this time, and due again later
    region.clock.advance(milliseconds=1)
    again = await region.finish()
    other = await region.finish(2)

    await region.send()
    assert {each: (await region.message(each, GP)).state for each in (first, again, other)} == {
        first: "queued",
        again: "queued",
        other: "sent",
    }

    await region.send(later=timedelta(hours=1))
    await region.send()
    assert {(await region.message(each, GP)).state for each in (first, again)} == {"sent"}
