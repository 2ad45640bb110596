"""Bodies that nobody should send: each is refused in words a program can read, and nothing is written."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable

import pytest

from tests.conftest import Served
from tests.faults.hostile import (
    NOWHERE_ALLOWED,
    Scene,
    Write,
    at_the_edge,
    complaint,
    scene,
    with_each_leaf,
)


@pytest.fixture
async def ward(served: Served) -> Scene:
    """Three patients."""
    return await scene(served)


async def _refused(ward: Scene, tries: Iterable[tuple[str, Write, bytes, dict[str, str]]]) -> list[str]:
    before, known = await ward.rows(), {write.name: await ward.headers(write) for write in ward.writes()}
    few = asyncio.Semaphore(12)

    async def one(name: str, write: Write, content: bytes, headers: dict[str, str]) -> str | None:
        async with few:
            wrong = complaint(await ward.post(write, content, {**known[write.name], **headers}))
        return f"{write.name}: {name}: {wrong}" if wrong else None

    faults = [fault for fault in await asyncio.gather(*(one(*each) for each in tries)) if fault]
    after = await ward.rows()
    return faults if after == before else [*faults, f"written: {before} became {after}"]


async def test_what_a_ward_would_write_is_taken(ward: Scene) -> None:
    statuses = {write.name: (await ward.send(write)).status_code for write in ward.writes()}

    assert statuses == {write.name: write.status for write in ward.writes()}


@at_the_edge
async def test_no_heading_takes_what_no_database_could_keep(ward: Scene) -> None:
    faults = await _refused(
        ward,
        (
            (f"{field}: {name}", write, content, {})
            for write in ward.writes()
            if write.takes_body
            for name, value in NOWHERE_ALLOWED.items()
            for field, content in with_each_leaf(write.body, value)
        ),
    )

    assert not faults, "\n".join(faults)


BODIES = {
    "nothing": b"",
    "null": b"null",
    "a list": b"[]",
    "a text": b'"Ingrid"',
    "a number": b"1",
    "half a body": b'{"called": "Ingrid", "complaint"',
    "not JSON": b"called=Ingrid&complaint=Brystsmerter",
    "not UTF-8": b'{"called": "Ingr\xffd", "complaint": "Brystsmerter"}',
    "a bomb of brackets": b"[" * 100_000,
    "a bomb of objects": b'{"a":' * 80_000,
    "XML with an entity": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "NUL bytes": b"\0" * 100,
}


@at_the_edge
async def test_a_body_that_is_not_ours_is_refused(ward: Scene) -> None:
    faults = await _refused(
        ward,
        (
            (name, write, content, {})
            for write in ward.writes()
            if write.takes_body
            for name, content in BODIES.items()
            if not (write.optional and name in ("nothing", "null"))
        ),
    )

    assert not faults, "\n".join(faults)


@at_the_edge
async def test_a_body_of_another_kind_is_refused(ward: Scene) -> None:
    kinds = (
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "a/b;;;=",
    )

    faults = await _refused(
        ward,
        (
            (kind or "none", write, json.dumps(write.body).encode(), {"content-type": kind})
            for write in ward.writes()
            if write.takes_body
            for kind in kinds
        ),
    )

    assert not faults, "\n".join(faults)


@at_the_edge
async def test_a_misspelt_field_is_refused_and_not_lost(ward: Scene) -> None:
    extra = (
        '"complant": "x"',
        '"__proto__": {}',
        '"\\ud800": 1',
        '"version": 7',
        '"unit": "sorvik"',
        '"": ""',
    )

    faults = await _refused(
        ward,
        (
            (field, write, json.dumps(write.body)[:-1].encode() + b", " + field.encode() + b"}", {})
            for write in ward.writes()
            if write.takes_body
            for field in extra
        ),
    )

    assert not faults, "\n".join(faults)


@at_the_edge
async def test_the_same_field_twice_is_refused_because_one_would_be_lost(ward: Scene) -> None:
    faults = await _refused(
        ward,
        (
            (field, write, json.dumps(write.body)[:-1].encode() + b", " + again.encode() + b"}", {})
            for write in ward.writes()
            if write.takes_body
            for field, value in write.body.items()
            for again in [json.dumps({field: value})[1:-1]]
        ),
    )

    assert not faults, "\n".join(faults)


REQUIRED = {
    "arrival": ("called", "complaint"),
    "place": ("place",),
    "hand over": ("to",),
    "diagnosis": ("code", "display"),
    "finish": ("outcome",),
    "sign in": ("username", "password"),
    "show board": ("token",),
}


@at_the_edge
async def test_a_missing_field_is_named(ward: Scene) -> None:
    for write in ward.writes():
        for field in REQUIRED.get(write.name, ()):
            body = {key: value for key, value in write.body.items() if key != field}

            answer = await ward.send(write, json.dumps(body).encode())

            assert complaint(answer) is None
            assert {"field": field, "code": "missing"} in answer.json()["fields"], write.name


@at_the_edge
async def test_more_than_a_ward_would_write_is_refused(ward: Scene) -> None:
    megabyte = json.dumps({"called": "x" * 1_000_000}).encode()

    faults = await _refused(
        ward, (("1 MB", write, megabyte, {}) for write in ward.writes() if write.takes_body)
    )

    assert not faults, "\n".join(faults)


TIMES = {
    "before the calendar": "0001-01-01T00:00:00+14:00",
    "after the calendar": "9999-12-31T23:59:59-14:00",
    "the last second": "9999-12-31T23:59:59Z",
    "without offset": "2026-11-20T20:00:00",
    "only a date": "2026-11-20",
    "a number": "1e18",
    "far offset": "2026-11-20T20:00:00+99:99",
    "tomorrow": "2126-11-20T20:00:00Z",
}


async def test_a_time_that_cannot_be_is_refused(ward: Scene) -> None:
    faults = await _refused(
        ward,
        (
            (f"{field}: {name}", write, json.dumps({**write.body, field: time}).encode(), {})
            for name, time in TIMES.items()
            for write in ward.writes()
            for field in ("arrived_at", "assessed_at", "taken_at")
            if write.takes_body and field in write.body
            if write.name != "take"  # taken already: the time is not looked at again
        ),
    )

    assert not faults, "\n".join(faults)


async def test_nobody_is_expected_outside_the_calendar(ward: Scene) -> None:
    arrival = ward.writes()[0]
    plain = {"called": "På vei", "complaint": "Fall"}

    faults = await _refused(
        ward,
        (
            (name, arrival, json.dumps({**plain, "expected_at": time}).encode(), {})
            for name, time in TIMES.items()
        ),
    )

    assert not faults, "\n".join(faults)


@at_the_edge
async def test_nobody_is_born_outside_a_life(ward: Scene) -> None:
    arrival = ward.writes()[0]
    dates = ("0001-01-01", "9999-12-31", "2126-01-01", "-1-01-01", "2026-02-30", "1e999", "")

    faults = await _refused(
        ward,
        (
            (date, arrival, json.dumps({"called": "A", "complaint": "B", "birth_date": date}).encode(), {})
            for date in dates
        ),
    )

    assert not faults, "\n".join(faults)


async def test_the_ward_works_on_after_all_that(ward: Scene) -> None:
    for content in BODIES.values():
        await ward.send(ward.writes()[0], content)

    answer = await ward.send(ward.writes()[0])

    assert answer.status_code == 201
