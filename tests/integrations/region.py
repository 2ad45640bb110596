"""A ward whose jobs are run by hand, and those who receive from it on a real socket, on one clock."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.sandbox.gp_system import Envelope, receipt
from app.sandbox.main import create_sandbox
from app.sandbox.store import Message
from app.wiring import reactions
from core.settings import Settings
from core.store.database import Database
from core.store.event_log import EventRow
from core.store.work import Store
from integrations.dispatcher import Dispatcher
from integrations.gp_summary.channel import GpSummaryChannel
from integrations.kith.apprec import Party
from integrations.messages import BalanceLine, balance, messages_of
from integrations.receipts import Receipts
from integrations.sending import Channel
from integrations.shared_record.document import master_identifier
from integrations.tables import OutboxMessage, ReceiptRow
from journal.commands.finish_encounter import Finishing, finish_encounter
from journal.commands.set_diagnosis import NewDiagnosis, set_diagnosis
from journal.commands.take_patient import Taking, take_patient
from tests.app.sandbox.running import TOKEN, edi_client, record_channel
from tests.cast import DIAGNOSIS, HER_ID, UNIT, Cast, finishing, full_arrival, move_in, note
from tests.conftest import SettableClock, client, serving
from triage.commands.check_in import Arrival, check_in

PATIENCE = 10.0
"""Seconds our side waits for an answer; a busy machine must not be taken for a slow carrier."""
HORIZON = timedelta(hours=72)
CHANNELS = ("gp-summary", "shared-record")
GP = Party(name="Gro", her_id=8090101)
PLACE = {"gp-summary": "edi", "shared-record": "mhd"}
"""Where the receiving side is told to misbehave for each channel."""


@dataclass(slots=True)
class Region:
    """The ward, its ways out, and the receiving side."""

    store: Store
    clock: SettableClock
    cast: Cast
    channels: dict[str, Channel]
    dispatcher: Dispatcher
    receipts: Receipts
    beyond: httpx.AsyncClient
    sandbox: Any
    ours: Any = None  # sends our own receipts, where a test is about them

    async def finish(self, number: int = 1, **arrival: Any) -> str:
        """Ingrid comes, is treated and goes home; the encounter's id."""
        nora, dag = self.cast.nora.actor, self.cast.dag.actor
        arrived = Arrival.model_validate({**full_arrival(number), **arrival})
        checked_in = await self.store.write(nora, check_in, arrived, UNIT, "test")
        id = checked_in.id
        taken = await self.store.write(dag, take_patient, id, Taking())
        diagnosis = NewDiagnosis.model_validate(DIAGNOSIS)
        set_ = await self.store.write(dag, set_diagnosis, id, diagnosis, taken.version)
        ending = Finishing.model_validate(finishing(note=note()))
        await self.store.write(dag, finish_encounter, id, ending, set_.version)
        return id

    async def send(self, *, later: timedelta = timedelta(0)) -> None:
        """The dispatcher's turn, after some time."""
        self.clock.now += later
        await self.dispatcher.send_due()

    async def let_fail(self, place: str, *faults: dict[str, Any]) -> None:
        """Line up trouble at the receiving side."""
        answer = await self.beyond.post("/sandbox/faults", json={place: list(faults)})
        assert answer.status_code == 204, answer.text

    async def received(self, channel: str) -> list[dict[str, Any]]:
        """What has arrived there, once for each identity."""
        listed = (await self.beyond.get("/sandbox/received")).json()
        return [row for row in listed if row["channel"] == channel]

    async def message(self, encounter: str, channel: str) -> OutboxMessage:
        """As it stands in the outbox."""
        return next(row for row in await self.store.read(_messages, encounter) if row.channel == channel)

    async def shown(self, encounter: str, channel: str) -> Any:
        """The same as staff see it."""
        return next(m for m in await self.store.read(messages_of, encounter) if m.channel == channel)

    async def kept_receipts(self) -> Sequence[ReceiptRow]:
        """Every receipt we hold, oldest first."""
        return await self.store.read(_receipts)

    async def events(self, encounter: str) -> list[str]:
        """What the log says happened, in order."""
        return await self.store.read(_events, encounter)

    async def balance(self) -> tuple[BalanceLine, ...]:
        """Written, acknowledged, waiting, for a person."""
        return await self.store.read(balance, UNIT, self.clock())

    def put_in_inbox(self, body: bytes, *, her_id: int = HER_ID) -> str:
        """Somebody sends us a receipt; returns what the carrier calls it."""
        message = Message(
            id=str(uuid4()),
            sender=8090101,
            receiver=her_id,
            document_id=str(uuid4()),
            generated_at=self.clock().isoformat(),
            about="something",
            body=body,
        )
        self.sandbox.state.house.store.add_message(message, at=self.clock(), visible_at=self.clock())
        return message.id

    def a_receipt(self, message_id: str, *errors: str, sender: Party = GP) -> bytes:
        """The GP's word on one of our messages."""
        here = Party(name="Nordvik legevakt", her_id=HER_ID)
        about = Envelope(message_id=message_id, generated_at=self.clock(), sender=here, receiver=sender)
        return receipt(about, errors, id_=str(uuid4()), at=self.clock())

    def inbox(self) -> int:
        """How many receipts the carrier still holds for us."""
        return len(self.sandbox.state.house.store.unread([HER_ID], now=self.clock()))


def at_receiver(channel: str, message: OutboxMessage) -> str:
    """The identity the receiver knows the message by."""
    if channel == "shared-record":
        return master_identifier(message.message_id)
    return message.message_id


async def _messages(session: AsyncSession, encounter: str) -> Sequence[OutboxMessage]:
    found = await session.execute(select(OutboxMessage).where(OutboxMessage.encounter_id == encounter))
    return found.scalars().all()


async def _receipts(session: AsyncSession) -> Sequence[ReceiptRow]:
    return (await session.execute(select(ReceiptRow).order_by(ReceiptRow.received_at))).scalars().all()


async def _events(session: AsyncSession, encounter: str) -> list[str]:
    found = await session.execute(
        select(EventRow.kind).where(EventRow.encounter_id == encounter).order_by(EventRow.seq)
    )
    return list(found.scalars())


@asynccontextmanager
async def open_region(database_url: str, clock: SettableClock, folder: Path) -> AsyncIterator[Region]:
    """Everything on fresh databases."""
    sandbox = create_sandbox(
        our_her_id=HER_ID, token=TOKEN, receipt_delay_seconds=0, storage=folder / "gp.db", clock=clock
    )
    store = Store(Database(database_url), clock, reactions(Settings(environment="test")))
    async with (
        serving(sandbox) as beyond,
        client(f"{beyond}/edi/", timeout=PATIENCE) as carrier,
        client(f"{beyond}/mhd/", timeout=PATIENCE) as record,
        client(beyond) as control,
    ):
        exchange = edi_client(carrier)
        channels: dict[str, Channel] = {
            "gp-summary": GpSummaryChannel(exchange),
            "shared-record": record_channel(record),
        }
        try:
            yield Region(
                store=store,
                clock=clock,
                cast=await move_in(store),
                channels=channels,
                dispatcher=Dispatcher(store, channels, horizon=HORIZON),
                receipts=Receipts(store, exchange),
                beyond=control,
                sandbox=sandbox,
            )
        finally:
            await store.drain()
