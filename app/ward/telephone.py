"""Plays the telephone (spille telefonen) through the public HTTP API: an exchange tells, operators answer.

Most calls are answered, judged and closed; some callers give up; nearly all who are told to come do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

import httpx

from app.ward.crew import Worker
from app.ward.patients import Came
from app.ward.people import Sex
from core.clock import Clock, utc_now

Sleep = Callable[[float], Awaitable[None]]

_BEFORE = 24
"""Calls of the last hour when the demonstration opens."""


COMES = ("come-now", "appointment", "ambulance")


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who calls, and what will come of it. Who is told to come has a complaint the ward can play."""

    who: str
    ages: tuple[int, int]
    complaint: str
    urgency: str
    outcome: str
    advice: str
    place: str

    @property
    def sex(self) -> Sex:
        """As far as a voice tells."""
        return "female" if self.who in ("Kvinne", "Jente") else "male"


CALLERS = (
    Caller("Gutt", (2, 4), "Feber", "green", "advice", "Drikker godt. Ring ved forverring.", "Nordvik"),
    Caller(
        "Kvinne", (25, 45), "Hodepine", "green", "advice", "Paracetamol, ring igjen ved forverring.", "Sørvik"
    ),
    Caller(
        "Mann", (60, 82), "Brystsmerter ved bevegelse", "red", "ambulance",
        "Ambulanse varslet. Ikke la ham være alene.", "Nes",
    ),
    Caller("Kvinne", (20, 60), "Vridd ankel, støtter ikke", "green", "come-now", "Bena høyt, is.", "Nordvik"),
    Caller("Kvinne", (50, 60), "Urinveisplager", "green", "own-gp", "Time hos fastlege i morgen.", "Nordvik"),
    Caller(
        "Mann", (30, 60), "Dyp kuttskade i hånden", "yellow", "come-now",
        "Trykk på såret. Stivkrampe usikker.", "Nes",
    ),
    Caller(
        "Mann", (80, 94), "Nedsatt allmenntilstand", "yellow", "home-visit",
        "Sykehjem, lege ringer.", "Sørvik",
    ),
    Caller(
        "Kvinne", (20, 50), "Magesmerter, økende", "yellow", "appointment",
        "Ikke spise før hun kommer.", "Nordvik",
    ),
    Caller("Gutt", (1, 1), "Utslett", "green", "advice", "Blekner ved trykk. Ring ved feber.", "Sørvik"),
)  # fmt: skip


class Telephone:
    """Calls of one unit, told by an exchange and answered by operators; ends when it is cancelled."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        unit: str,
        *,
        exchange: Worker,
        operators: Sequence[tuple[str, Worker]],
        seed: int,
        clock: Clock = utc_now,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._client = client
        self._unit = unit
        self._exchange = exchange
        self._operators = operators
        self._random = Random(seed)  # noqa: S311 - an evening is to be repeated, not kept secret
        self._clock = clock
        self._sleep = sleep
        self._numbers = count(1)
        self._came: list[Came] = []

    async def play(self, *, speed: float) -> None:
        """First the last hour's calls, then one after the other, at the evening's pace."""
        for _ in range(_BEFORE):
            await self.earlier_call()
        async with asyncio.TaskGroup() as group:
            while True:
                group.create_task(self.one_call(speed))
                await self._sleep(60 * self._random.expovariate(0.5) / speed + 2)

    def came(self) -> Sequence[Came]:
        """Those told to come who are here since this was last asked: the ward looks after them."""
        here, self._came = self._came, []
        return here

    async def earlier_call(self) -> None:
        """A call that is over when the ward opens."""
        rang = self._clock() - timedelta(minutes=self._random.uniform(3, 58))
        call = await self._tell(next(self._numbers), "ringing", rang)
        waited = timedelta(seconds=self._random.choice((9, 20, 35, 60, 80, 110, 150)))
        username, operator = self._random.choice(self._operators)
        number = int(call["number"])
        await self._tell(number, "answered", rang + waited, operator=username)
        await self._tell(number, "hung-up", rang + waited + timedelta(seconds=90))
        caller = self._random.choice([each for each in CALLERS if each.outcome in ("advice", "own-gp")])
        await self._judge_and_close(call["id"], caller, self._about(caller), operator)

    async def one_call(self, speed: float) -> None:
        """Ring, wait, be answered or give up, and what follows. Waits on the line are at life's own pace."""
        number = next(self._numbers)
        call = await self._tell(number, "ringing", self._clock(), caller=self._caller())
        await self._sleep(self._random.choice((6, 12, 20, 30, 45, 70, 130)))
        if self._random.random() < 0.12:
            await self._tell(number, "hung-up", self._clock())
            return
        username, operator = self._random.choice(self._operators)
        await self._tell(number, "answered", self._clock(), operator=username)
        await self._sleep(self._random.uniform(20, 60))
        caller = self._random.choice(CALLERS)
        about = self._about(caller)
        encounter = await self._judge_and_close(call["id"], caller, about, operator)
        await self._tell(number, "hung-up", self._clock())
        if encounter:
            await self._sleep(60 * self._random.uniform(15, 45) / speed)
            if self._random.random() < 0.9:  # who does not come is left to whoever looks at the screen
                self._came.append(Came(encounter, about, caller.sex, caller.complaint))

    def _caller(self) -> str:
        return f"9{self._random.randrange(10**7):07d}"

    def _about(self, caller: Caller) -> str:
        return f"{caller.who} {self._random.randint(*caller.ages)} år"

    async def _judge_and_close(self, call: str, caller: Caller, about: str, operator: Worker) -> str | None:
        words = {name: getattr(caller, name) for name in ("complaint", "urgency", "advice", "place")}
        words |= {"about": about, "caller": self._caller()}
        await self._post(operator, f"/api/calls/{call}/assessments", words)
        await self._sleep(self._random.uniform(0, 3))
        comes = caller.outcome in COMES
        at = self._clock() + timedelta(minutes=self._random.uniform(15, 45))
        closing: dict[str, Any] = {
            "outcome": caller.outcome,
            "expected_at": at.isoformat() if comes else None,
        }
        closing |= {"by_ambulance": caller.outcome == "ambulance"}
        answer = await self._post(operator, f"/api/calls/{call}/close", closing)
        return answer.get("encounter")

    async def _tell(self, number: int, news: str, at: datetime, **more: str) -> dict[str, Any]:
        body = {"call": f"demo-{number}", "news": news, "at": at.isoformat(), **more}
        return await self._post(self._exchange, f"/api/units/{self._unit}/exchange/calls", body, number)

    async def _post(self, worker: Worker, path: str, body: Any, number: int | None = None) -> dict[str, Any]:
        """What the server answered; nothing when it refused, for a person may have done it before us."""
        try:
            headers = await worker.headers(self._client)
            answer = await self._client.post(path, json=body, headers=headers)
        except httpx.TransportError:
            return {"id": "", "number": number}
        return {"id": "", **(answer.json() if answer.is_success else {}), "number": number}
