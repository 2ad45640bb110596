"""Those at work this night: each deed is done in the program and in words, and both must agree about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar

from hypothesis import note
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import Refused
from core.ids import Actor, Role
from core.patients.identity_tables import IdentityChange
from core.patients.tables import Encounter
from core.store.work import Store
from tests.cast import OTHER_UNIT, UNIT, Cast
from tests.conftest import SettableClock
from tests.journeys.any_night.waiting_in_words import No, Visit
from tests.journeys.any_night.ward_in_words import Ward

T = TypeVar("T")


@dataclass
class Staff:
    """Two wards at work, and what is said of them in words."""

    store: Store
    cast: Cast
    clock: SettableClock
    words: Ward
    done: Counter[str] = field(default_factory=Counter)

    def at(self, unit: str) -> list[Actor]:
        """Who is on duty."""
        cast = self.cast
        here = (cast.nora, cast.kari, cast.dag, cast.dina) if unit == UNIT else (cast.stranger,)
        return [each.actor for each in here]

    def doctors(self, unit: str) -> list[Actor]:
        """The doctors on duty."""
        return [each for each in self.at(unit) if each.role is Role.DOCTOR]

    def whom(self, chance: Random, likely: Callable[[Visit], object]) -> Visit | None:
        """Mostly one of those it is for; now and then anybody, to be refused."""
        everybody = list(self.words.visits.values())
        fits = [each for each in everybody if likely(each)]
        among = fits if fits and chance.randint(0, 6) else everybody
        return chance.choice(among) if among else None

    def unit(self, chance: Random) -> str:
        """Where: mostly at the larger one."""
        return chance.choice((UNIT, UNIT, OTHER_UNIT))

    async def do(
        self, what: str, really: Coroutine[Any, Any, T], in_words: Callable[[T], None], /, **about: object
    ) -> T | None:
        """Do it. Either both do it, or both refuse it, for the same reason."""
        answer = refused = expected = None
        try:
            answer = await really
        except Refused as refusal:
            refused = refusal.code
        seen = ", ".join(f"{name} {value}" for name, value in about.items())
        note(f"{self.clock.now:%d %H:%M:%S}  {what}: {seen}" + (f" - no: {refused}" if refused else ""))
        try:
            in_words(answer)  # type: ignore[arg-type] # when refused, the words refuse before they ask of it
        except No as no:
            expected = no.code
        except AttributeError:
            assert answer is None
        assert refused == expected, f"{what} was refused with {refused}; the words say {expected}"
        if refused is None:
            self.done[what] += 1
            self.clock.advance(seconds=1)
        return answer

    async def version(self, visit: Visit) -> int:
        """As somebody who has just opened the page would send it."""
        return int(await self.read(select(Encounter.version).where(Encounter.id == visit.id)))

    async def read(self, statement: Any) -> Any:
        """One value, or None."""

        async def first(session: AsyncSession) -> Any:
            return (await session.execute(statement)).scalar_one_or_none()

        return await self.store.read(first)

    @staticmethod
    def first(column: Any, *which: Any) -> Any:
        """What stands there."""
        return select(column).where(*which)

    async def patient(self, visit: str) -> str:
        """Whose record it was put on."""
        return str(await self.read(select(Encounter.patient_id).where(Encounter.id == visit)))

    async def latest_change(self) -> str:
        """The last decision about who somebody is."""
        latest = select(IdentityChange.id).order_by(IdentityChange.number.desc()).limit(1)
        return str(await self.read(latest))
