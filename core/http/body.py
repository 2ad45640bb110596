"""Bodies as JSON means them (RFC 8259): numbers are numbers, and a field is given once.

Python reads more than that: `NaN`, and of a field given twice the last. One of the two would be lost unseen.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn

from fastapi import Request, Response
from fastapi.routing import APIRoute


class BodyRoute(APIRoute):
    """A route that reads its body strictly; a body that says two things is malformed."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """As FastAPI's, with our own way of reading."""
        handler = super().get_route_handler()

        async def strict(request: Request) -> Response:
            return await handler(_StrictRequest(request.scope, request.receive))

        return strict


class _StrictRequest(Request):
    async def json(self) -> Any:
        return json.loads(await self.body(), object_pairs_hook=_once_each, parse_constant=_no_number)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise json.JSONDecodeError("a field is given twice", "", 0)
    return fields


def _no_number(_name: str) -> NoReturn:
    raise json.JSONDecodeError("not a number in JSON", "", 0)
