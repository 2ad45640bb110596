"""Rehearsing a signature (prøve signeringen): all of it is done, looked at, and rolled back.

So the preview cannot differ from what is sent: it is read from the very bytes that signing fixes, by the same
command and the same reactions. Nothing of it stays, and nobody is told.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, select

from core.ids import Actor
from core.store.work import Store, Work
from integrations.tables import OutboxMessage
from journal.commands.finish_encounter import Finishing, finish_encounter


@dataclass(frozen=True, slots=True, kw_only=True)
class WouldLeave:
    """One letter as signing would fix it; without a body, why there would be none."""

    channel: str
    receiver: str | None
    body: bytes | None
    reason: str | None


class _Rehearsed(Exception):
    """Ends the transaction without a trace, and carries out what was seen in it."""

    def __init__(self, letters: tuple[WouldLeave, ...]) -> None:
        self.letters = letters


async def rehearse(
    store: Store, actor: Actor, encounter_id: str, finishing: Finishing, *, version: int
) -> tuple[WouldLeave, ...]:
    """What would leave. Raises what signing would raise: what is missing, or that it is not the actor's."""

    async def sign(work: Work) -> None:
        earlier = set((await work.session.execute(_of(encounter_id))).scalars())
        await finish_encounter(work, encounter_id, finishing, version)
        await work.session.flush()
        found = (await work.session.execute(_of(encounter_id))).scalars()
        raise _Rehearsed(tuple(_seen(each) for each in found if each not in earlier))

    try:
        await store.write(actor, sign)
    except _Rehearsed as rehearsed:
        return rehearsed.letters
    raise AssertionError("a rehearsal always ends by itself")


def _of(encounter_id: str) -> Select[OutboxMessage]:
    return (
        select(OutboxMessage)
        .where(OutboxMessage.encounter_id == encounter_id)
        .order_by(OutboxMessage.created_at, OutboxMessage.channel)
    )


def _seen(message: OutboxMessage) -> WouldLeave:
    return WouldLeave(
        channel=message.channel, receiver=message.receiver, body=message.body, reason=message.reason
    )
