"""Rehearsing a signature (prøve signeringen): what it would send, made as signing makes it and not written.

What signing asks first, what it would sign, the summary and the letters come from the same functions; only
the rows are not in the database. So a preview takes no turn from those who write, however often one looks.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.wiring import LETTERS
from core.ids import Actor
from core.store.work import Store, Work
from integrations.letters import fix
from integrations.tables import OutboxMessage
from journal.commands.finish_encounter import Finishing, prepare_finish
from journal.queries.signed_record import would_read
from journal.queries.summary import summary_of


@dataclass(frozen=True, slots=True, kw_only=True)
class WouldLeave:
    """One letter as signing would fix it; without a body, why there would be none."""

    channel: str
    receiver: str | None
    body: bytes | None
    reason: str | None


async def rehearse(
    store: Store, actor: Actor, encounter_id: str, finishing: Finishing, *, version: int
) -> tuple[WouldLeave, ...]:
    """What would leave. Raises what signing would raise: what is missing, or that it is not the actor's."""
    return await store.look(actor, _would_leave, encounter_id, finishing, version)


async def _would_leave(
    work: Work, encounter_id: str, finishing: Finishing, version: int
) -> tuple[WouldLeave, ...]:
    prepared = await prepare_finish(work, encounter_id, finishing, version)
    record = await would_read(work.session, prepared.conclusion, prepared.note)
    frozen = await summary_of(work.session, encounter_id, record)
    # A first letter replaces none, so what a site has set about replacing makes no difference here.
    return tuple(_seen(fix(work, letter, frozen)) for letter in LETTERS)


def _seen(message: OutboxMessage) -> WouldLeave:
    return WouldLeave(
        channel=message.channel, receiver=message.receiver, body=message.body, reason=message.reason
    )
