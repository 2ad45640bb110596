"""Letters as those who run the ward see them: each counted once, and what waits longest comes first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core.errors import NotFound
from core.ids import new_id
from core.store.work import Store, Work
from integrations import outbox
from integrations.dispatcher import forwarding
from integrations.sending import Receipt
from integrations.tables import OutboxMessage
from integrations.watch.send_now import NotWaiting, send_now
from integrations.watch.worklist import Worklist, worklist
from tests.cast import OTHER_UNIT, UNIT, Cast, full_arrival, move_in, system
from tests.conftest import SettableClock
from triage.commands.check_in import Arrival, check_in

OK = Receipt(status="ok", errors=(), raw=b"ok")
_OUT_OF_SIGHT = {"reason": "replaced", "state": "given-up"}


class Letters:
    """A ward that has signed, and what happens to its letters."""

    def __init__(self, store: Store, clock: SettableClock, cast: Cast, encounter: str) -> None:
        self.store, self.clock, self.cast, self.encounter = store, clock, cast, encounter

    async def written(self, **given: Any) -> str:
        """One more letter to the GP."""
        id = new_id()

        async def write(work: Work) -> None:
            values: dict[str, Any] = {
                "id": id,
                "unit_id": UNIT,
                "encounter_id": self.encounter,
                "channel": "gp-summary",
                "receiver": "Gro Fastland",
                "message_id": new_id(),
                "content_type": "application/xml",
                "body": b"letter",
                "sha256": "hash",
                "state": "queued",
                "attempts": 0,
                "next_attempt_at": work.now,
                "created_at": work.now,
                "changed_at": work.now,
            }
            work.session.add(OutboxMessage(**{**values, **given}))

        await self.store.write(system(UNIT), write)
        return id

    async def happens(self, deed: Any, *given: Any) -> None:
        """What the dispatcher does to a letter."""
        await self.store.write(forwarding(UNIT), deed, *given)

    async def seen(self, unit: str = UNIT) -> Worklist:
        """The work list now."""
        return await self.store.read(worklist, unit, self.clock())


@pytest.fixture
async def letters(store: Store, clock: SettableClock) -> Letters:
    cast = await move_in(store)
    arrival = Arrival.model_validate(full_arrival())
    encounter = await store.write(cast.nora.actor, check_in, arrival, UNIT, "test")
    return Letters(store, clock, cast, encounter.id)


async def test_each_letter_stands_where_it_belongs_and_is_counted_once(letters: Letters) -> None:
    delivered, rejected, waiting = [await letters.written() for _ in range(3)]
    await letters.written(**_OUT_OF_SIGHT)
    await letters.written(state="given-up", reason="no-gp", by_hand="printed")
    letters.clock.advance(minutes=5)
    await letters.happens(outbox.mark_sent, delivered, "carrier-1", OK)
    await letters.happens(outbox.mark_failed, rejected, "rejected", "E21")
    later = letters.clock() + timedelta(minutes=10)
    await letters.happens(outbox.mark_retry, waiting, "timeout", later)
    letters.clock.advance(minutes=70)

    seen = await letters.seen()

    assert [(line.id, line.group) for line in seen.lines] == [
        (rejected, "person"),
        (waiting, "underway"),
        (delivered, "delivered"),
    ]
    assert (seen.for_a_person, seen.under_way, seen.delivered_today) == (1, 1, 1)
    assert (seen.within_an_hour, seen.judged) == (1, 4)  # the one given by hand was not delivered either
    assert seen.oldest_for_a_person == letters.clock() - timedelta(minutes=75)
    assert [(each.channel, each.waiting) for each in seen.troubles] == [("gp-summary", 1)]
    assert (await letters.seen(OTHER_UNIT)).lines == ()


async def test_a_waiting_letter_is_tried_now_and_another_is_not(letters: Letters) -> None:
    dag, waiting = letters.cast.dag.actor, await letters.written()
    [claimed] = await letters.store.write(forwarding(UNIT), outbox.claim_due, {"gp-summary": 9})
    again = letters.clock() + timedelta(hours=6)
    await letters.happens(outbox.mark_retry, waiting, "timeout", again)
    assert await letters.store.write(forwarding(UNIT), outbox.claim_due, {"gp-summary": 9}) == ()

    await letters.store.write(dag, send_now, letters.encounter, waiting)

    [now] = await letters.store.write(forwarding(UNIT), outbox.claim_due, {"gp-summary": 9})
    assert (now.message_id, now.body) == (claimed.message_id, claimed.body)
    await letters.happens(outbox.mark_sent, waiting, "carrier-1", OK)
    with pytest.raises(NotWaiting):
        await letters.store.write(dag, send_now, letters.encounter, waiting)
    with pytest.raises(NotFound):
        await letters.store.write(dag, send_now, letters.encounter, new_id())


async def test_a_receiver_that_has_fallen_silent_is_named(letters: Letters) -> None:
    for week in range(1, 5):
        for _ in range(12):
            await letters.written(created_at=letters.clock() - timedelta(days=7 * week, hours=1))
    await letters.written(receiver="Nordvik sykehus")

    silent = {
        (each.channel, each.receiver): (each.today, each.usual) for each in (await letters.seen()).silences
    }

    assert silent == {("gp-summary", "Gro Fastland"): (0, 12), ("gp-summary", None): (1, 12)}
