"""A nurse at her desk while letters leave: what she saves must be saved as fast as on any evening."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import uuid4

import httpx

from scripts.kill.ward import UNIT

_BETWEEN = 0.2  # seconds between two saves


@dataclass(slots=True)
class Nurse:
    """Takes one patient in and looks to them again and again; how many seconds each save took."""

    headers: Mapping[str, str]
    url: str
    seconds: list[float] = field(default_factory=list)

    async def work(self) -> None:
        """Until stopped. While the server is down she waits: that is the kill's doing, not the letters'."""
        path, etag = f"/api/units/{UNIT}/arrivals", None
        async with httpx.AsyncClient(base_url=self.url, trust_env=False, timeout=20) as http:
            while True:
                answer = await self._save(http, path, etag)
                if answer is not None and answer.is_success:
                    path = f"/api/encounters/{answer.json()['id']}/seen"
                    etag = answer.headers["etag"]
                elif answer is not None and answer.status_code == httpx.codes.PRECONDITION_FAILED:
                    path, etag = f"/api/units/{UNIT}/arrivals", None  # saved, and the answer was lost
                await asyncio.sleep(_BETWEEN)

    async def _save(self, http: httpx.AsyncClient, path: str, etag: str | None) -> httpx.Response | None:
        headers = {**self.headers, "idempotency-key": str(uuid4())} | ({"if-match": etag} if etag else {})
        body = {} if etag else {"called": "Kari Nordvik", "complaint": "Brystsmerter"}
        began = time.monotonic()
        try:
            answer = await http.post(path, json=body, headers=headers)
        except httpx.TransportError:
            return None
        if answer.is_success:
            self.seconds.append(time.monotonic() - began)
        return answer

    def within(self, share: float) -> float:
        """Seconds within which this share of the saves was done."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
