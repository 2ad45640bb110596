"""Refusals (avslag): what was wrong, as a stable code and facts. The words live in `app/texts/` by code."""

from __future__ import annotations

from typing import ClassVar


class Refused(Exception):
    """Something was asked that cannot be done; nothing was written. Subclasses fix the HTTP status."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 400

    def __init__(self, **facts: object) -> None:
        super().__init__(self.code)
        self.facts = facts


class Malformed(Refused):
    """The request itself cannot be read."""

    code, status = "malformed", 400


class NotSignedIn(Refused):
    """Nobody we know is asking (ikke logget inn)."""

    code, status = "not-signed-in", 401


class NotAllowed(Refused):
    """Known, but may not do this (ikke tilgang)."""

    code, status = "not-allowed", 403


class NotFound(Refused):
    """There is no such thing, or it belongs to another unit: the two cannot be told apart from outside."""

    code, status = "not-found", 404


class Conflict(Refused):
    """Somebody else was first (konflikt)."""

    code, status = "conflict", 409


class Stale(Refused):
    """The record changed since it was read (utdatert); the answer carries what it is now."""

    code, status = "stale", 412


class TooLarge(Refused):
    """The body is larger than anything a ward would write."""

    code, status = "too-large", 413


class Invalid(Refused):
    """Readable, but not possible (ugyldig)."""

    code, status = "invalid", 422


class VersionMissing(Refused):
    """A change to a shared record must say which version it was made from (If-Match)."""

    code, status = "version-missing", 428


class Unavailable(Refused):
    """Cannot be done right now; nothing was lost by asking (utilgjengelig)."""

    code, status = "unavailable", 503
