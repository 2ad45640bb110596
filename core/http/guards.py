"""Guards in front of every route, as plain ASGI: a bound on bodies, headers for browsers, foreign origins.

Not Starlette's BaseHTTPMiddleware, which hides disconnects and cancels work under way.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.http.problem import Words, problem

MAX_BODY = 512 * 1024  # the longest note has eight headings of 20 000 characters
_SAFE = {"GET", "HEAD", "OPTIONS"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def is_foreign(headers: Headers, allowed: Iterable[str]) -> bool:
    """Whether a web page of somebody else is behind this request. Programs send no Origin."""
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site", "none") not in ("none", "same-origin")
    return origin not in allowed and _place(origin) != headers.get("host")


def _place(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc or "nowhere"  # `null` is a page without a place, never ours
    except ValueError:
        return "nowhere"


class Guards:
    """Wraps the app; refuses before any of its code runs."""

    def __init__(self, app: ASGIApp, words: Words, allowed_origins: Iterable[str] = ()) -> None:
        self._app = app
        self._words = words
        self._allowed = frozenset(allowed_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                _dress(MutableHeaders(scope=message), scope["path"])
            await send(message)

        if scope["method"] not in _SAFE and is_foreign(headers, self._allowed):
            await self._refuse(HTTPConnection(scope), 403, "foreign-origin")(scope, receive, dressed)
        elif _announced_too_large(headers):
            await self._refuse(HTTPConnection(scope), 413, "too-large")(scope, receive, dressed)
        else:
            await self._app(scope, _Bounded(receive).receive, dressed)

    def _refuse(self, asked: HTTPConnection, status: int, code: str) -> ASGIApp:
        return problem(asked, self._words, code, status)


def _announced_too_large(headers: Headers) -> bool:
    announced = headers.get("content-length", "0")
    return not announced.isdecimal() or int(announced[:12]) > MAX_BODY


class _Bounded:
    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._seen = 0

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._seen += len(message.get("body", b""))
            if self._seen > MAX_BODY:
                raise HTTPException(413)  # of the kind that the app does not take for an unreadable body
        return message


def _dress(headers: MutableHeaders, path: str) -> None:
    headers.setdefault("Content-Security-Policy", _POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "no-referrer")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    if not path.startswith("/static/"):
        headers.setdefault("Cache-Control", "no-store")  # patient data stays out of every cache
