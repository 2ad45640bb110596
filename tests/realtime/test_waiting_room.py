"""The board in the waiting room over the wire: true after every command, and nothing of anybody on it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
import websockets
from websockets.exceptions import InvalidStatus

from core.clock import utc_now
from core.settings import Settings
from tests.cast import DIAGNOSIS, UNIT, Cast, Person, assessment, finishing, full_arrival, move_in, note
from tests.realtime.screens import Screen, Ward, ward

MARKS = ("Xyzrikke", "Xyzmark", "Xyzbein", "Xyzklager", "Xyzlege")
"""Words that are nowhere else in the program: a name, a family, a complaint, what was written, the GP."""


@pytest.fixture
async def here(database_url: str, settings_for: Callable[..., Settings]) -> AsyncIterator[tuple[Ward, Cast]]:
    async with ward(settings_for(database_url)) as opened:
        yield opened, await move_in(opened.app.state.store)


async def do(ward: Ward, who: Person, encounter: str, what: str, body: Any = None) -> None:
    """One thing somebody does, from the newest version."""
    path = f"/api/encounters/{encounter}"
    page = await ward.http.get(path, headers=who.headers)
    answer = await ward.post(f"{path}/{what}", who, body, **{"If-Match": page.headers["etag"]})
    assert answer.is_success, answer.text


async def fetched(ward: Ward, person: Person) -> dict[str, Any]:
    answer = await ward.http.get(f"/api/units/{UNIT}/waiting-room", headers=person.headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def require_same(ward: Ward, cast: Cast, screen: Screen) -> None:
    """What the screen shows after its patches is what a fresh reading gives."""
    fresh = await fetched(ward, cast.waiting_room)
    await screen.until(fresh["seq"])
    assert screen.rows == {row["id"]: row for row in fresh["rows"]}
    assert fresh["count"] == len(screen.rows)


def marked(number: int) -> dict[str, Any]:
    """Somebody who would be known anywhere."""
    known = full_arrival(number)
    gp = {**known["general_practitioner"], "name": "Xyzlege Doktor"}
    return {
        **known,
        "called": "Xyzrikke Xyzmark",
        "given": "Xyzrikke",
        "family": "Xyzmark",
        "complaint": "Xyzbein i knas",
        "flags": ["allergy", "interpreter"],
        "general_practitioner": gp,
    }


async def test_a_patients_way_through_the_ward_shows_the_same_as_a_fresh_reading(
    here: tuple[Ward, Cast],
) -> None:
    ward, cast = here
    async with ward.screen(cast.waiting_room, "waiting-room") as screen:
        await screen.next("snapshot")
        expected = utc_now() + timedelta(minutes=20)
        encounter = await ward.arrive(cast, expected_at=expected.isoformat())
        await require_same(ward, cast, screen)
        for who, what, body in (
            (cast.nora, "arrive", None),
            (cast.nora, "call", {"place": None}),
            (cast.nora, "assessments", assessment()),
            (cast.nora, "call", {"place": "Rom 1"}),
            (cast.nora, "place", {"place": "Rom 1"}),
            (cast.dag, "take", None),
            (cast.dag, "call", {"place": "Rom 2"}),
            (cast.nora, "seen", None),
        ):
            await do(ward, who, encounter, what, body)
            await require_same(ward, cast, screen)
            called = [row["called_to"] or "desk" for row in screen.rows.values() if row["called_at"]]
            assert called == ([body["place"] or "desk"] if what == "call" else [])
        await do(ward, cast.dag, encounter, "diagnoses", DIAGNOSIS)
        await do(ward, cast.dag, encounter, "finish", finishing(note=note()))
        await require_same(ward, cast, screen)

        assert screen.rows == {}


async def test_nothing_that_tells_who_is_on_the_wire_or_on_the_page(here: tuple[Ward, Cast]) -> None:
    ward, cast = here
    said, encounters = [], []
    async with ward.screen(cast.waiting_room, "waiting-room") as screen:
        await screen.next("snapshot")
        for number in range(1, 4):
            patient = marked(number)
            encounters.append(await ward.arrive(cast, **patient))
            await do(ward, cast.nora, encounters[-1], "assessments", assessment())
            await do(ward, cast.nora, encounters[-1], "call", {"place": "Rom 1"})
        await do(ward, cast.dag, encounters[0], "take")
        await do(ward, cast.dag, encounters[0], "notes", {"subjective": "Xyzklager"})
        await screen.until((await fetched(ward, cast.nora))["seq"])
        await screen.next("beat")
        said += [json.dumps(frame) for frame in screen.frames]
    async with ward.screen(cast.waiting_room, "waiting-room") as late:
        said.append(json.dumps(await late.next("snapshot")))
    for path in (f"/api/units/{UNIT}/waiting-room", f"/waiting-room/{UNIT}"):
        answer = await ward.http.get(path, headers=cast.waiting_room.headers)
        assert answer.status_code == 200
        said.append(answer.text)

    staff = json.dumps(await ward.fetched(cast.nora))
    everything = "\n".join(said)
    assert "Xyzrikke" in staff  # the marks do get as far as the staff
    assert [mark for mark in MARKS if mark in everything] == []
    assert [id for id in encounters if id in everything] == []
    assert [n for n in range(1, 4) if marked(n)["national_id"] in everything] == []
    telling = ("arrived_at", "complaint", "age_months", "sex", "flags", "nurse", "level_code", "birth_date")
    assert [key for key in telling if f'"{key}"' in everything] == []


async def test_each_picture_and_beat_carries_waiting_times_and_a_count_to_prove_it_by(
    here: tuple[Ward, Cast],
) -> None:
    ward, cast = here
    await ward.arrive(cast)
    async with ward.screen(cast.waiting_room, "waiting-room") as screen:
        picture, beat = await screen.next("snapshot"), await screen.next("beat")

    assert (picture["unit_name"], picture["call_seconds"]) == ("Nordvik legevakt", 300)
    assert picture["waits"][0] == {"level": 1, "low": 0, "high": 0}
    assert [each["level"] for each in beat["waits"]] == [1, 2, 3, 4]
    assert beat["computed_at"] >= picture["computed_at"]
    assert (beat["count"], beat["missing"]) == (1, 0)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_each_screen_on_the_wall_follows_its_own_board_and_no_other(here: tuple[Ward, Cast]) -> None:
    ward, cast = here

    async def status(person: Person, topic: str) -> int:
        try:
            async with websockets.connect(
                ward.topic(topic), additional_headers=person.headers, compression=None
            ):
                return 101
        except InvalidStatus as refused:
            return refused.response.status_code

    found = {
        (who, topic): await status(getattr(cast, who), topic)
        for who in ("nora", "wall", "waiting_room", "admin", "stranger")
        for topic in ("board", "waiting-room")
    }

    assert found == {
        ("nora", "board"): 101, ("nora", "waiting-room"): 101,
        ("wall", "board"): 101, ("wall", "waiting-room"): 403,
        ("waiting_room", "board"): 403, ("waiting_room", "waiting-room"): 101,
        ("admin", "board"): 403, ("admin", "waiting-room"): 403,
        ("stranger", "board"): 404, ("stranger", "waiting-room"): 404,
    }  # fmt: skip
