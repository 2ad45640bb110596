"""Calls ring, are answered or given up, judged and closed; whoever is told to come is on the board."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from core.ids import Actor
from tests.cast import UNIT
from tests.journeys.any_night.staff import Staff
from tests.journeys.any_night.telephone_in_words import LEVEL, Call
from tests.journeys.any_night.waiting_in_words import Visit
from triage.commands.telephone import take
from triage.commands.telephone.hear import CallKnown, CallNews, hear_of_call
from triage.tables import TelephoneCall


class TelephoneAnswered:
    """Each a deed of an operator, or news from the exchange."""

    def __init__(self, staff: Staff) -> None:
        self.staff = staff
        self.words = staff.words
        self.by_exchange: dict[str, str] = {}  # its own id, and ours

    @property
    def now(self) -> Any:
        return self.staff.clock.now

    async def rings(self, chance: Random) -> None:
        """News of a call, also twice, late or in another order."""
        exchange, news = f"x-{chance.randint(1, 6)}", chance.choice(("ringing", "answered", "hung-up"))
        heard = CallNews(call=exchange, news=news, at=self.now, caller="90123456")

        def say(answer: CallKnown) -> None:
            id = self.by_exchange.setdefault(exchange, answer.id)
            self.words.calls.setdefault(id, Call(id, UNIT)).told.add(news)

        actor = self.staff.cast.exchange.actor
        really = self.staff.store.write(actor, hear_of_call, heard)
        await self.staff.do("hear_of_call", really, say, call=exchange, news=news)

    async def is_written_down(self, chance: Random) -> None:
        by = self._operator(chance)

        def say(answer: take.CallChanged) -> None:
            self.words.calls[answer.id] = Call(
                answer.id, UNIT, has_it=by.id, answered_here=True, complaint="Feber"
            )

        written = take.CallByHand(caller="90000001", complaint="Feber")
        really = self.staff.store.write(by, take.write_down_call, written)
        await self.staff.do("write_down_call", really, say, by=by.name)

    async def goes_on(self, chance: Random) -> None:
        """Somebody answers a call, takes it over, judges it, or closes it."""
        if not self.words.calls:
            return
        open = [each for each in self.words.calls.values() if each.status != "closed"]
        call = chance.choice(open if open and chance.randint(0, 6) else list(self.words.calls.values()))
        by = self._operator(chance)
        # Mostly whoever has the call goes on with it.
        if call.has_it and chance.randint(0, 2):
            by = next(each for each in self.staff.at(UNIT) if each.id == call.has_it)
        step = chance.choice(
            (self._taken, self._taken_over, self._judged, self._judged, self._closed, self._closed)
        )
        await step(chance, call, by)

    async def _taken(self, chance: Random, call: Call, by: Actor) -> None:
        await self._do("take_call", call, by, take.take_call, lambda: call.take(by.id))

    async def _taken_over(self, chance: Random, call: Call, by: Actor) -> None:
        await self._do("take_over_call", call, by, take.take_over_call, lambda: call.take_over(by.id))

    async def _judged(self, chance: Random, call: Call, by: Actor) -> None:
        urgency = chance.choice(tuple(LEVEL))
        given = take.NewCallAssessment.model_validate({"complaint": "Feber", "urgency": urgency})
        await self._do(
            "assess_call", call, by, take.assess_call, lambda: call.judge(by.id, urgency, "Feber"), given
        )

    async def _closed(self, chance: Random, call: Call, by: Actor) -> None:
        outcome = chance.choice(("come-now", "come-now", "advice", "not-reached"))
        at = self.now + timedelta(minutes=chance.randint(1, 60)) if outcome == "come-now" else None
        closing = take.Closing.model_validate({"outcome": outcome, "expected_at": at})
        now, before = self.now, len(self.words.calls)
        answer = await self._do(
            "close_call", call, by, take.close_call,
            lambda: call.close(by.id, outcome, comes=at is not None, now=now), closing, outcome=outcome,
        )  # fmt: skip
        assert len(self.words.calls) == before
        if answer is not None and at is not None:
            await self._is_on_the_board(answer, call, by, Visit(answer.encounter, UNIT, "planned", at))

    async def _is_on_the_board(self, answer: Any, call: Call, by: Actor, visit: Visit) -> None:
        visit.told = LEVEL[call.urgency or ""]
        person = await self.staff.patient(visit.id)
        # They are called by the number they rang from, until somebody has asked.
        caller = await self.staff.read(self.staff.first(TelephoneCall.caller, TelephoneCall.id == call.id))
        self.words.identity.comes(visit.id, person, {"called": caller or "?"}, None)
        self.words.comes(visit, by, self.now)

    def _operator(self, chance: Random) -> Actor:
        return chance.choice(self.staff.at(UNIT))

    async def _do(
        self, what: str, call: Call, by: Actor, command: Any, say: Any, *given: Any, **about: object
    ) -> Any:
        really = self.staff.store.write(by, command, call.id, *given)
        return await self.staff.do(what, really, lambda _: say(), call=call.id[:4], by=by.name, **about)
