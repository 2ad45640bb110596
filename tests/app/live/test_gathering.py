"""An open encounter page is told that the record went on and who else is here, as long as it may look."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
import websockets
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.live import gathering
from app.live.people import OpenPage
from core.access.tables import AccessLogRow
from core.store.event_log import EventRow
from tests.cast import UNIT, Person, arrival, assessment, full_arrival, note
from tests.conftest import Served

SECONDS = 15.0
Frame = Mapping[str, Any]


class Page:
    """An open page: what it was told, last."""

    def __init__(self, socket: websockets.ClientConnection) -> None:
        self.socket = socket
        self.last: dict[str, Any] = {}

    async def until(self, told: Callable[[Frame], bool], *, within: float = SECONDS) -> Frame:
        """The next frame of which this is true; a test that waits so long has failed."""
        async with asyncio.timeout(within):
            while not (self.last and told(self.last)):
                self.last = json.loads(await self.socket.recv())
        return self.last

    async def says(self, section: str | None) -> None:
        await self.socket.send(json.dumps({"section": section}))

    async def goes_on(self, deed: Callable[[], Awaitable[Any]]) -> None:
        """Something is done, and the page is told that the record stands elsewhere."""
        before = (self.last["epoch"], self.last["seq"])
        answer = await deed()
        assert answer.is_success, answer.text
        await self.until(lambda frame: (frame["epoch"], frame["seq"]) > before)


@asynccontextmanager
async def open_page(ward: Served, encounter: str, who: Person) -> AsyncIterator[Page]:
    where = f"{ward.ws}/ws/encounters/{encounter}"
    async with websockets.connect(where, additional_headers=who.headers, compression=None) as socket:
        page = Page(socket)
        await page.until(lambda frame: frame["type"] == "hello")
        yield page


@pytest.fixture
async def encounter(served: Served) -> str:
    answer = await served.http.post(
        f"/api/units/{UNIT}/arrivals", json=full_arrival(), headers=served.cast.nora.headers
    )
    return str(answer.json()["id"])


def here(frame: Frame) -> dict[str, list[str]]:
    return {each["name"]: each["sections"] for each in frame["people"]}


async def test_what_a_colleague_does_is_told_at_once_and_nothing_of_what_it_says(
    served: Served, encounter: str
) -> None:
    path, nora, dag = f"/api/encounters/{encounter}", served.cast.nora.headers, served.cast.dag.headers
    async with open_page(served, encounter, served.cast.dina) as page:

        def post(where: str, body: Any, who: Mapping[str, str]) -> Callable[[], Awaitable[Any]]:
            return lambda: served.http.post(f"{path}/{where}", json=body, headers=dict(who))

        await page.goes_on(post("assessments", assessment(), nora))
        await page.goes_on(post("take", {}, dag))
        await page.goes_on(post("notes", note(), dag))
        await page.goes_on(post("orders", {"items": [{"code": "crp"}]}, nora))

        assert "Klemmende" not in json.dumps(page.last)
        elsewhere = await served.http.post(f"/api/units/{UNIT}/arrivals", json=arrival(), headers=nora)
        assert elsewhere.is_success
        own = await served.store.read(_last_event, encounter)  # another patient is not this page's news
        await page.until(lambda frame: frame["type"] == "beat" and frame["seq"] == own)


async def test_who_is_here_and_where_they_write_is_seen_and_goes_with_the_line(
    served: Served, encounter: str
) -> None:
    async with open_page(served, encounter, served.cast.dina) as page:
        async with open_page(served, encounter, served.cast.dag) as other:
            await page.until(lambda frame: here(frame) == {"Dag Holm": [], "Dina Berg": []})
            await other.says("assessment")
            await page.until(lambda frame: here(frame).get("Dag Holm") == ["assessment"])
            for nonsense in ("{", "[]", '{"section": 7}', '{"section": "<b>"}'):
                await other.socket.send(nonsense)
            await other.says("plan")
            await page.until(lambda frame: here(frame).get("Dag Holm") == ["plan"])

        await page.until(lambda frame: here(frame) == {"Dina Berg": []})
        # With one process it is in memory alone: the one writer of a file has better things to do.
        if served.store.database.is_sqlite:
            assert await served.store.read(_open_pages) == []
        else:
            await _told_to_others(served)


async def test_a_page_whose_line_is_cut_without_a_word_is_not_here_any_more(
    served: Served, encounter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "SILENT_SECONDS", 1.0)
    async with (
        open_page(served, encounter, served.cast.dina) as page,
        open_page(served, encounter, served.cast.dag),  # its line stays open, and nothing comes
    ):
        await page.until(lambda frame: "Dag Holm" in here(frame))

        async def signs_of_life() -> None:
            while True:
                await page.says("plan")
                await asyncio.sleep(0.2)

        alive = asyncio.create_task(signs_of_life())
        await page.until(lambda frame: here(frame) == {"Dina Berg": ["plan"]})
        alive.cancel()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_who_may_not_look_is_not_let_in(served: Served, encounter: str) -> None:
    cast = served.cast
    refused = {}
    for who in (cast.wall, cast.admin, cast.stranger, None):
        try:
            headers = who.headers if who else {}
            async with websockets.connect(
                f"{served.ws}/ws/encounters/{encounter}", additional_headers=headers
            ):
                refused[who] = 101
        except websockets.InvalidStatus as answer:
            refused[who] = answer.response.status_code

    assert refused == {cast.wall: 403, cast.admin: 403, cast.stranger: 404, None: 401}


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_who_may_not_look_any_more_is_told_nothing_more(
    served: Served, encounter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "_SWEEP_SECONDS", 0.05)
    async with (
        open_page(served, encounter, served.cast.dina) as blocked,
        open_page(served, encounter, served.cast.dag) as stays,
    ):
        target = {"kind": "person", "person": served.cast.dina.actor.id}
        answer = await served.http.post(
            f"/api/encounters/{encounter}/blocks", json=target, headers=served.cast.kari.headers
        )
        assert answer.is_success, answer.text

        with pytest.raises(websockets.ConnectionClosed) as closed:
            await blocked.until(lambda frame: False)
        await stays.until(lambda frame: here(frame) == {"Dag Holm": []})
        await served.http.post("/api/sign-out", headers=served.cast.dag.headers)
        with pytest.raises(websockets.ConnectionClosed) as signed_out:
            await stays.until(lambda frame: False)

    assert [each.value.rcvd.code for each in (closed, signed_out) if each.value.rcvd] == [4003, 4003]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_a_page_that_stays_open_is_one_opening_and_what_is_new_on_it_is_logged(
    served: Served, encounter: str
) -> None:
    dag, nora = served.cast.dag, served.cast.nora
    parts = f"/encounters/{encounter}/parts"
    await served.http.get(f"/encounters/{encounter}", headers=dag.headers)
    async with open_page(served, encounter, dag):
        await served.http.get(parts, headers=dag.headers)
    first = await served.store.read(_openings, encounter, dag.actor.id)

    await served.http.post(
        f"/api/encounters/{encounter}/assessments", json=assessment(), headers=nora.headers
    )
    for _ in range(3):
        assert (await served.http.get(parts, headers=dag.headers)).status_code == 200
    then = await served.store.read(_openings, encounter, dag.actor.id)

    assert len(first) == 1
    assert len(then) == 2
    assert {each.partition(":")[0] for each in then[1]} == {"assessment", "vital-signs"}


async def _told_to_others(served: Served) -> None:
    async with asyncio.timeout(SECONDS):  # others are told beside the page's own line, and a moment later
        while True:
            if await served.store.read(_open_pages) == ["Dina Berg"]:
                return
            await asyncio.sleep(0.05)


async def _open_pages(session: AsyncSession) -> list[str]:
    return list((await session.execute(select(OpenPage.name))).scalars())


async def _last_event(session: AsyncSession, encounter: str) -> int | None:
    return await session.scalar(select(func.max(EventRow.seq)).where(EventRow.encounter_id == encounter))


async def _openings(session: AsyncSession, encounter: str, actor: str) -> list[list[str]]:
    found = await session.execute(
        select(AccessLogRow.documents)
        .where(AccessLogRow.encounter_id == encounter, AccessLogRow.actor_id == actor)
        .order_by(AccessLogRow.seq)
    )
    return list(found.scalars())
