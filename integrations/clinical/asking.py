"""Asking in the background (oppslag): wanted on arrival, asked by a job, filled in by itself when it comes.

As with the GP (`registers/asking.py`): nothing waits for a register, the last answer stays with its age while
one is away, and the question is asked again with growing pauses. Each answer is a line in the access log,
with its purpose, whether or not anybody opens the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.log import Line, add_line
from core.patients import encounter as encounters
from core.patients.gp.registered import ASKABLE
from core.patients.identity.id_numbers import numbers_of
from core.patients.tables import Encounter, Patient
from core.store.event_log import Event
from core.store.work import Reaction, Store, Work
from integrations.clinical.events import ANSWERED
from integrations.clinical.port import AskedAbout, ClinicalAnswer, ClinicalRegister
from integrations.dispatcher import forwarding, pause
from integrations.registers.port import RegisterAway
from journal.clinical_tables import ClinicalLookup, Service
from journal.rules.clinical.critical import ON_THE_BOARD

GOOD_FOR = timedelta(hours=12)
"""An answer is asked for anew when the patient comes again after this."""
_GIVE_UP_AFTER = timedelta(hours=24)
_AT_ONCE = 20


def want(*services: Service) -> Reaction:
    """The reaction to somebody coming, or being known as somebody else: these questions are due."""

    async def wanted(work: Work, event: Event) -> None:
        encounter = await work.session.get_one(Encounter, event.encounter_id)
        found = await numbers_of(work.session, encounter.patient_id)
        number = next((row.value for row in found if row.kind in ASKABLE), None)
        if number is not None:
            for service in services:
                await _want(work, encounter, service, number)

    return wanted


async def _want(work: Work, encounter: Encounter, service: Service, number: str) -> None:
    row = await work.session.get(ClinicalLookup, (encounter.patient_id, service))
    if row is None:
        row = ClinicalLookup(
            patient_id=encounter.patient_id, service=service, national_id="", attempts=0, answered_at=None
        )
        work.session.add(row)
    row.encounter_id = encounter.id
    if row.national_id != number:
        row.national_id, row.outcome, row.answer, row.as_of = number, None, None, None
        row.answered_at, row.trouble, row.attempts, row.due_at = None, None, 0, work.now
    elif row.answered_at is None or row.answered_at < work.now - GOOD_FOR:
        row.attempts, row.due_at = 0, work.now


async def keep_answer(
    work: Work, patient: str, service: Service, number: str, *, answer: ClinicalAnswer
) -> None:
    """The register's word, unless the question has become another meanwhile."""
    row = await work.session.get(ClinicalLookup, (patient, service), with_for_update=True)
    if row is None or row.national_id != number:
        return
    told = {"lines": list(answer.lines)}
    new = (row.outcome, row.answer) != (answer.outcome, told)
    row.outcome, row.answer, row.as_of, row.answered_at = answer.outcome, told, answer.as_of, work.now
    row.trouble, row.attempts, row.due_at = None, 0, None
    encounter = await work.session.get_one(Encounter, row.encounter_id)
    asked = Line(what=f"asked-{service}", patient_id=patient, encounter_id=encounter.id, documents=(service,))
    await add_line(work, asked)
    if service == "kjernejournal" and encounters.is_open(encounter):
        _show_on_board(encounter, told["lines"])
    if new:
        event = ANSWERED[service](encounter_id=encounter.id, happened_at=work.now)
        await work.record(event, unit=encounter.unit_id)


def _show_on_board(encounter: Encounter, lines: list[dict[str, Any]]) -> None:
    """That there is an allergy, never which; the sign goes only when a person takes it away."""
    flags = {*encounter.flags} | {each["kind"] for each in lines if each["kind"] in ON_THE_BOARD}
    if flags != {*encounter.flags}:
        encounter.flags = sorted(flags)
        encounters.changed(encounter)


async def keep_trouble(
    work: Work, patient: str, service: Service, number: str, *, reason: str, again: datetime
) -> None:
    """No answer this time; what was known stays."""
    row = await work.session.get(ClinicalLookup, (patient, service), with_for_update=True)
    if row is None or row.national_id != number:
        return
    encounter = await work.session.get_one(Encounter, row.encounter_id)
    row.trouble, row.attempts = reason, row.attempts + 1
    row.due_at = again if work.now - encounter.recorded_at < _GIVE_UP_AFTER else None


async def _due(
    session: AsyncSession, service: Service, now: datetime
) -> Sequence[tuple[str, int, str, AskedAbout]]:
    found = await session.execute(
        select(ClinicalLookup, Patient, Encounter.unit_id)
        .join(Patient, Patient.id == ClinicalLookup.patient_id)
        .join(Encounter, Encounter.id == ClinicalLookup.encounter_id)
        .where(ClinicalLookup.service == service, ClinicalLookup.due_at <= now)
        .order_by(ClinicalLookup.due_at)
        .limit(_AT_ONCE)
    )
    return [
        (row.patient_id, row.attempts, unit, await _about(session, row.national_id, patient))
        for row, patient, unit in found.all()
    ]


async def _about(session: AsyncSession, number: str, patient: Patient) -> AskedAbout:
    kinds = [row.kind for row in await numbers_of(session, patient.id) if row.value == number]
    return AskedAbout(
        number=number,
        kind=next((kind for kind in kinds if kind in ASKABLE), ASKABLE[0]),
        given=patient.given,
        family=patient.family,
        birth_date=patient.birth_date,
        sex=patient.sex,
    )


class ClinicalAsking:
    """The job of one register. One question at a time: the registers are everybody's."""

    def __init__(self, store: Store, service: Service, register: ClinicalRegister) -> None:
        self._store = store
        self._service = service
        self._register = register
        self._random = Random()  # noqa: S311 - spreads retries, protects nothing

    async def ask_due(self) -> int:
        """Ask what is due; says how many answers came. A register that is away is asked no more this time."""
        answered = 0
        for patient, attempts, unit, about in await self._store.read(
            _due, self._service, self._store.clock()
        ):
            which = (patient, self._service, about.number)
            try:
                answer = await self._register.ask(about)
            except RegisterAway as away:
                again = self._store.clock() + pause(attempts + 1, self._random)
                await self._store.write(
                    forwarding(unit), keep_trouble, *which, reason=away.reason, again=again
                )
                if away.reason != "unexpected-answer":
                    break
            else:
                await self._store.write(forwarding(unit), keep_answer, *which, answer=answer)
                answered += 1
        return answered
