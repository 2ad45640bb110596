"""How fast the same bytes go by a bare HTTP client to a like receiver: nothing kept, nobody asked."""

from __future__ import annotations

import asyncio
import time
from base64 import b64encode
from collections.abc import Sequence

import httpx

_AT_ONCE = 8  # as many as the dispatcher


async def posted_per_second(url: str, bodies: Sequence[bytes]) -> float:
    """Post each once, eight at a time; how many a second."""
    waiting = list(bodies)
    headers = {"api-version": "2", "nhn-source-system": "bare/1"}

    async def post(http: httpx.AsyncClient) -> None:
        while waiting:
            document = b64encode(waiting.pop()).decode()
            posted = {
                "businessDocument": document,
                "contentType": "application/xml",
                "contentTransferEncoding": "base64",
            }
            (await http.post("/edi/Messages", json=posted, headers=headers)).raise_for_status()

    began = time.monotonic()
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=30) as http:
        await asyncio.gather(*(post(http) for _ in range(_AT_ONCE)))
    return len(bodies) / (time.monotonic() - began)
