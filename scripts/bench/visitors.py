"""What a ward does while a browser looks on: looks to patients, finds them rooms; some come, some leave."""

from __future__ import annotations

import asyncio
import time
from random import Random

import httpx

from scripts.bench.ward import Ward

_AT_ONCE = 16
_JSON = {"Content-Type": "application/json"}


class Visitors:
    """One in five changes is a guest who comes, or one who leaves: rows appear, vanish and move others."""

    def __init__(self, http: httpx.AsyncClient, ward: Ward) -> None:
        self.done = 0
        self._http, self._unit, self._random = http, ward.unit, Random(7)
        self._changes = ward.changes(self._random)
        self._guests: list[tuple[str, str]] = []

    async def one(self) -> None:
        """The next change."""
        kind = self._random.random()
        path, _, body = next(self._changes)
        if kind > 0.2:
            answer = await self._http.post(path, content=body, headers=_JSON)
        elif kind > 0.1 or not self._guests:
            guest = {"called": "Gjest", "complaint": "Feber"}
            answer = await self._http.post(f"/api/units/{self._unit}/arrivals", json=guest)
            self._guests.append((answer.json()["id"], answer.headers["etag"]))
        else:
            id, etag = self._guests.pop(0)
            answer = await self._http.post(f"/api/encounters/{id}/left", headers={"If-Match": etag})
        self.done += answer.is_success


async def change(ward: Ward, url: str, rate: float, seconds: float) -> int:
    """Changes at that rate, a few under way at a time; how many were answered well."""
    headers = {"Authorization": f"Bearer {ward.nurse}"}
    async with httpx.AsyncClient(base_url=url, headers=headers, trust_env=False, timeout=20) as http:
        visitors, running = Visitors(http, ward), set[asyncio.Task[None]]()
        due = time.monotonic()
        end = due + seconds
        while rate and due < end:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            if len(running) < _AT_ONCE:
                task = asyncio.create_task(visitors.one())
                running.add(task)
                task.add_done_callback(running.discard)
            due += 1 / rate
        await asyncio.sleep(max(0.0, end - time.monotonic()))
        await asyncio.gather(*running)
        return visitors.done
