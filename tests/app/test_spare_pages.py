"""What a screen may keep in order to start without the server: nobody is on it, and only screens get it."""

from __future__ import annotations

import json
import re

import httpx
import pytest

from tests.cast import UNIT, Person, arrival
from tests.conftest import Served


@pytest.fixture
def engine() -> str:
    """What is kept does not depend on the database."""
    return "sqlite"


async def page(served: Served, path: str, who: Person) -> httpx.Response:
    return await served.http.get(path.format(unit=UNIT), headers=who.headers)


async def test_the_wall_that_is_kept_has_nobody_on_it(served: Served) -> None:
    await served.http.post(f"/api/units/{UNIT}/arrivals", json=arrival(), headers=served.cast.nora.headers)

    shown = await page(served, "/wall/{unit}", served.cast.wall)
    kept = await page(served, "/wall/{unit}/spare", served.cast.wall)

    assert ("Ingrid S." in shown.text, "Ingrid" in kept.text) == (True, False)
    board = json.loads(re.findall(r'id="board">(.*?)</script>', kept.text)[0])
    assert (board["rows"], board["count"], board["epoch"], board["unit_name"]) == (
        [],
        0,
        "",
        "Nordvik legevakt",
    )


async def test_the_board_that_a_waiting_room_keeps_has_no_calls_and_no_waiting_times(served: Served) -> None:
    kept = await page(served, "/waiting-room/{unit}/spare", served.cast.waiting_room)

    board = json.loads(re.findall(r'id="board">(.*?)</script>', kept.text)[0])
    assert (board["rows"], board["waits"], board["epoch"]) == ([], [], "")


@pytest.mark.parametrize("path", ["/wall/{unit}", "/waiting-room/{unit}"])
async def test_only_the_page_without_patients_may_be_kept(served: Served, path: str) -> None:
    screen = served.cast.wall if "wall" in path else served.cast.waiting_room

    shown, kept = await page(served, path, screen), await page(served, f"{path}/spare", screen)

    assert shown.headers["cache-control"] == "no-store"
    assert kept.headers["cache-control"] == "no-cache"


async def test_a_person_is_offered_nothing_to_keep(served: Served) -> None:
    shown = await page(served, "/wall/{unit}", served.cast.nora)
    kept = await page(served, "/wall/{unit}/spare", served.cast.nora)

    assert 'data-spare=""' in shown.text
    assert kept.status_code == 403


async def test_the_worker_comes_from_the_top_of_the_address(served: Served) -> None:
    answer = await served.http.get("/screen-worker.js")

    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"
    assert "worker-src 'self'" in answer.headers["content-security-policy"]
