"""Before a letter to the GP leaves for the first time, the register is asked again (decision 32).

Once bytes may have left they are never readdressed: from then on a retry is the same message. A letter whose
GP turned out to be another is written anew, and the old one, which nobody has, is replaced.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.patients.gp.registered import KnownGp, known_gp, lookup_of
from core.patients.tables import Encounter, Patient
from core.store.work import Store, Work
from integrations import outbox
from integrations.dispatcher import forwarding
from integrations.events import MessageWantedAnew
from integrations.outbox import Claimed
from integrations.pace.book import Book
from integrations.registers.asking import keep_answer, keep_trouble
from integrations.registers.lookup import Lookup
from integrations.registers.port import RegisterAway
from integrations.sending import TryAgain
from integrations.tables import OutboxMessage

JUST_NOW = timedelta(minutes=5)
"""An answer this young is the answer at send time."""
PATIENCE = timedelta(hours=2)
"""A letter waits so long for a register that is away; then it goes to the GP known last, and says how old."""
_ASK_AGAIN = timedelta(minutes=1)
_WHY_NOT = {"no-address": "gp-without-her-id", "number-unknown": "number-unknown"}


@dataclass(frozen=True, slots=True)
class _Whom:
    patient: str
    number: str | None  # None: not a question for the register
    answered_at: datetime | None
    checked: bool
    by_door: bool
    her_id: int | None
    written: bool


class AtSend:
    """What the dispatcher asks before it sends."""

    def __init__(self, store: Store, lookup: Lookup) -> None:
        self._store = store
        self._lookup = lookup
        self._book = Book(store)

    async def may_go(self, message: Claimed) -> bool:
        """True: send these bytes. False: something else became of it. Raises TryAgain while nobody knows."""
        whom = await self._store.read(_whom, message.id)
        if whom.checked:
            return True
        try:
            await self._ask(whom)
            reachable = not whom.by_door or await self._lookup.reachable(whom.her_id or 0)
        except RegisterAway as away:
            if not whom.written or self._store.clock() - message.created_at < PATIENCE:
                raise TryAgain("register-away", after=_ASK_AGAIN, posted=False) from away
            reachable = True
        actor = forwarding(message.unit_id)
        return await self._book.write(actor, settle, message.id, reachable=reachable)

    async def _ask(self, whom: _Whom) -> None:
        now = self._store.clock()
        if whom.number is None or (whom.answered_at and now - whom.answered_at < JUST_NOW):
            return
        try:
            answer = await self._lookup.gp(whom.number)
        except RegisterAway as away:
            await self._store.write(
                forwarding(None), keep_trouble, whom.patient, whom.number, away.reason, again=now + _ASK_AGAIN
            )
            raise
        await self._store.write(forwarding(None), keep_answer, whom.patient, whom.number, answer)


async def _whom(session: AsyncSession, id: str) -> _Whom:
    message = await session.get_one(OutboxMessage, id)
    encounter = await session.get_one(Encounter, message.encounter_id)
    row = await lookup_of(session, encounter.patient_id)
    return _Whom(
        patient=encounter.patient_id,
        number=row.national_id if row else None,
        answered_at=row.answered_at if row else None,
        checked=message.address_checked_at is not None,
        by_door=message.address_source == "door",
        her_id=message.receiver_her_id,
        written=message.body is not None,
    )


async def settle(work: Work, id: str, *, reachable: bool) -> bool:
    """Compare the letter with what is known now: it goes, is written anew, or becomes a person's work."""
    message = await work.session.get_one(OutboxMessage, id, with_for_update=True)
    if message.state != "queued":
        return False
    encounter = await work.session.get_one(Encounter, message.encounter_id)
    known = await known_gp(work.session, await work.session.get_one(Patient, encounter.patient_id))
    why = _why_not(known, reachable)
    if why is not None:
        message.attempts = 0
        await outbox.mark_failed(work, id, "given-up", why)
        return False
    assert known.gp is not None
    if message.body is None or message.receiver_her_id != known.gp["her_id"]:
        await _write_anew(work, message)
        return False
    message.address_source, message.address_as_of = known.source, known.as_of
    message.address_checked_at = work.now
    return True


def _why_not(known: KnownGp, reachable: bool) -> str | None:
    if known.source == "register" and known.outcome != "found":
        return _WHY_NOT.get(known.outcome or "", "no-gp")
    if known.gp is None:
        return _WHY_NOT.get(known.outcome or "", "no-gp")
    return None if reachable else "gp-without-her-id"


async def _write_anew(work: Work, message: OutboxMessage) -> None:
    message.state, message.reason, message.changed_at = "given-up", "readdressed", work.now
    message.leased_until, message.attempts = None, 0  # nobody has it
    await work.session.flush()
    later = select(OutboxMessage.id).where(
        OutboxMessage.encounter_id == message.encounter_id,
        OutboxMessage.channel == message.channel,
        OutboxMessage.edition > message.edition,
        OutboxMessage.state.in_(("queued", "held")),
    )
    if (await work.session.execute(later)).first() is not None:
        return  # what was corrected before anything left is told once, by the correction
    anew = MessageWantedAnew(
        encounter_id=message.encounter_id,
        happened_at=work.now,
        channel=message.channel,
        receiver=message.receiver,
    )
    await work.record(anew, unit=message.unit_id)
