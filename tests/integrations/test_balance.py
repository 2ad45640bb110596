"""Written = acknowledged + waiting + for a person, whatever happens in whatever order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from core.ids import new_id
from core.store.work import Store, Work
from integrations import outbox
from integrations.messages import balance
from integrations.sending import Receipt
from integrations.tables import OutboxMessage, ReceiptRow
from tests.cast import UNIT, Cast, full_arrival, move_in, system
from tests.conftest import SettableClock
from triage.commands.check_in import Arrival, check_in

STATES = {"queued", "sent", "acknowledged", "rejected", "contradicted", "given-up"}
CHANNELS = ("gp-summary", "shared-record")
RECEIPTS = {
    name: Receipt(status=name, errors=() if name == "ok" else ("E21",), raw=name.encode())
    for name in ("ok", "rejected", "partly")
}
Step = tuple[str, int, str]

steps = st.tuples(
    st.sampled_from(
        [
            "claim",
            "sent",
            "sent-with-receipt",
            "retry",
            "failed",
            "receipt",
            "transport",
            "unknown",
            "release",
        ]
    ),
    st.integers(0, 3),  # which message
    st.sampled_from(sorted(RECEIPTS)),
)


async def encounter_of(store: Store, cast: Cast) -> str:
    arrival = Arrival.model_validate(full_arrival())
    return (await store.write(cast.nora.actor, check_in, arrival, UNIT, "test")).id


def a_message(work: Work, encounter: str, number: int) -> OutboxMessage:
    return OutboxMessage(
        id=new_id(),
        unit_id=UNIT,
        encounter_id=encounter,
        channel=CHANNELS[number % 2],
        receiver="Gro Fastlege" if number % 2 == 0 else None,
        message_id=new_id(),
        content_type="application/xml",
        body=f"letter {number}".encode(),
        sha256=f"hash {number}",
        state="queued",
        attempts=0,
        next_attempt_at=work.now,
        created_at=work.now,
        changed_at=work.now,
    )


async def happen(work: Work, messages: list[OutboxMessage], step: Step, number: int) -> None:
    """One thing that may happen to a message, in any state it may be in."""
    kind, which, word = step
    message, receipt, id = messages[which], RECEIPTS[word], new_id()
    doing: dict[str, Callable[[], Any]] = {
        "claim": lambda: outbox.claim_due(work, dict.fromkeys(CHANNELS, 2)),
        "sent": lambda: outbox.mark_sent(work, message.id, id, None),
        "sent-with-receipt": lambda: outbox.mark_sent(
            work, message.id, f"carrier-{message.id}-{number}", receipt
        ),
        "retry": lambda: outbox.mark_retry(work, message.id, "http-503", work.now + timedelta(minutes=1)),
        "failed": lambda: outbox.mark_failed(
            work, message.id, "given-up" if word == "ok" else "rejected", "http-400"
        ),
        "receipt": lambda: outbox.take_receipt(
            work, message.message_id, f"receipt-{message.id}-{number % 3}", receipt, kind="application"
        ),
        "transport": lambda: outbox.take_receipt(
            work, message.message_id, f"transport-{message.id}-{number % 3}", receipt, kind="transport"
        ),
        "unknown": lambda: outbox.set_aside(work, f"unknown-{new_id()}", b"?", "not-xml"),
        "release": lambda: outbox.release_leases(work),
    }
    await doing[kind]()
    await work.session.flush()


async def in_balance(work: Work, messages: list[OutboxMessage]) -> None:
    lines = await balance(work.session, UNIT, work.now)
    assert sum(line.written for line in lines) % len(messages) == 0
    for line in lines:
        assert line.written == line.acknowledged + line.waiting + line.for_a_person
        assert line.acknowledged <= line.sent <= line.written


async def words_are_kept(work: Work, messages: list[OutboxMessage], fixed: list[Any]) -> None:
    for message in messages:
        await work.session.refresh(message)
    assert [(m.message_id, m.body, m.sha256) for m in messages] == fixed
    for message in messages:
        receipts = await work.session.execute(
            select(ReceiptRow.status).where(
                ReceiptRow.outbox_id == message.id, ReceiptRow.kind == "application"
            )
        )
        said = set(receipts.scalars())
        assert message.state in STATES
        assert message.state != "acknowledged" or said & {"ok", "partly"}
        assert message.state in ("acknowledged", "rejected", "contradicted") or not said
        both = "rejected" in said and bool(said & {"ok", "partly"})
        assert both == (message.state == "contradicted")


@pytest.fixture
async def ward(store: Store) -> tuple[Store, str]:
    return store, await encounter_of(store, await move_in(store))


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(course=st.lists(steps, min_size=1, max_size=14))
async def test_the_balance_holds_after_every_step(
    ward: tuple[Store, str], clock: SettableClock, course: list[Step]
) -> None:
    store, encounter = ward

    async def all_of_it(work: Work) -> None:
        messages = [a_message(work, encounter, number) for number in range(4)]
        work.session.add_all(messages)
        await work.session.flush()
        fixed = [(m.message_id, m.body, m.sha256) for m in messages]
        for number, step in enumerate(course):
            await happen(work, messages, step, number)
            await in_balance(work, messages)
        await words_are_kept(work, messages, fixed)

    clock.advance(minutes=2)
    await store.write(system(UNIT), all_of_it)


async def test_a_receiver_has_a_line_for_each_day_newest_first(store: Store, clock: SettableClock) -> None:
    encounter = await encounter_of(store, await move_in(store))

    async def write(work: Work) -> None:
        work.session.add_all([a_message(work, encounter, number) for number in range(3)])

    await store.write(system(UNIT), write)
    clock.advance(days=1)
    await store.write(system(UNIT), write)

    lines = await store.read(balance, UNIT, clock())

    assert [(line.day.day, line.channel, line.receiver, line.written, line.waiting) for line in lines] == [
        (21, "gp-summary", "Gro Fastlege", 2, 2),
        (21, "shared-record", None, 1, 1),
        (20, "gp-summary", "Gro Fastlege", 2, 2),
        (20, "shared-record", None, 1, 1),
    ]


@pytest.mark.parametrize("change", [{"body": b"another"}, {"message_id": "another"}, {"sha256": "another"}])
async def test_the_database_itself_keeps_identity_and_bytes(store: Store, change: dict[str, Any]) -> None:
    encounter = await encounter_of(store, await move_in(store))

    async def write(work: Work) -> str:
        message = a_message(work, encounter, 0)
        work.session.add(message)
        return message.id

    async def forge(work: Work, id: str) -> None:
        message = await work.session.get_one(OutboxMessage, id)
        for name, value in change.items():
            setattr(message, name, value)

    id = await store.write(system(UNIT), write)

    with pytest.raises(Exception, match="database-refused"):
        await store.write(system(UNIT), forge, id)
