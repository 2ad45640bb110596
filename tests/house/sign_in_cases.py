"""Requests about signing in, and about one's own sign-in."""

from __future__ import annotations

from typing import Any

from tests.cast import PASSWORD
from tests.conftest import Served
from tests.house.identity_cases import NOBODY_HAS, Case

_SHOWN = {"password": PASSWORD}
_STEP = {"step": "x" * 43}
_BODIES: dict[str, Any] = {
    "/api/unlock": _SHOWN,
    "/api/sign-in/second": {**_STEP, "code": "123456"},
    "/api/sign-in/passkey": {**_STEP, "answer": {"id": "x"}},
    "/api/me/factors/{factor}/remove": _SHOWN,
    "/api/me/authenticator/begin": _SHOWN,
    "/api/me/authenticator": {**_STEP, "code": "123456", "name": "Telefonen"},
    "/api/me/passkey/begin": _SHOWN,
    "/api/me/passkey": {**_STEP, "answer": {"id": "x"}, "name": "Nøkkelen"},
    "/api/me/recovery-codes": _SHOWN,
    "/api/me/password": {**_SHOWN, "new": PASSWORD},
}

THEIR_OWN = frozenset(_BODIES) | {"/api/me/sessions/{session}/end", "/helseid/sign-in", "/helseid/callback"}
"""About what is the person's own, or begun by them: who is let in is told that this is not (404, 409)."""


def is_one(path: str) -> bool:
    """Whether the address is about signing in."""
    return path.startswith(("/api/me/", "/api/sign-in/")) or path in ("/api/lock", "/api/unlock")


async def prepare(served: Served, path: str, encounter: str | None) -> Case:
    """Nothing has to be there before."""
    ids = {"{session}": NOBODY_HAS, "{factor}": NOBODY_HAS}
    return Case(encounter or NOBODY_HAS, ids=ids, body=_BODIES.get(path))
