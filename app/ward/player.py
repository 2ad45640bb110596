"""Plays an evening's steps through the public HTTP API (spille kvelden), as nurses and doctors would.

Every step has its own Idempotency-Key and is sent again with the same one when the connection breaks, so a
server that is restarted in the middle loses nothing and gets nothing twice. A patient whom a real person
takes is left to that person.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count, takewhile
from typing import Any
from uuid import uuid4

import httpx

from app.ward.crew import Crew, Worker
from app.ward.evening import Kind, Step
from core.clock import Clock, utc_now

_PATIENCE = 60  # tries before a step is given up, about two minutes with the pauses
_LONGEST_PAUSE = 2.0
_AT_ONCE = 8  # patients entered at the same time in the opening
_FELL_BEHIND = timedelta(seconds=30)
_NEEDS_VERSION = frozenset({"draft", "diagnosis", "finish", "left"})
_TAKEN_OVER = frozenset({"arrive", "take", "finish"})  # refused: the rest of this patient is not ours to play


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """One step that was sent: what came back, and how long it took from first try to answer."""

    kind: Kind
    patient: int
    status: int  # 0: no answer at all
    seconds: float
    tries: int
    problem: str | None  # the problem's code, when refused


Report = Callable[[Played], None]
Sleep = Callable[[float], Awaitable[None]]


@dataclass(slots=True)
class _Played:
    """What the player knows of one patient."""

    encounter: str | None = None
    tag: str | None = None  # the ETag of the record as last seen by its doctor
    given_up: bool = False
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)  # steps of one patient in order


class Player:
    """Sends steps to one server for one unit. `run` keeps the keys of two evenings apart."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        unit: str,
        crew: Crew,
        *,
        report: Report,
        clock: Clock = utc_now,
        sleep: Sleep = asyncio.sleep,
        run: str | None = None,
    ) -> None:
        self._client = client
        self._unit = unit
        self._crew = crew
        self._report = report
        self._clock = clock
        self._sleep = sleep
        self._run = run or uuid4().hex
        self._patients: dict[int, _Played] = {}
        self._keys = count()

    async def play(self, steps: Iterator[Step], *, speed: float = 8.0) -> None:
        """The opening as fast as it goes, then the evening `speed` times faster than life, until it ends."""
        started = self._clock()
        first = await self.enter_opening(steps, started)
        if first is not None:
            await self._go_on(first, steps, speed)

    async def enter_opening(self, steps: Iterator[Step], started: datetime) -> Step | None:
        """Enter what happened before the start, with its times; returns the first step after it."""
        after: list[Step] = []

        def before(step: Step) -> bool:
            if step.at >= 0:
                after.append(step)
            return step.at < 0

        by_patient: dict[int, list[Step]] = {}
        for step in takewhile(before, steps):
            by_patient.setdefault(step.patient, []).append(step)
        room = asyncio.Semaphore(_AT_ONCE)

        async def enter(patient: list[Step]) -> None:
            async with room:
                for step in patient:
                    await self._send(step, started + timedelta(minutes=step.at))

        async with asyncio.TaskGroup() as group:
            for patient in by_patient.values():
                group.create_task(enter(patient))
        return after[0] if after else None

    async def _go_on(self, first: Step, steps: Iterator[Step], speed: float) -> None:
        started = self._clock()
        async with asyncio.TaskGroup() as group:
            step: Step | None = first
            while step is not None:
                due = started + timedelta(minutes=step.at / speed)
                late = self._clock() - due
                if late > _FELL_BEHIND:
                    started += late  # a laptop that slept goes on from where it was, without a flood
                elif late < timedelta(0):
                    await self._sleep(-late.total_seconds())
                group.create_task(self._send(step, None))
                # One turn of the loop, so that steps of one patient queue up in the order they were made.
                await asyncio.sleep(0)
                step = next(steps, None)

    async def _send(self, step: Step, moment: datetime | None) -> None:
        patient = self._patients.setdefault(step.patient, _Played())
        async with patient.turn:
            if patient.given_up or (patient.encounter is None and step.kind != "arrive"):
                return
            worker = self._crew.worker(step)
            body = dict(step.body)
            if moment is not None and step.moment:
                body[step.moment] = moment.isoformat()
            began = self._clock()
            answer, tries = await self._ask_until_answered(step, worker, patient, body)
            self._learn(step, patient, answer)
            self._report(
                Played(
                    kind=step.kind,
                    patient=step.patient,
                    status=answer.status_code if answer is not None else 0,
                    seconds=(self._clock() - began).total_seconds(),
                    tries=tries,
                    problem=_problem(answer),
                )
            )

    def _learn(self, step: Step, patient: _Played, answer: httpx.Response | None) -> None:
        refused = answer is None or answer.is_error
        if answer is not None and not refused:
            # A doctor who has taken a patient opens the journal page before writing.
            patient.tag = None if step.kind == "take" else answer.headers.get("ETag")
            if step.kind == "arrive":
                patient.encounter = step.encounter or answer.json()["id"]
        if (refused and step.kind in _TAKEN_OVER) or (not refused and step.kind in ("finish", "left")):
            patient.given_up = True
            self._patients.pop(step.patient, None)

    async def _ask_until_answered(
        self, step: Step, worker: Worker, patient: _Played, body: dict[str, Any]
    ) -> tuple[httpx.Response | None, int]:
        method, path = self._address(step, patient)
        key = {"Idempotency-Key": f"{self._run}-{next(self._keys)}"}
        answer: httpx.Response | None = None
        for number in range(1, _PATIENCE + 1):
            tag = await self._version(step, worker, patient)
            headers = {**key, "If-Match": tag} if tag else key
            answer = await self._ask(worker, method, path, headers, body)
            if answer is None or answer.status_code >= 500:
                await self._sleep(min(_LONGEST_PAUSE, 0.1 * 2**number))
            elif answer.status_code in (412, 428):
                # Somebody changed the record, or it could not be opened: read it again, as a doctor would.
                patient.tag = None
                await self._sleep(min(_LONGEST_PAUSE, 0.1 * number))
            elif answer.status_code == 401 and number == 1:
                worker.forget_session()
            else:
                return answer, number
        return answer, _PATIENCE

    async def _version(self, step: Step, worker: Worker, patient: _Played) -> str | None:
        """The ETag the change is made from: as last seen, or by opening the journal page as doctors do."""
        if step.kind not in _NEEDS_VERSION:
            return None
        if patient.tag is None:
            answer = await self._ask(worker, "GET", f"/api/encounters/{patient.encounter}", {}, None)
            patient.tag = answer.headers.get("ETag") if answer is not None and answer.is_success else None
        return patient.tag

    async def _ask(
        self, worker: Worker, method: str, path: str, headers: dict[str, str], body: dict[str, Any] | None
    ) -> httpx.Response | None:
        try:
            return await self._client.request(
                method, path, json=body, headers={**headers, **await worker.headers(self._client)}
            )
        except httpx.TransportError:
            return None

    def _address(self, step: Step, patient: _Played) -> tuple[str, str]:
        kind = step.kind
        if kind == "arrive":
            expected = step.encounter and f"/api/encounters/{step.encounter}/arrive"
            return "POST", expected or f"/api/units/{self._unit}/arrivals"
        name = {"assess": "assessments", "diagnosis": "diagnoses"}.get(kind, kind)
        return "PUT" if kind == "draft" else "POST", f"/api/encounters/{patient.encounter}/{name}"


def _problem(answer: httpx.Response | None) -> str | None:
    if answer is None:
        return "no-answer"
    if not answer.is_error:
        return None
    try:
        code = answer.json().get("code")
    except (ValueError, AttributeError):
        code = None
    return str(code or answer.status_code)
