"""`/asyncapi.json` is true: every frame that is sent is described, and nothing is sent that is not."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random
from typing import Any

import jsonschema
import pytest

from core.http.who import PROTOCOL
from core.settings import Settings
from realtime.protocol import Close
from tests.cast import Cast, move_in
from tests.realtime.doings import Shift, a_patients_way
from tests.realtime.screens import Screen, Ward, ward

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
Document = dict[str, Any]


@pytest.fixture
async def here(database_url: str, settings_for: Callable[..., Settings]) -> AsyncIterator[tuple[Ward, Cast]]:
    async with ward(settings_for(database_url)) as opened:
        yield opened, await move_in(opened.app.state.store)


@pytest.fixture
async def document(here: tuple[Ward, Cast]) -> Document:
    return dict((await here[0].http.get("/asyncapi.json")).json())


def schema_of(document: Document, channel: str, kind: str) -> Document:
    """The schema of one message of one channel, as a reader of the document finds it."""
    message = look_up(document, document["channels"][channel]["messages"][kind]["$ref"])
    return {**message["payload"], "components": document["components"]}


def look_up(document: Document, reference: str) -> Any:
    found: Any = document
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found


def faults(document: Document, channel: str, frame: Document) -> list[str]:
    schema = schema_of(document, channel, frame["type"])
    checker = jsonschema.Draft7Validator.FORMAT_CHECKER
    return [
        f"{channel} {frame['type']} {'/'.join(map(str, fault.absolute_path))}: {fault.message}"
        for fault in jsonschema.Draft7Validator(schema, format_checker=checker).iter_errors(frame)
    ]


async def an_evening(ward: Ward, cast: Cast) -> list[tuple[str, Document]]:
    """Every frame of every channel while everything happens that can happen."""
    followed = (
        ("board", cast.wall),
        ("board", cast.nora),
        ("calls", cast.nora),
        ("waiting-room", cast.waiting_room),
    )
    async with AsyncExitStack() as stack:
        screens: list[tuple[str, Screen]] = [
            (topic, await stack.enter_async_context(ward.screen(person, topic))) for topic, person in followed
        ]
        for _, screen in screens:
            await screen.next("snapshot")
        async for _ in a_patients_way(Shift(ward.app.state.store, cast, Random(2026))):
            pass
        await ward.arrive(cast)
        end = (await ward.fetched(cast.nora))["seq"]
        for _topic, screen in screens:
            await screen.until(end)
            await screen.next("beat")
        for topic, person in followed:
            late = await stack.enter_async_context(ward.screen(person, topic))
            await late.next("snapshot")
            screens.append((topic, late))
        return [(topic, frame) for topic, screen in screens for frame in screen.frames]


async def test_every_frame_that_is_sent_is_described(here: tuple[Ward, Cast], document: Document) -> None:
    frames = await an_evening(*here)

    assert [fault for channel, frame in frames for fault in faults(document, channel, frame)] == []
    told = {(channel, frame["type"]) for channel, frame in frames}
    assert told == {(channel, kind) for channel in document["channels"] for kind in document_kinds(document)}
    assert any("rooms" in frame for _, frame in frames if frame["type"] == "patch"), "no news of the unit"
    assert any(frame.get("rows") and frame["type"] == "snapshot" for _, frame in frames)


def document_kinds(document: Document) -> set[str]:
    return {kind for channel in document["channels"].values() for kind in channel["messages"]}


async def test_a_key_too_many_or_too_few_anywhere_is_a_fault(
    here: tuple[Ward, Cast], document: Document
) -> None:
    frames = await an_evening(*here)
    whole: dict[tuple[str, str], Document] = {}
    for channel, frame in frames:
        if frame["type"] in ("hello", "beat") or frame.get("rows"):
            whole[channel, frame["type"]] = frame

    spoiled = [(channel, bad) for (channel, _), frame in whole.items() for bad in _spoil(frame)]

    assert len(spoiled) > 100
    assert [bad for channel, bad in spoiled if not faults(document, channel, bad)] == []


def _spoil(frame: Document) -> Iterator[Document]:
    """The frame with one key more or one key less, at every place where it has keys."""
    for path in _objects(frame):
        for key in (*_at(frame, path), None):
            copy = json.loads(json.dumps(frame))
            place = _at(copy, path)
            if key is None:
                place["national_id"] = "05125012345"
            elif path or key not in ("type", *OPTIONAL):
                del place[key]
            else:
                continue
            yield copy


OPTIONAL = ("unit", "unit_name", "rooms", "desks", "zones", "columns", "call_seconds", "calls")
"""A patch tells of the unit only when the unit has changed."""


def _objects(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        yield path
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from _objects(part, (*path, key))


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


async def test_the_document_stands_on_its_own(document: Document) -> None:
    assert document["asyncapi"].startswith("3.")
    assert set(document["channels"]) == {"board", "calls", "waiting-room"}
    for reference in _references(document):
        look_up(document, reference)
    for name, channel in document["channels"].items():
        operation = document["operations"][f"follow-{name}"]
        assert operation["action"] == "send"
        assert look_up(document, operation["channel"]["$ref"]) == channel
        for message in operation["messages"]:
            assert look_up(document, message["$ref"])
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft7Validator.check_schema(schema)


async def test_the_document_says_how_to_come_in_and_why_one_is_sent_out(document: Document) -> None:
    channel = document["channels"]["board"]

    assert channel["address"] == "/ws/units/{unit}/board"
    assert set(channel["bindings"]["ws"]["query"]["properties"]) == {"epoch", "after"}
    assert PROTOCOL in json.dumps(channel["bindings"])
    assert set(document["components"]["securitySchemes"]) == {"bearer", "subprotocol", "session"}
    assert set(channel["x-close-codes"]) == {str(int(code)) for code in Close}


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict) and isinstance(value.get("$ref"), str):
        yield value["$ref"]
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _references(part)


@pytest.mark.by_hand("ASYNCAPI_SCHEMA")
async def test_the_document_is_what_asyncapi_asks_for(document: Document) -> None:
    """Point it at `schemas/3.0.0.json` of the package `@asyncapi/specs`."""
    schema = json.loads(await asyncio.to_thread(Path(os.environ["ASYNCAPI_SCHEMA"]).read_text))

    jsonschema.validators.validator_for(schema)(schema).validate(document)
