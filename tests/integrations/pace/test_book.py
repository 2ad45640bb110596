"""What ends together is written together, and what cannot be written takes nothing else with it."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from core.store.work import Store, Work
from integrations.dispatcher import forwarding
from integrations.pace.book import TOGETHER, Book
from integrations.tables import InboxPosition
from tests.cast import UNIT


async def _note(work: Work, her_id: int, seen: set[AsyncSession]) -> int:
    seen.add(work.session)
    work.session.add(InboxPosition(her_id=her_id, position="1"))
    if her_id == 3:
        raise ZeroDivisionError
    if her_id == 4:
        await work.session.execute(text("SELECT nothing FROM nowhere"))
    return her_id


async def _kept(session: AsyncSession) -> list[int]:
    found = await session.execute(select(InboxPosition.her_id).order_by(InboxPosition.her_id))
    return list(found.scalars())


async def test_many_share_a_transaction_and_each_gets_its_own_answer(store: Store) -> None:
    book, who, seen = Book(store), forwarding(UNIT), set[AsyncSession]()
    numbers = range(10, 10 + 2 * TOGETHER + 1)

    answers = await asyncio.gather(*(book.write(who, _note, number, seen) for number in numbers))

    assert answers == list(numbers)
    assert await store.read(_kept) == list(numbers)
    assert len(seen) == 3


async def test_what_cannot_be_written_is_told_to_whoever_asked_and_the_others_are_on_disk(
    store: Store,
) -> None:
    book, who = Book(store), forwarding(UNIT)

    answers = await asyncio.gather(
        *(book.write(who, _note, number, set()) for number in (1, 2, 3, 4, 5)), return_exceptions=True
    )

    assert [answer if isinstance(answer, int) else None for answer in answers] == [1, 2, None, None, 5]
    assert await store.read(_kept) == [1, 2, 5]


async def test_one_who_gives_up_waiting_does_not_stop_what_is_being_written(store: Store) -> None:
    book, who = Book(store), forwarding(UNIT)
    first, second = (asyncio.ensure_future(book.write(who, _note, each, set())) for each in (1, 2))
    await asyncio.sleep(0)  # both have asked, and the first is writing

    first.cancel()

    assert await second == 2
    with pytest.raises(asyncio.CancelledError):
        await first
    async with asyncio.timeout(10):
        while True:
            if await store.read(_kept) == [1, 2]:
                break
            await asyncio.sleep(0.01)
