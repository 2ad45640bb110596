"""Refusals as problem+json (RFC 9457): a stable code, facts, and words in the reader's language."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError, WebSocketRequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.websockets import WebSocket

from core.errors import Refused, Unavailable

logger = logging.getLogger(__name__)

Words = Callable[[str, str], str]
"""(code, Accept-Language) -> one sentence for the reader."""

Page = Callable[[Request, str, int], Response]
"""(request, code, status) -> the same as a page, for whoever typed an address or followed an old link."""

_BY_STATUS = {
    400: "malformed",
    401: "not-signed-in",
    403: "not-allowed",
    404: "not-found",
    405: "wrong-method",
    413: "too-large",
}


def install(app: FastAPI, words: Words, page: Page | None = None) -> None:
    """Answer every refusal and every fault as problem+json; to a person in a browser as a page."""

    def say(request: Request, code: str, status: int, facts: Mapping[str, Any] | None = None) -> Response:
        if page and request.method == "GET" and "text/html" in request.headers.get("accept", ""):
            return page(request, code, status)
        return problem(request, words, code, status, facts=facts)

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, Refused)
        return say(request, error.code, error.status, error.facts)

    async def unreadable(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        fields = [_field(item) for item in error.errors()]
        broken = any(field["code"] == "json_invalid" for field in fields)
        code, status = ("malformed", 400) if broken else ("invalid", 422)
        return say(request, code, status, {"fields": fields})

    async def unreadable_handshake(socket: HTTPConnection, error: Exception) -> None:
        assert isinstance(socket, WebSocket)
        await socket.send_denial_response(problem(socket, words, "invalid", 422))

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        code = _BY_STATUS.get(error.status_code, "refused")
        return say(request, code, error.status_code)

    async def fault(request: Request, error: Exception) -> Response:
        logger.error("unexpected fault", exc_info=error)
        return say(request, "fault", 500)

    app.add_exception_handler(Refused, refused)
    app.add_exception_handler(RequestValidationError, unreadable)
    app.add_exception_handler(WebSocketRequestValidationError, unreadable_handshake)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, fault)


def problem(
    asked: HTTPConnection, words: Words, code: str, status: int, *, facts: Mapping[str, Any] | None = None
) -> JSONResponse:
    """One problem+json answer. What the client sent is never echoed: it may not even be encodable."""
    body = {
        **_plain(facts or {}),
        "type": f"/problems/{code}",
        "title": words(code, asked.headers.get("accept-language", "")),
        "status": status,
        "code": code,
    }
    wait = body.get("retry_after", 1 if status == Unavailable.status else None)
    headers = {"Retry-After": str(wait)} if wait is not None else None
    return JSONResponse(body, status, headers=headers, media_type="application/problem+json")


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, int | float | str | None) else str(value)


def _field(item: dict[str, Any]) -> dict[str, str]:
    where = ".".join(_part(part) for part in item["loc"][1:])
    code = str(item["msg"]).removeprefix("Value error, ") if item["type"] == "value_error" else item["type"]
    return {"field": where, "code": str(code)}


def _part(part: object) -> str:
    # A field name the client made up is data too: only what we could have named ourselves is repeated.
    text = str(part)
    return text if len(text) <= 64 and text.isascii() and text.isprintable() else "?"
