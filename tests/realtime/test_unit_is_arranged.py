"""When the ward is arranged anew, every wall that hangs is told, and a wall that was away is told too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.settings import Settings
from tests.cast import ROOMS, UNIT, Cast, move_in
from tests.realtime.screens import Ward, ward

ZONES = [
    {"id": "akutt", "name": "Akutt", "rooms": ["Akutt 1", "Akutt 2"], "waiting": [0, 1, 2]},
    {"id": "pol", "name": "Poliklinikk", "rooms": ["Rom 1"], "waiting": [3, 4, 5]},
]


async def arrange(ward: Ward, cast: Cast, body: dict[str, Any], version: int) -> int:
    headers = {**cast.kari.headers, "If-Match": f'"{version}"'}
    answer = await ward.http.put(f"/api/units/{UNIT}/settings", json=body, headers=headers)
    return answer.status_code


async def test_walls_learn_zones_rooms_and_columns_with_the_next_patch(
    database_url: str, settings_for: Callable[..., Settings]
) -> None:
    async with ward(settings_for(database_url)) as opened:
        cast = await move_in(opened.app.state.store)
        await opened.arrive(cast)
        async with opened.screen(cast.wall) as wall:
            before = await wall.next("snapshot")
            wanted = {"rooms": [*ROOMS, "Gips"], "zones": ZONES, "columns": ["place", "next"]}

            assert await arrange(opened, cast, wanted, 1) == 200

            told = await wall.next("patch")
            assert (told["seq"], told["rows"], told["removed"]) == (before["seq"] + 1, [], [])
            assert [room["name"] for room in told["rooms"]] == wanted["rooms"]
            assert (told["zones"], told["columns"]) == (ZONES, ["place", "next"])
            assert (
                await arrange(opened, cast, {"rooms": list(ROOMS)}, 1) == 412
            )  # made from what it was before

        async with opened.screen(cast.wall, epoch=before["epoch"], after=before["seq"]) as back:
            assert (await back.next("patch"))["zones"] == ZONES
