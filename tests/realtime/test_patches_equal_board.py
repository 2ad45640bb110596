"""Old rows + patches = freshly fetched rows, after every command there is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

from core.clock import utc_now
from core.settings import Settings
from tests.cast import DIAGNOSIS, Cast, Person, assessment, finishing, move_in, note
from tests.realtime.screens import Screen, Ward, ward

Command = tuple[str, str, Any]  # who, what under the encounter's address, body


OFF_THE_WAY = {("nora", "left"), ("dina", "take"), ("dina", "diagnoses"), ("dina", "finish")}
"""What does not happen to a patient whom Dag takes, hands to Dina, gets back and sends home."""


def commands(cast: Cast) -> list[Command]:
    """Everything that can be done to one encounter."""
    return [
        ("nora", "arrive", {}),
        ("nora", "assessments", assessment()),
        ("nora", "assessments", assessment(level="green", reason="Kjent fra før")),
        ("nora", "seen", {}),
        ("nora", "place", {"place": "Akutt 1"}),
        ("nora", "place", {"place": None}),
        ("nora", "call", {"place": "Rom 1"}),
        ("nora", "left", {}),
        ("dag", "take", {}),
        ("dina", "take", {}),
        ("dag", "hand-over", {"to": cast.dina.actor.id}),
        ("dina", "hand-over", {"to": cast.dag.actor.id}),
        ("dag", "notes", note()),
        ("dag", "diagnoses", DIAGNOSIS),
        ("dag", "finish", finishing(note=note())),
        ("dina", "diagnoses", DIAGNOSIS),
        ("dina", "finish", finishing(note=note())),
    ]


async def do(ward: Ward, cast: Cast, encounter: str, command: Command) -> bool:
    """Try it from the newest version; whether it was done."""
    who, what, body = command
    person: Person = getattr(cast, who)
    path = f"/api/encounters/{encounter}"
    page = await ward.http.get(path, headers=person.headers)
    answer = await ward.post(f"{path}/{what}", person, body, **{"If-Match": page.headers["etag"]})
    assert answer.status_code < 500, answer.text
    return answer.is_success


async def require_same(ward: Ward, cast: Cast, *screens: Screen) -> None:
    """What each screen shows after its patches is what a fresh reading gives."""
    fetched = await ward.fetched(cast.nora)
    for screen in screens:
        await screen.until(fetched["seq"])
        assert screen.rows == {row["id"]: row for row in fetched["rows"]}
        assert fetched["count"] == len(screen.rows)


async def test_a_patients_way_through_the_ward_shows_the_same_as_a_fresh_reading(
    database_url: str, settings_for: Callable[..., Settings]
) -> None:
    async with ward(settings_for(database_url)) as opened:
        cast = await move_in(opened.app.state.store)
        async with opened.screen(cast.wall) as wall:
            await wall.next("snapshot")
            expected = utc_now() + timedelta(minutes=20)
            encounter = await opened.arrive(cast, expected_at=expected.isoformat())
            await require_same(opened, cast, wall)
            for command in commands(cast):
                if command[:2] not in OFF_THE_WAY:
                    assert await do(opened, cast, encounter, command), command
                    await require_same(opened, cast, wall)
            assert wall.rows == {}

            encounter = await opened.arrive(cast)
            await require_same(opened, cast, wall)
            assert await do(opened, cast, encounter, ("nora", "left", {}))
            await require_same(opened, cast, wall)
            assert wall.rows == {}


async def test_any_commands_in_any_order_show_the_same_as_a_fresh_reading(
    database_url: str, settings_for: Callable[..., Settings]
) -> None:
    random, done = Random(2026), set[str]()
    async with ward(settings_for(database_url)) as opened:
        cast = await move_in(opened.app.state.store)
        async with opened.screen(cast.wall) as wall, opened.screen(cast.nora) as desk:
            await wall.next("snapshot")
            await desk.next("snapshot")
            patients = [await opened.arrive(cast)]
            for _ in range(40):
                if random.random() < 0.15:
                    later = (utc_now() + timedelta(minutes=5)).isoformat()
                    patients.append(await opened.arrive(cast, **random.choice([{}, {"expected_at": later}])))
                command = random.choice(commands(cast))
                if await do(opened, cast, random.choice(patients[-4:]), command):
                    done.add(command[1])
                await require_same(opened, cast, wall, desk)

    assert len(done) >= 8
