"""One question to a register by HTTP, and what is no answer."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import httpx

from integrations.helseid.proofs import NoToken
from integrations.registers.port import RegisterAway


async def post(
    http: httpx.AsyncClient, path: str, *, also: tuple[int, ...] = (), **sent: Any
) -> httpx.Response:
    """One question. Raises RegisterAway for everything that is no answer; refusals are the caller's.

    `also`: statuses that are an answer of this register.
    """
    try:
        answer = await http.post(path, **sent)
    except NoToken as fault:
        raise RegisterAway(fault.reason) from fault
    except httpx.TimeoutException as fault:
        raise RegisterAway("timeout") from fault
    except (httpx.TransportError, httpx.DecodingError, httpx.TooManyRedirects) as fault:
        raise RegisterAway("no-connection") from fault
    if answer.status_code == HTTPStatus.UNAUTHORIZED:
        raise RegisterAway("not-allowed")
    if answer.status_code not in (HTTPStatus.OK, HTTPStatus.FORBIDDEN, *also):
        raise RegisterAway(f"http-{answer.status_code}")
    return answer
