"""Who may follow a board: asked before the connection is accepted, and again while it lasts."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
import websockets
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from websockets.exceptions import ConnectionClosed, InvalidStatus

from core.access import credentials
from core.access.tables import AccessLogRow
from core.settings import Settings
from core.store.work import DatabaseUnavailable
from realtime import feed
from realtime.protocol import Close
from tests.cast import OTHER_UNIT, PASSWORD, Cast, move_in
from tests.realtime.screens import Screen, Ward, ward


@pytest.fixture
async def here(
    database_url: str, settings_for: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Ward, Cast]]:
    monkeypatch.setattr(feed, "_SWEEP_SECONDS", 0.1)
    async with ward(settings_for(database_url)) as opened:
        yield opened, await move_in(opened.app.state.store)


async def refusal(url: str, **options: Any) -> tuple[int, bytes]:
    """The answer to a handshake that is not accepted."""
    with pytest.raises(InvalidStatus) as refused:
        await websockets.connect(url, compression=None, **options)
    return refused.value.response.status_code, bytes(refused.value.response.body or b"")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://127.0.0.1",
        "http://127.0.0.1:1",
        "https://127.0.0.1.evil.example",
        "file://",
        "chrome-extension://abc",
    ],
)
async def test_a_foreign_page_is_refused_before_accept_even_with_a_good_token(
    here: tuple[Ward, Cast], origin: str
) -> None:
    ward, cast = here

    status, body = await refusal(ward.board, additional_headers={**cast.wall.headers, "Origin": origin})

    assert (status, b'"foreign-origin"' in body) == (403, True)
    assert ward.app.state.hub.followers == 0


async def test_our_own_page_may(here: tuple[Ward, Cast]) -> None:
    ward, cast = here
    headers = {**cast.wall.headers, "Origin": ward.url}

    async with websockets.connect(ward.board, additional_headers=headers, compression=None) as opened:
        assert '"hello"' in str(await opened.recv())


async def test_a_browser_hands_its_token_over_in_the_list_of_subprotocols(here: tuple[Ward, Cast]) -> None:
    ward, cast = here
    offered = [websockets.Subprotocol("legevakt.v1"), websockets.Subprotocol(f"token.{cast.wall.token}")]

    async with websockets.connect(ward.board, subprotocols=offered, compression=None) as opened:
        assert opened.subprotocol == "legevakt.v1"
        assert '"hello"' in str(await opened.recv())


async def test_somebody_signed_in_may_with_the_cookie(here: tuple[Ward, Cast]) -> None:
    ward, cast = here
    signed_in = await ward.http.post(
        "/api/sign-in", json={"username": cast.dag.username, "password": PASSWORD}
    )
    cookie = "; ".join(f"{name}={value}" for name, value in signed_in.cookies.items())

    async with websockets.connect(
        ward.board, additional_headers={"Cookie": cookie, "Origin": ward.url}, compression=None
    ) as opened:
        assert '"hello"' in str(await opened.recv())


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_strangers_are_refused_before_accept(here: tuple[Ward, Cast]) -> None:
    ward, cast = here
    elsewhere = ward.board.replace("nordvik", OTHER_UNIT)
    no_topic = ward.board.replace("/board", "/nothing")

    assert (await refusal(ward.board))[0] == 401
    assert (await refusal(ward.board, additional_headers={"Authorization": "Bearer wrong"}))[0] == 401
    assert (await refusal(ward.board, additional_headers=cast.stranger.headers))[0] == 404
    assert (await refusal(elsewhere, additional_headers=cast.nora.headers))[0] == 404
    assert (await refusal(no_topic, additional_headers=cast.nora.headers))[0] == 404
    assert (await refusal(ward.board, additional_headers=cast.admin.headers))[0] == 403
    assert ward.app.state.hub.followers == 0


async def test_a_screen_whose_token_was_taken_back_is_closed_and_sees_nothing_more(
    here: tuple[Ward, Cast],
) -> None:
    ward, cast = here
    async with ward.screen(cast.wall) as wall, ward.screen(cast.nora) as other:
        await wall.next("snapshot")
        await other.next("snapshot")

        await ward.app.state.store.write(cast.admin.actor, credentials.end, cast.wall.token)
        with pytest.raises(ConnectionClosed):
            await wall.until(1)
        encounter = await ward.arrive(cast)
        await other.until(1)

    assert wall.socket.close_code == 4003
    assert encounter in other.rows
    assert encounter not in wall.rows


async def test_a_ward_that_comes_back_at_once_is_let_in_together_each_with_a_line_of_its_own(
    here: tuple[Ward, Cast], monkeypatch: pytest.MonkeyPatch
) -> None:
    ward, cast = here
    store = ward.app.state.store
    asked: list[str] = []
    ordinary = store.read, store.write

    async def read(query: Any, *given: Any, **named: Any) -> Any:
        asked.append(query.__name__)
        return await ordinary[0](query, *given, **named)

    async def write(actor: Any, command: Any, *given: Any, **named: Any) -> Any:
        asked.append(command.__name__)
        return await ordinary[1](actor, command, *given, **named)

    async with ward.screen(cast.wall):  # somebody follows already
        before = await store.read(openings)
        monkeypatch.setattr(store, "read", read)
        monkeypatch.setattr(store, "write", write)
        async with AsyncExitStack() as screens:
            people = [cast.wall, cast.nora, cast.dag, cast.stranger] * 10
            came = await asyncio.gather(
                *(screens.enter_async_context(ward.screen(each)) for each in people), return_exceptions=True
            )
            shown = [await each.next("snapshot") for each in came if isinstance(each, Screen)]
        monkeypatch.undo()

    assert len(shown) == 30
    assert sum(isinstance(each, InvalidStatus) for each in came) == 10  # the stranger is still refused
    assert await store.read(openings) == before + Counter({"Tavle 1": 10, "Nora Lie": 10, "Dag Holm": 10})
    assert asked.count("boards_opened") < 15
    assert asked.count("read_news") < 15


async def openings(session: AsyncSession) -> Counter[str]:
    found = await session.execute(select(AccessLogRow.actor_name).where(AccessLogRow.what == "board"))
    return Counter(found.scalars())


async def test_a_screen_whose_picture_cannot_be_read_is_told_to_come_again(
    here: tuple[Ward, Cast], monkeypatch: pytest.MonkeyPatch
) -> None:
    ward, cast = here

    async def away(*_given: Any, **_named: Any) -> None:
        raise DatabaseUnavailable

    monkeypatch.setattr(ward.app.state.hub, "attach", away)

    async with ward.screen(cast.wall) as screen:
        await screen.socket.wait_closed()

    assert screen.socket.close_code == Close.RESTART
