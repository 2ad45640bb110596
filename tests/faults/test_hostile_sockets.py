"""Handshakes that nobody should make: refused before a socket is open, and the ward goes on."""

from __future__ import annotations

import json
import logging
from urllib.parse import quote, urlsplit

import pytest
import websockets

from tests.cast import OTHER_UNIT, UNIT, arrival
from tests.conftest import Served
from tests.faults.hostile import NOT_COUNTED, scene

BOARD = f"/ws/units/{UNIT}/board"


async def _refusal(served: Served, path: str, **headers: str) -> tuple[int, str, str]:
    sent = {**served.cast.wall.headers, **{key.replace("_", "-"): value for key, value in headers.items()}}
    with pytest.raises(websockets.InvalidStatus) as refused:
        async with websockets.connect(
            f"{served.ws}{path}", additional_headers={k: v for k, v in sent.items() if v}, compression=None
        ):
            pass
    answer = refused.value.response
    kind = answer.headers.get("content-type", "")
    return answer.status_code, kind, json.loads(answer.body or b"{}").get("code", "")


async def _first_frames(served: Served, query: str) -> list[str]:
    async with websockets.connect(
        f"{served.ws}{BOARD}?{query}", additional_headers=served.cast.wall.headers, compression=None
    ) as socket:
        return [json.loads(await socket.recv())["type"] for _ in range(2)]


async def test_a_refusal_is_no_fault_in_the_servers_log(
    served: Served, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("uvicorn"), "propagate", True)

    assert (await _refusal(served, BOARD, Authorization="Bearer stranger"))[0] == 401
    await _first_frames(served, "")  # the next screen is let in: the refusal is over on the server too

    assert [record.message for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_our_own_page_may_follow_the_board(served: Served) -> None:
    async with websockets.connect(
        f"{served.ws}{BOARD}",
        origin=served.url,  # type: ignore[arg-type]
        additional_headers=served.cast.wall.headers,
        compression=None,
    ) as socket:
        hello = json.loads(await socket.recv())

    assert hello["type"] == "hello"


async def test_a_page_of_somebody_else_is_refused_before_the_socket_opens(served: Served) -> None:
    host = urlsplit(served.url).netloc
    origins = ("https://evil.example", "null", "http://[", f"http://{host}.evil.example", "file://", host)

    for origin in origins:
        assert await _refusal(served, BOARD, Origin=origin) == (
            403,
            "application/problem+json",
            "foreign-origin",
        ), origin


async def test_who_may_not_follow_is_refused_before_the_socket_opens(served: Served) -> None:
    nobody, admin = "Bearer " + "x" * 43, served.cast.admin.headers["Authorization"]
    kind = "application/problem+json"

    assert await _refusal(served, BOARD, Authorization="") == (401, kind, "not-signed-in")
    assert await _refusal(served, BOARD, Authorization=nobody) == (401, kind, "not-signed-in")
    assert await _refusal(served, BOARD, Authorization=admin) == (403, kind, "not-allowed")
    assert await _refusal(served, f"/ws/units/{OTHER_UNIT}/board") == (404, kind, "not-found")
    assert await _refusal(served, f"/ws/units/{UNIT}/journal") == (404, kind, "not-found")
    assert await _refusal(served, f"/ws/units/{'x' * 41}/board") == (422, kind, "invalid")


async def test_a_place_in_the_log_that_is_none_is_refused(served: Served) -> None:
    for after in ("-1", "NaN", "1e999", "2147483648", "9223372036854775808", "", "x", "1;DROP", "%00", "1.5"):
        assert await _refusal(served, f"{BOARD}?epoch=a&after={after}") == (
            422,
            "application/problem+json",
            "invalid",
        ), after


async def test_an_epoch_nobody_has_gives_the_whole_picture(served: Served) -> None:
    for epoch in ("%00", "%ff", "' OR 1=1 --", "æøå", "x" * 40, ""):
        sent = epoch if "%" in epoch else quote(epoch)
        assert await _first_frames(served, f"epoch={sent}&after=3") == ["hello", "snapshot"], epoch


async def test_a_place_that_has_not_come_yet_gives_the_whole_picture(served: Served) -> None:
    ward = await scene(served)
    board = await served.http.get(f"/api/units/{UNIT}/board", headers=served.cast.nora.headers)

    frames = await _first_frames(served, f"epoch={board.json()['epoch']}&after={2**31 - 1}")

    assert frames == ["hello", "snapshot"]
    assert ward.waiting in board.text


async def test_a_screen_that_talks_is_not_listened_to(served: Served) -> None:
    ward = await scene(served)
    before = await ward.rows()

    for frame in ("x", "[" * 3000, '{"type": "patch", "rows": []}', b"\xff\x00"):
        async with websockets.connect(
            f"{served.ws}{BOARD}", additional_headers=served.cast.wall.headers, compression=None
        ) as socket:
            await socket.recv()
            await socket.send(frame)
    new = await served.http.post(
        f"/api/units/{UNIT}/arrivals",
        json=arrival(called="Kåre Dahl"),  # like nobody here, which would be an event of its own
        headers=served.cast.nora.headers,
    )

    assert before.keys().isdisjoint(NOT_COUNTED)
    assert new.status_code == 201
    assert (await ward.rows())["event"] == before["event"] + 1
