"""Two services on one PostgreSQL count the same guesses, also when both are asked in the same moment."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from app.main import create_app
from core.settings import Settings
from tests.cast import PASSWORD, move_in
from tests.conftest import SettableClock, client, serving

pytestmark = pytest.mark.parametrize("engine", ["postgres"], indirect=True)

Both = tuple[httpx.AsyncClient, httpx.AsyncClient]


@pytest.fixture
async def both(
    database_url: str, settings_for: Callable[..., Settings], clock: SettableClock
) -> AsyncIterator[Both]:
    """The same ward through two services, each with connections of its own."""
    apps = [create_app(settings_for(database_url), clock=clock) for _ in range(2)]
    async with serving(apps[0]) as one, serving(apps[1]) as other:
        await move_in(apps[0].state.store)
        async with client(one, timeout=60) as first, client(other, timeout=60) as second:
            yield first, second


async def guess(http: httpx.AsyncClient, password: str = "feil feil feil") -> int:
    answer = await http.post("/api/sign-in", json={"username": "nora", "password": password})
    return answer.status_code


async def test_a_guess_at_one_counts_at_the_other(both: Both, clock: SettableClock) -> None:
    one, other = both

    statuses = [await guess(each) for each in (one, other, one, other, one, other, one)]

    assert statuses == [401] * 5 + [429] * 2
    clock.advance(seconds=1)
    assert [await guess(other), await guess(one)] == [401, 429], "the sixth is looked at once, by either"
    clock.advance(seconds=2)
    assert await guess(other, PASSWORD) == 200
    assert await guess(one) == 401, "who came in at one is forgotten at both"


async def test_twenty_guesses_in_one_moment_are_five_looked_at(both: Both) -> None:
    statuses = await asyncio.gather(*(guess(both[number % 2]) for number in range(20)))

    assert Counter(statuses) == {401: 5, 429: 15}
