"""Server and browser write the same: rows patched by script equal rows freshly drawn."""

from __future__ import annotations

import random
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Page

from app.screens import show
from app.screens.desk import desk
from app.screens.row_view import row_view
from app.screens.texts import LANGUAGES, texts
from app.screens.wall.page import wall
from app.screens.wall.tiles import room_tiles
from tests.app.screens import record, ward
from tests.app.screens.browser.conftest import Stage, say
from triage.queries.board_row import Board, BoardRow, RowAlarm
from triage.rules.board_order import order_key
from triage.rules.safety.alarms import Rule
from triage.rules.unit.zones import Zone, rooms_on_wall, zones_showing

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

_FLAGS = ("allergy", "infection", "fall", "infant", "interpreter", "similar-name", "unknown-identity")
_DRAWN = """page => ["#rows", "#rooms", "header .unit", "header .counts", "main h2", "footer"].flatMap(part =>
    [...page.querySelectorAll(part)].flatMap(each => [...each.children].map(child => child.outerHTML
        .replace(/ style=""/g, "").replace(/ (tabindex="-1")/g, " $1").replace(/>\\s+</g, "><").trim())))"""

ZONES = (
    Zone(id="akutt", name="Akutt", rooms=("Rom 1", "Obs 2"), waiting=(0, 1, 2)),
    Zone(id="pol", name="Poliklinikk", rooms=("Rom 2",), waiting=(2, 3, 4)),
)


def wall_page(board: Board, language: str = "nb", zone: str | None = None) -> str:
    return wall(
        board,
        language=language,
        theme="dark",
        name_mode="name",
        websocket_path="/ws/units/nordvik/board",
        asset_version="v1",
        zone=zone,
    )


def any_row(chance: random.Random, number: int) -> BoardRow:
    """A row with every value that may occur, also the odd ones."""
    level = chance.choice([None, 1, 2, 3, 4, 5])
    taken = chance.random() < 0.4
    target = {None: None, 1: 0, 2: 10, 3: 60, 4: chance.choice([90, 120, 240]), 5: None}[level]
    arrived = ward.NOW - timedelta(seconds=chance.randint(0, 20_000))
    status = "in-progress" if taken else chance.choice(["planned", "arrived", "triaged"])
    if status == "planned":
        arrived += timedelta(seconds=10_000)  # on the way, or never came
    return BoardRow(
        id=f"e-{number:03}",
        version=1,
        number=f"T {number}",
        status=status,
        level=level,
        level_code=None,
        place=chance.choice([None, "Rom 1", "Rom 2", "Obs 1", "Gang"]),
        name=chance.choice(["Ingrid S.", "Ukjent <mann>", "Åse-Marie Ø."]),
        sex=chance.choice(["female", "male", "unknown"]),
        age_months=chance.choice([None, 0, 23, 24, 215, 216, 1100]),
        complaint="Brystsmerter & «tung pust»",
        flags=tuple(chance.sample(_FLAGS, chance.randint(0, 4))),
        arrived_at=arrived,
        target_at=None if target is None else arrived + timedelta(minutes=target),
        target_minutes=target,
        next_assessment_at=chance.choice([None, ward.NOW + timedelta(seconds=chance.randint(-4000, 12_000))]),
        continuous=chance.random() < 0.2,
        nurse=chance.choice([None, "IM"]),
        doctor="HS" if taken else None,
        doctor_since=arrived + timedelta(minutes=3) if taken else None,
        last_seen_at=chance.choice([None, arrived + timedelta(minutes=2)]),
        second_look_at=chance.choice([None, None, ward.NOW + timedelta(minutes=3)]),
        alarm=None if taken or status == "planned" else any_alarm(chance),
        by_ambulance=chance.random() < 0.2,
    )


def any_alarm(chance: random.Random) -> RowAlarm | None:
    """No alarm, one that rings, or one that somebody took."""
    if chance.random() < 0.5:
        return None
    by = chance.choice([None, "NL"])
    since = ward.NOW - timedelta(seconds=chance.randint(0, 9000))
    return RowAlarm(
        rules=tuple(chance.sample(list(Rule), chance.randint(1, 3))),
        since=since,
        number=chance.choice([1, 1, 2]),
        taken_by=by,
        again_at=ward.NOW + timedelta(seconds=chance.randint(0, 900)) if by else None,
    )


def any_rows(count: int, seed: int = 7) -> list[BoardRow]:
    chance = random.Random(seed)  # the same every time: a failure can be looked at again
    return [any_row(chance, number) for number in range(count)]


async def drawn(screen: Page) -> list[str]:
    return list(await screen.evaluate(f"({_DRAWN})(document)"))


async def fresh(screen: Page, source: str) -> list[str]:
    """What the server drew, before any script touched it."""
    parse = "source => new DOMParser().parseFromString(source, 'text/html')"
    return list(await screen.evaluate(f"source => ({_DRAWN})(({parse})(source))", source))


async def stop_the_clock(screen: Page) -> None:
    """The screen's own clock stands; the time shown is the server's alone."""
    await screen.clock.install(time=ward.NOW - timedelta(hours=1))
    await screen.clock.pause_at(ward.NOW)


async def patched(
    screen: Page, stage: Stage, before: Board, after: Board, zone: str | None = None, **about: Any
) -> None:
    """Open on `before`, then send what changed until `after`, at its time."""
    await stop_the_clock(screen)
    stage.pages["/wall/nordvik"] = wall_page(before, zone=zone)
    await screen.goto("/wall/nordvik")
    socket = await stage.socket()
    old = {row.id: row for row in before.rows}
    changed = [row.model_dump(mode="json") for row in after.rows if old.get(row.id) != row]
    removed = sorted(set(old) - {row.id for row in after.rows})
    time = after.server_time.isoformat()
    await say(socket, type="hello", epoch="e1", seq=before.seq, server_time=time, version="1")
    await say(socket, type="patch", epoch="e1", seq=before.seq + 1, rows=changed, removed=removed, **about)
    await say(socket, type="beat", epoch="e1", seq=before.seq + 1, count=after.count, server_time=time)
    await screen.locator("[data-connection-word]", has_text="Tilkoblet").wait_for()
    await screen.clock.run_for(20)  # one animation frame


def in_order(rows: list[BoardRow], now: datetime) -> tuple[BoardRow, ...]:
    return tuple(sorted(rows, key=lambda row: order_key(row, now)))


async def test_a_patched_wall_equals_a_freshly_drawn_one(screen: Page, stage: Stage) -> None:
    before = ward.board()
    later = ward.NOW + timedelta(minutes=7)
    rows = {row.id: row for row in before.rows}
    del rows["e-14"], rows["e-33"]
    rows["e-12"] = rows["e-12"].model_copy(
        update={"doctor": "AB", "doctor_since": later, "status": "in-progress"}
    )
    rows["e-26"] = rows["e-26"].model_copy(
        update={"level": 2, "target_minutes": 10, "target_at": later + timedelta(minutes=1), "nurse": "SV"}
    )
    rows["e-60"] = ward.row(
        "e-60", "Nina T.", 4, "Astma", waited=-6, level=None, flags=("allergy",), nurse=None
    )
    after = before.model_copy(
        update={"rows": in_order(list(rows.values()), later), "server_time": later, "count": len(rows)}
    )

    await patched(screen, stage, before, after)

    assert await drawn(screen) == await fresh(screen, wall_page(after))


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_any_board_patched_from_any_other_equals_a_fresh_one(
    screen: Page, stage: Stage, seed: int
) -> None:
    chance = random.Random(seed)
    old, new = any_rows(40, seed), any_rows(40, seed + 100)
    kept = [chance.choice(pair) for pair in zip(old, new, strict=True) if chance.random() < 0.9]
    before = ward.board(*in_order(old, ward.NOW), rooms=("Rom 1", "Rom 2", "Obs 1"))
    after = ward.board(*in_order(kept, ward.NOW), rooms=("Rom 1", "Rom 2", "Obs 1"))

    await patched(screen, stage, before, after)

    assert await drawn(screen) == await fresh(screen, wall_page(after))


@pytest.mark.parametrize(("count", "rooms"), [(6, 4), (30, 15), (90, 30), (160, 15)])
async def test_a_ward_of_any_size_is_drawn_the_same_by_server_and_script(
    screen: Page, stage: Stage, count: int, rooms: int
) -> None:
    names = tuple(f"Rom {number}" for number in range(1, rooms + 1))
    before = ward.board(*in_order(any_rows(count, 3), ward.NOW), rooms=names)
    after = ward.board(*in_order(any_rows(count, 4), ward.NOW), rooms=names)

    await patched(screen, stage, before, after)

    assert await drawn(screen) == await fresh(screen, wall_page(after))


async def test_a_wall_that_hangs_follows_when_the_ward_is_divided(screen: Page, stage: Stage) -> None:
    rows = in_order(any_rows(40, 8), ward.NOW)
    before = ward.board(*rows, rooms=("Rom 1", "Rom 2", "Obs 1"))
    about = {"zones": ZONES, "columns": ("place", "next")}
    after = ward.board(*rows, rooms=("Rom 1", "Rom 2", "Obs 1", "Obs 2"), **about)
    told = after.model_dump(mode="json", include={"rooms", "zones", "columns"})

    await patched(screen, stage, before, after, "akutt", **told)

    assert await drawn(screen) == await fresh(screen, wall_page(after, zone="akutt"))
    assert await screen.locator("#waiting-table").get_attribute("class") == "no-flags no-staff"


async def test_the_browser_puts_everybody_on_the_same_walls(screen: Page, stage: Stage) -> None:
    rows = any_rows(200, 21)
    stage.pages["/wall/nordvik"] = wall_page(ward.board())
    await screen.goto("/wall/nordvik")
    settings = [
        ZONES,
        ZONES[:1],
        (),
        (*ZONES, Zone(id="akutt", name="Dobbel", waiting=(9,))),  # stored long ago, by other rules
    ]

    for zones in settings:
        there = await screen.evaluate(
            """async ([zones, rows]) => {
                const { zonesShowing, roomsOnWall } = await import("/static/v1/lib/zones.js");
                const rooms = ["Rom 1", "Rom 2", "Obs 1", "Gang"].map(name => ({ name }));
                const onWall = wall => roomsOnWall(zones, wall, rooms).map(room => room.name);
                const walls = ["akutt", "pol", "borte", ""].map(onWall);
                return [rows.map(row => [...zonesShowing(zones, row)].sort()), walls];
            }""",
            [[zone.model_dump(mode="json") for zone in zones], [row.model_dump(mode="json") for row in rows]],
        )

        rooms = ["Rom 1", "Rom 2", "Obs 1", "Gang"]
        walls = [rooms_on_wall(zones, wall, rooms) for wall in ("akutt", "pol", "borte", "")]
        assert there == [[sorted(zones_showing(zones, row)) for row in rows], walls]


async def test_script_draws_nothing_else_than_the_server_did(screen: Page, stage: Stage) -> None:
    board = ward.board(*in_order(list(ward.board().rows), ward.NOW))

    await patched(screen, stage, board, board)

    assert await drawn(screen) == await fresh(screen, wall_page(board))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_row_reads_the_same_in_the_browser(screen: Page, stage: Stage, language: str) -> None:
    rows = any_rows(200)
    stage.pages["/wall/nordvik"] = wall_page(ward.board(), language)
    await screen.goto("/wall/nordvik")

    views = await screen.evaluate(
        """async ([rows, now]) => {
            const { rowView } = await import("/static/v1/lib/row_view.js");
            return rows.map(row => rowView(row, Date.parse(now), "name"));
        }""",
        [[row.model_dump(mode="json") for row in rows], ward.NOW.isoformat()],
    )

    t = texts(language)
    expected = [asdict(row_view(row, now=ward.NOW, t=t)) for row in rows]
    for each in expected:
        each.pop("version")
        each["flags"] = list(each["flags"])
    assert views == expected


async def test_the_browser_keeps_the_board_order(screen: Page, stage: Stage) -> None:
    rows = any_rows(300, seed=11)
    stage.pages["/wall/nordvik"] = wall_page(ward.board())
    await screen.goto("/wall/nordvik")

    sorted_there = await screen.evaluate(
        """async ([rows, now]) => {
            const { boardOrder } = await import("/static/v1/lib/board_order.js");
            return boardOrder(rows, Date.parse(now)).map(row => row.id);
        }""",
        [[row.model_dump(mode="json") for row in rows], ward.NOW.isoformat()],
    )

    assert sorted_there == [row.id for row in in_order(rows, ward.NOW)]


@pytest.mark.parametrize("name_mode", ["name", "number"])
async def test_the_rooms_read_the_same_in_the_browser(screen: Page, stage: Stage, name_mode: Any) -> None:
    board = ward.board(*in_order(any_rows(30, seed=5), ward.NOW), rooms=("Rom 1", "Rom 2", "Obs 1", "Obs 2"))
    stage.pages["/wall/nordvik"] = wall_page(board)
    await screen.goto("/wall/nordvik")

    tiles = await screen.evaluate(
        """async ([board, now, mode]) => {
            const { roomTiles } = await import("/static/v1/screens/wall_tiles.js");
            return roomTiles(board.rows, board.rooms, Date.parse(now), mode);
        }""",
        [board.model_dump(mode="json"), ward.NOW.isoformat(), name_mode],
    )

    expected = room_tiles(board, now=ward.NOW, t=texts("nb"), name_mode=name_mode)
    assert tiles == [asdict(tile) for tile in expected]


async def test_the_watch_and_the_clock_are_norwegian_in_both(screen: Page, stage: Stage) -> None:
    moments = [
        datetime.fromisoformat("2026-10-24T21:00:00+00:00") + timedelta(minutes=37 * n) for n in range(60)
    ]
    stage.pages["/wall/nordvik"] = wall_page(ward.board())
    await screen.goto("/wall/nordvik")

    there = await screen.evaluate(
        """async (moments) => {
            const { clockSeconds, shift } = await import("/static/v1/lib/time.js");
            return moments.map(each => [clockSeconds(Date.parse(each)), shift(Date.parse(each))]);
        }""",
        [moment.isoformat() for moment in moments],
    )

    assert there == [[show.clock_seconds(moment), show.shift(moment)] for moment in moments]


async def test_the_desk_list_is_drawn_the_same_by_server_and_script(screen: Page, stage: Stage) -> None:
    board = ward.board(*in_order(list(ward.board().rows), ward.NOW))
    source = desk(
        board,
        me=record.DOCTOR,
        gps=(),
        language="nb",
        websocket_path="/ws/units/nordvik/board",
        asset_version="v1",
    )
    stage.pages["/units/nordvik"] = source
    await stop_the_clock(screen)
    await screen.goto("/units/nordvik")
    socket = await stage.socket()

    await say(socket, type="hello", epoch="e1", seq=41, server_time=ward.NOW.isoformat(), version="1")
    rows = [row.model_dump(mode="json") for row in board.rows]
    await say(socket, type="snapshot", epoch="e1", seq=41, rows=rows)
    await screen.locator("[data-connection-word]", has_text="Tilkoblet").wait_for()

    assert await drawn(screen) == await fresh(screen, source)
