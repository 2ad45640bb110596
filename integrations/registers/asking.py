"""Asking for the GP in the background (oppslag): wanted on arrival, asked by a job, filled in when it comes.

Nothing waits for the register. While it is away the last answer stays, with its age, and the question is
asked again with growing pauses; a patient who comes back is asked about anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.patients.gp.registered import GpLookup, askable_number
from core.patients.tables import Encounter
from core.store.event_log import Event
from core.store.work import Store, Work
from integrations.dispatcher import forwarding, pause
from integrations.events import GpAnswered
from integrations.registers.lookup import Lookup
from integrations.registers.port import GpAnswer, RegisterAway

GOOD_FOR = timedelta(hours=12)
"""An answer is asked for anew when the patient comes again after this."""
_GIVE_UP_AFTER = timedelta(hours=24)
"""A question nobody answered for so long is asked again only before a letter leaves."""
_AT_ONCE = 20


async def want_gp(work: Work, event: Event) -> None:
    """The reaction to somebody coming, or being known as somebody else: the question is due."""
    encounter = await work.session.get_one(Encounter, event.encounter_id)
    number = await askable_number(work.session, encounter.patient_id)
    row = await work.session.get(GpLookup, encounter.patient_id)
    if number is None:
        return  # what is known of another number counts for nobody, see `lookup_of`
    if row is None:
        row = GpLookup(patient_id=encounter.patient_id, encounter_id=encounter.id, national_id="", attempts=0)
        work.session.add(row)
    row.encounter_id = encounter.id
    if row.national_id != number:
        row.national_id, row.outcome, row.gp, row.answered_at, row.trouble = number, None, None, None, None
        row.attempts, row.due_at = 0, work.now
    elif row.answered_at is None or row.answered_at < work.now - GOOD_FOR:
        row.attempts, row.due_at = 0, work.now


async def keep_answer(work: Work, patient: str, number: str, answer: GpAnswer) -> None:
    """The register's word, unless the question has become another meanwhile."""
    row = await work.session.get(GpLookup, patient, with_for_update=True)
    if row is None or row.national_id != number:
        return
    new = (row.outcome, row.gp) != (answer.outcome, answer.gp)
    row.outcome, row.gp, row.answered_at = answer.outcome, answer.gp, work.now
    row.trouble, row.attempts, row.due_at = None, 0, None
    if new:
        encounter = await work.session.get_one(Encounter, row.encounter_id)
        told = GpAnswered(encounter_id=encounter.id, happened_at=work.now, outcome=answer.outcome)
        await work.record(told, unit=encounter.unit_id)


async def keep_trouble(work: Work, patient: str, number: str, reason: str, *, again: datetime) -> None:
    """No answer this time; what was known stays."""
    row = await work.session.get(GpLookup, patient, with_for_update=True)
    if row is None or row.national_id != number:
        return
    encounter = await work.session.get_one(Encounter, row.encounter_id)
    row.trouble, row.attempts = reason, row.attempts + 1
    row.due_at = again if work.now - encounter.recorded_at < _GIVE_UP_AFTER else None


async def _due(session: AsyncSession, now: datetime) -> Sequence[tuple[str, str, int]]:
    found = await session.execute(
        select(GpLookup.patient_id, GpLookup.national_id, GpLookup.attempts)
        .where(GpLookup.due_at <= now)
        .order_by(GpLookup.due_at)
        .limit(_AT_ONCE)
    )
    return [(row[0], row[1], row[2]) for row in found]


class Asking:
    """The job. One question at a time: the registers are everybody's."""

    def __init__(self, store: Store, lookup: Lookup) -> None:
        self._store = store
        self._lookup = lookup
        self._random = Random()  # noqa: S311 - spreads retries, protects nothing

    async def ask_due(self) -> int:
        """Ask what is due; says how many answers came. A register that is away is asked no more this time."""
        answered = 0
        for patient, number, attempts in await self._store.read(_due, self._store.clock()):
            try:
                answer = await self._lookup.gp(number)
            except RegisterAway as away:
                again = self._store.clock() + pause(attempts + 1, self._random)
                await self._store.write(
                    forwarding(None), keep_trouble, patient, number, away.reason, again=again
                )
                if away.reason != "unexpected-answer":
                    break
            else:
                await self._store.write(forwarding(None), keep_answer, patient, number, answer)
                answered += 1
        return answered
