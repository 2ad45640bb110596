"""Pairing by those who should not: guessed codes, foreign secrets, other units, a thousand at the door."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from typing import Any

import httpx
import pytest
import websockets
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from websockets.exceptions import ConnectionClosed

from core.access.pairing import MOST_OPEN, new_code
from core.access.tables import DisplayPairing
from core.http.who import cookie_name
from core.ids import Role, new_id
from tests.cast import OTHER_UNIT, UNIT, arrival, hire, system
from tests.conftest import Served

PAIRINGS, CLAIM = "/api/displays/pairings", "/api/displays/pairings/claim"
DISPLAYS = f"/api/units/{UNIT}/displays"


async def opened(served: Served) -> dict[str, Any]:
    answer = await served.http.post(PAIRINGS, json={})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def approved(served: Served, code: str, **changes: Any) -> httpx.Response:
    body = {"code": code, "name": "Vaktrom", **changes}
    return await served.http.post(DISPLAYS, json=body, headers=served.cast.kari.headers)


async def claimed(served: Served, secret: str, key: str = "mine") -> httpx.Response:
    served.http.cookies.clear()
    return await served.http.post(CLAIM, json={"secret": secret}, headers={"Idempotency-Key": key})


async def until_closed(socket: websockets.ClientConnection) -> None:
    async with asyncio.timeout(5):
        with suppress(ConnectionClosed):
            while True:
                await socket.recv()


def handed_out(answer: httpx.Response) -> str | None:
    return answer.cookies.get("legevakt")


async def test_a_paired_screen_gets_a_cookie_that_reads_its_board_and_nothing_else(served: Served) -> None:
    screen = await opened(served)
    await approved(served, screen["code"])

    answer = await claimed(served, screen["secret"])

    assert answer.json() == {"state": "approved", "path": f"/wall/{UNIT}"}
    attributes = set(answer.headers["set-cookie"].split("; "))
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= attributes
    cookie = {"Cookie": f"{cookie_name(served.app.state.settings)}={handed_out(answer)}"}
    served.http.cookies.clear()
    reads = [
        await served.http.get(path, headers=cookie) for path in (f"/wall/{UNIT}", f"/api/units/{UNIT}/board")
    ]
    others = [
        await served.http.get(path, headers=cookie)
        for path in (
            f"/units/{UNIT}",
            f"/api/units/{OTHER_UNIT}/board",
            DISPLAYS,
            f"/api/units/{UNIT}/balance",
        )
    ]
    assert [each.status_code for each in reads] == [200, 200]
    assert [each.status_code for each in others] == [403, 404, 403, 403]


async def test_the_token_is_in_no_answer_and_handed_out_once(served: Served) -> None:
    screen = await opened(served)
    approval = await approved(served, screen["code"])

    first = await claimed(served, screen["secret"])
    lost_and_repeated = await claimed(served, screen["secret"])
    again = await claimed(served, screen["secret"], key="another")

    token = handed_out(first)
    assert token
    assert token not in first.text + approval.text
    assert handed_out(lost_and_repeated) == token
    assert (again.status_code, again.json()["code"], handed_out(again)) == (409, "pairing-claimed", None)


async def test_two_who_claim_at_the_same_moment_do_not_both_get_in(served: Served) -> None:
    screen = await opened(served)
    await approved(served, screen["code"])

    answers = await asyncio.gather(*(claimed(served, screen["secret"], key=f"k{n}") for n in range(8)))

    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 7}
    assert sum(handed_out(answer) is not None for answer in answers) == 1


async def test_nobody_gets_in_with_a_code_a_guess_or_the_secret_of_another(served: Served) -> None:
    screen, other = await opened(served), await opened(served)
    await approved(served, screen["code"])

    guesses = [screen["code"], other["secret"], screen["secret"][:-1], screen["secret"] + "x", "x" * 43]
    answers = [await claimed(served, guess) for guess in guesses]

    assert [handed_out(answer) for answer in answers] == [None] * len(guesses)
    assert {answer.status_code for answer in answers} == {202, 404}  # 202: another one that waits, in vain


async def test_guessing_codes_leads_nowhere_for_those_who_may_not_approve(served: Served) -> None:
    screen = await opened(served)
    cast = served.cast

    for who in ({}, cast.nora.headers, cast.dag.headers, cast.wall.headers, cast.stranger.headers):
        answer = await served.http.post(
            DISPLAYS, json={"code": screen["code"], "name": new_id()}, headers=who
        )
        assert answer.status_code in (401, 403, 404)
    guesses = [await approved(served, new_code()) for _ in range(20)]

    assert {(each.status_code, each.json()["code"]) for each in guesses} == {(422, "pairing-code-unknown")}
    assert (await claimed(served, screen["secret"])).status_code == 202


async def test_a_screen_shows_only_the_unit_it_was_approved_in(served: Served) -> None:
    siri = await served.store.write(
        system(OTHER_UNIT), hire, "siri", "Siri Sør", Role.COORDINATOR, OTHER_UNIT
    )
    screen = await opened(served)

    here = await served.http.post(
        DISPLAYS, json={"code": screen["code"], "name": "Vår"}, headers=siri.headers
    )
    home = await served.http.post(
        f"/api/units/{OTHER_UNIT}/displays",
        json={"code": screen["code"], "name": "Vår"},
        headers=siri.headers,
    )
    late = await approved(served, screen["code"])

    assert (here.status_code, home.status_code, late.status_code) == (404, 201, 422)
    assert (await claimed(served, screen["secret"])).json()["path"] == f"/wall/{OTHER_UNIT}"
    away = f"{DISPLAYS}/{home.json()['id']}"
    tries = [
        await served.http.get(away, headers=served.cast.kari.headers),
        await served.http.post(f"{away}/revoke", headers=served.cast.kari.headers),
    ]
    assert [each.status_code for each in tries] == [404, 404]


async def test_a_crowd_that_asks_for_a_code_cost_no_more_than_the_bound_and_delay_no_nurse(
    served: Served,
) -> None:
    few = asyncio.Semaphore(100)
    patient = httpx.AsyncClient(base_url=served.url, trust_env=False, timeout=120)

    async def ask() -> int:
        async with few:
            return (await patient.post(PAIRINGS, json={})).status_code

    async with patient:
        crowd = asyncio.gather(*(ask() for _ in range(MOST_OPEN * 2)))
        await asyncio.sleep(0)
        saved = await patient.post(
            f"/api/units/{UNIT}/arrivals", json=arrival(), headers=served.cast.nora.headers
        )
        assert not crowd.done()  # the nurse did not wait for them
        statuses = Counter(await crowd)

    async def waiting(session: AsyncSession) -> int:
        return (await session.execute(select(func.count()).select_from(DisplayPairing))).scalar_one()

    assert saved.status_code == 201
    assert statuses == {201: MOST_OPEN, 503: MOST_OPEN}
    assert await served.store.read(waiting) == MOST_OPEN


async def test_a_code_is_no_use_to_a_foreign_page(served: Served) -> None:
    screen = await opened(served)
    foreign = {"Origin": "https://evil.example", **served.cast.kari.headers}

    for path, body in (
        (PAIRINGS, {}),
        (CLAIM, {"secret": screen["secret"]}),
        (DISPLAYS, {"code": screen["code"]}),
    ):
        answer = await served.http.post(path, json=body, headers=foreign)
        assert (answer.status_code, answer.json()["code"]) == (403, "foreign-origin")


async def test_a_repeated_approval_hangs_up_one_screen(served: Served) -> None:
    screen = await opened(served)
    headers = {**served.cast.kari.headers, "Idempotency-Key": "twice"}
    body = {"code": screen["code"], "name": "Vaktrom"}

    answers = [await served.http.post(DISPLAYS, json=body, headers=headers) for _ in range(2)]

    assert [each.status_code for each in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_a_screen_that_is_taken_down_is_closed_and_hears_nothing_more(served: Served) -> None:
    headers = served.cast.kari.headers
    wall = served.cast.wall
    id = wall.actor.id.removeprefix("display:")

    async with websockets.connect(
        f"{served.ws}/ws/units/{UNIT}/board", additional_headers=wall.headers, compression=None
    ) as socket:
        await socket.recv()
        revoked = await served.http.post(f"{DISPLAYS}/{id}/revoke", headers=headers)
        await until_closed(socket)

    assert revoked.status_code == 200
    assert socket.close_code == 4003
    assert (await served.http.get(f"/api/units/{UNIT}/board", headers=wall.headers)).status_code == 401


NAMES = ("Hemmelig", "Navnesen", "Kallt")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_a_screen_that_shows_numbers_is_told_no_name_by_any_way(served: Served) -> None:
    screen = await opened(served)
    await approved(served, screen["code"], names="number")
    token = handed_out(await claimed(served, screen["secret"]))
    served.http.cookies.clear()
    wall = {"Authorization": f"Bearer {token}"}
    nora = served.cast.nora.headers
    named = arrival(called="Kallt Ved Døra", given="Hemmelig", family="Navnesen")
    heard: list[str] = []

    async with websockets.connect(
        f"{served.ws}/ws/units/{UNIT}/board", additional_headers=wall, compression=None
    ) as socket:
        for _ in range(2):
            came = await served.http.post(f"/api/units/{UNIT}/arrivals", json=named, headers=nora)
            await served.http.post(f"/api/encounters/{came.json()['id']}/seen", headers=nora)
        async with asyncio.timeout(10):
            while sum('"patch"' in frame for frame in heard) < 4 or '"beat"' not in heard[-1]:
                heard.append(str(await socket.recv()))
    # The address asks for names, and is not heard: only staff choose there.
    for path in (f"/wall/{UNIT}?names=name", f"/wall/{UNIT}", f"/api/units/{UNIT}/board"):
        heard.append((await served.http.get(path, headers=wall)).text)

    assert came.json()["number"] in heard[-1]
    assert [name for name in NAMES for said in heard if name in said] == []
    staff = (await served.http.get(f"/api/units/{UNIT}/board", headers=nora)).text
    assert "Hemmelig" in staff
