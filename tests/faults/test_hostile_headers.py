"""Addresses, tokens, origins, versions and keys that nobody should send."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import update

from core.access import credentials
from core.access.tables import Staff
from core.http.guards import MAX_BODY
from core.store.work import Work
from tests.cast import UNIT, arrival, system
from tests.conftest import Served
from tests.faults.hostile import Scene, at_the_edge, complaint, scene

ARRIVALS = f"/api/units/{UNIT}/arrivals"


@pytest.fixture
async def ward(served: Served) -> Scene:
    """Three patients."""
    return await scene(served)


async def _raw(url: str, request: bytes) -> tuple[int, bytes]:
    place = urlsplit(url)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    writer.write(request)
    await writer.drain()
    answer = await reader.read()
    writer.close()
    return int(answer.split(b" ", 2)[1]), answer.partition(b"\r\n\r\n")[2]


def _post(who: dict[str, str], *headers: str, path: str = ARRIVALS) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: ward", f"Authorization: {who['Authorization']}"]
    return "\r\n".join(
        [*lines, "Content-Type: application/json", "Connection: close", *headers, "", ""]
    ).encode()


async def test_a_token_that_is_not_good_any_more_opens_nothing(ward: Scene) -> None:
    store, cast, before = ward.served.store, ward.served.cast, await ward.rows()

    async def spoil(work: Work) -> dict[str, str]:
        nora, dina = cast.nora.actor.id, cast.dina.actor.id
        ended = await credentials.issue_for_staff(work, nora, "session", timedelta(hours=1))
        expired = await credentials.issue_for_staff(work, nora, "session", timedelta(seconds=-1))
        await work.session.flush()
        await credentials.end(work, ended)
        await work.session.execute(update(Staff).where(Staff.id == dina).values(active=False))
        return {"ended": ended, "expired": expired, "left the job": cast.dina.token}

    tokens = await store.write(system(UNIT), spoil)
    tokens |= {"unknown": "x" * 43, "hash": credentials.token_hash(cast.nora.token), "long": "x" * 8000}
    tokens |= {"cut": cast.nora.token[:-1], "letters": "æøå", "two": f"{cast.nora.token} {cast.nora.token}"}

    for name, token in tokens.items():
        for carried in ({"Authorization": f"Bearer {token}"}, {"Cookie": f"legevakt={token}"}):
            headers = {key: value.encode("utf-8") for key, value in carried.items()}
            answer = await ward.served.http.post(ARRIVALS, json=arrival(), headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (401, "not-signed-in"), name
            assert complaint(answer) is None
    assert await ward.rows() == before


async def test_a_screens_token_writes_and_reads_no_record(ward: Scene) -> None:
    wall, before = ward.served.cast.wall.headers, await ward.rows()
    here = f"/api/encounters/{ward.with_doctor}"

    answers = [
        await ward.post(write, None, {**wall, "If-Match": '"1"'}) for write in ward.writes() if write.by
    ]
    bodies = [
        await ward.served.http.request(
            write.method, write.path, json=write.body, headers=wall | {"If-Match": '"1"'}
        )
        for write in ward.writes()
        if write.by
    ]
    reads = [await ward.served.http.get(path, headers=wall) for path in (here, f"{here}/messages")]

    assert {answer.status_code for answer in (*bodies, *reads)} == {403}
    assert all(answer.status_code in (403, 422) for answer in answers)
    assert await ward.rows() == before


async def test_another_persons_session_is_not_for_a_screen(ward: Scene) -> None:
    answer = await ward.served.http.post("/api/displays/sign-in", json={"token": ward.served.cast.dag.token})

    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers


ORIGINS = (
    "https://evil.example",
    "null",
    "http://[",
    "http://[::1",
    "file://",
    "http://127.0.0.1",
    "http://{host}.evil.example",
    "http://evil.example/{host}",
    "{host}",
)


@at_the_edge
async def test_a_page_of_somebody_else_changes_nothing(ward: Scene) -> None:
    host, before = urlsplit(ward.served.url).netloc, await ward.rows()

    for write in ward.writes():
        headers = await ward.headers(write)
        answers = await asyncio.gather(
            *(
                ward.post(write, None, {**headers, "Origin": origin.replace("{host}", host)})
                for origin in ORIGINS
            )
        )
        for answer in answers:
            assert (answer.status_code, answer.json()["code"]) == (403, "foreign-origin"), write.name
            assert complaint(answer) is None
            assert answer.headers["cache-control"] == "no-store"

    assert await ward.rows() == before


async def test_our_own_page_and_programs_without_a_page_may_write(ward: Scene) -> None:
    arrives = ward.writes()[0]

    own = await ward.send(arrives, None, {"Origin": ward.served.url, "Sec-Fetch-Site": "same-origin"})
    other = await ward.send(arrives, None, {"Sec-Fetch-Site": "cross-site"})

    assert own.status_code == 201
    assert other.status_code == 403


IDS = ("%00", "..%2f..%2fetc", "%2e%2e", "x" * 10_000, "%ff", "1%20OR%201=1", "ABCDEF", "-", "%E2%80%AE")


@at_the_edge
async def test_an_id_that_is_none_is_refused_before_the_database_sees_it(ward: Scene) -> None:
    who, before = ward.served.cast.dag.headers, await ward.rows()
    places = [
        path
        for id in IDS
        for path in (
            f"/api/encounters/{id}/take",
            f"/api/encounters/{ward.with_doctor}/diagnoses/{id}",
            f"/api/units/{id}/arrivals",
            f"/api/scales/{id}/evaluate",
        )
    ]

    for path in places:
        status, body = await _raw(ward.served.url, _post(who, "Content-Length: 2", path=path) + b"{}")
        assert 400 <= status < 500, path[:80]
        assert b"Traceback" not in body

    assert await ward.rows() == before


async def test_an_id_nobody_has_is_not_found(ward: Scene) -> None:
    nobody, before = "00000000-0000-4000-8000-000000000000", await ward.rows()

    for write in ward.writes():
        path = write.path.replace(ward.with_doctor, nobody).replace(ward.waiting, nobody)
        if path == write.path:
            continue
        headers = {**await ward.headers(write)}
        answer = await ward.served.http.request(write.method, path, json=write.body, headers=headers)
        assert answer.status_code == 404, write.name
        assert complaint(answer) is None

    assert await ward.rows() == before


VERSIONS = (
    "7",
    '"-1"',
    '"1',
    'W/"1"',
    '"1", "2"',
    '"9999999999"',
    '"1.2.3"',
    '""',
    "x" * 5000,
    '"1e3"',
)


@at_the_edge
async def test_a_version_that_is_none_is_refused(ward: Scene) -> None:
    before = await ward.rows()

    for write in (write for write in ward.writes() if write.versioned):
        who = ward.served.cast.all()[write.by].headers
        answers = await asyncio.gather(
            *(ward.post(write, None, {**who, "If-Match": version}) for version in VERSIONS)
        )
        assert {(each.status_code, each.json()["code"]) for each in answers} == {(400, "if-match-malformed")}
        assert [complaint(each) for each in answers if complaint(each)] == []

    assert await ward.rows() == before


async def test_a_change_says_what_it_was_made_from(ward: Scene) -> None:
    before = await ward.rows()

    for write in (write for write in ward.writes() if write.versioned):
        who = ward.served.cast.all()[write.by].headers
        missing = await ward.post(write, None, who)
        anything = await ward.post(write, None, {**who, "If-Match": "*"})
        stale = await ward.post(write, None, {**who, "If-Match": '"999"'})
        assert (missing.status_code, missing.json()["code"]) == (428, "version-missing"), write.name
        assert (anything.status_code, anything.json()["code"]) == (428, "version-missing"), write.name
        assert (stale.status_code, stale.json()["code"]) == (412, "stale"), write.name

    assert await ward.rows() == before


@at_the_edge
async def test_a_key_that_is_none_is_refused(ward: Scene) -> None:
    arrives, before = ward.writes()[0], await ward.rows()

    for key in ("a b", "x" * 201, "nøkkel", "a\tb"):
        who = ward.served.cast.nora.headers
        headers = {**who, "Idempotency-Key": key.encode("utf-8"), "Content-Type": "application/json"}
        answer = await ward.served.http.post(arrives.path, content=json.dumps(arrives.body), headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, "idempotency-key-malformed"), key

    assert await ward.rows() == before


@at_the_edge
async def test_a_body_without_a_length_is_bounded_too(ward: Scene) -> None:
    before = await ward.rows()

    async def endless() -> object:
        yield b'{"called": "'
        for _ in range(MAX_BODY // 1000 + 10):
            yield b"x" * 1000

    headers = {**ward.served.cast.nora.headers, "Content-Type": "application/json"}
    answer = await ward.served.http.post(ARRIVALS, content=endless(), headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    assert complaint(answer) is None
    assert await ward.rows() == before


LENGTHS = ("-1", "abc", "1e3", "99999999999999999999", "0x10", "+5", "5, 6")


@at_the_edge
async def test_a_length_that_is_none_is_refused(ward: Scene) -> None:
    before = await ward.rows()

    for length in LENGTHS:
        request = _post(ward.served.cast.nora.headers, f"Content-Length: {length}")
        status, _body = await _raw(ward.served.url, request + b'{"called": "A", "complaint": "B"}')
        assert status in (400, 413), length

    assert await ward.rows() == before


@at_the_edge
async def test_two_lengths_are_refused(ward: Scene) -> None:
    before = await ward.rows()
    body = json.dumps(arrival()).encode()

    request = _post(
        ward.served.cast.nora.headers, f"Content-Length: {len(body)}", "Transfer-Encoding: chunked"
    )
    status, _body = await _raw(ward.served.url, request + body)

    assert status == 400
    assert await ward.rows() == before


async def test_a_client_that_hangs_up_in_the_middle_leaves_nothing(ward: Scene) -> None:
    before = await ward.rows()
    place = urlsplit(ward.served.url)

    for _ in range(10):
        _reader, writer = await asyncio.open_connection(place.hostname, place.port)
        writer.write(_post(ward.served.cast.nora.headers, "Content-Length: 500") + b'{"called": "A"')
        await writer.drain()
        writer.close()
        await writer.wait_closed()
    alive = await ward.served.http.get("/health/ready")

    assert alive.status_code == 200
    assert await ward.rows() == before
