"""One request to change something: who, in which unit, with which key, from which version."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, ParamSpec, Protocol, TypeVar

from fastapi import Depends, Path, Request, Response

from core.errors import Malformed, NotFound, VersionMissing
from core.http.who import Who, store_of
from core.ids import Actor
from core.store.idempotency import Once
from core.store.work import Command, Store

P = ParamSpec("P")
R = TypeVar("R")

# Ids are bounded before any code of ours sees them: `%00` in a path must not reach a database.
EncounterPath = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$", description="Encounter id (kontakt)")]
DisplayPath = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$", description="Display id (skjerm)")]
UnitPath = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,40}$", description="Unit id (enhet)")]

_ETAG = re.compile(r'^"(\d{1,9})(?:\.(\d{1,9}))?"$')
_KEY = re.compile(r"^[\x21-\x7e]{1,200}$")


class KeyMalformed(Malformed):
    """The Idempotency-Key is not 1-200 visible ASCII characters."""

    code = "idempotency-key-malformed"


class VersionMalformed(Malformed):
    """If-Match does not hold an ETag that we gave out."""

    code = "if-match-malformed"


class Versioned(Protocol):
    """An answer that says which version of the record it leaves behind."""

    @property
    def version(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Call:
    """What every changing route needs besides its body."""

    store: Store
    actor: Actor
    once: Once | None
    version: int | None  # of the encounter, from If-Match
    draft_version: int | None  # of the reader's draft, from the same ETag

    async def write(self, command: Command[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run the command as this actor, once per key."""
        return await self.store.write_once(self.actor, self.once, command, *args, **kwargs)

    def required_version(self) -> int:
        """The version the change was made from; refused when the client did not say."""
        if self.version is None:
            raise VersionMissing
        return self.version


def key_of(request: Request) -> str | None:
    """The request's Idempotency-Key, if it has one."""
    key = request.headers.get("idempotency-key")
    if key is not None and not _KEY.match(key):
        raise KeyMalformed
    return key


async def _call(request: Request, actor: Who) -> Call:
    key = key_of(request)
    # The path of the route, not the host: the same key on another path is another request.
    once = Once.of(key, f"{request.method} {request.url.path}", await request.body()) if key else None
    version, draft = _versions(request.headers.get("if-match"))
    return Call(store_of(request), actor, once, version, draft)


Calling = Annotated[Call, Depends(_call)]


def _versions(if_match: str | None) -> tuple[int | None, int | None]:
    if if_match is None or if_match.strip() == "*":
        return None, None
    found = _ETAG.match(if_match.strip())
    if found is None:
        raise VersionMalformed
    return int(found[1]), int(found[2]) if found[2] else None


def etag(version: int, draft: int | None = None) -> str:
    """The strong ETag: the record's version, and the reader's draft version where the draft is shown."""
    return f'"{version}"' if draft is None else f'"{version}.{draft}"'


def tagged(response: Response, answer: R, version: int, draft: int | None = None) -> R:
    """Put the ETag on the answer."""
    response.headers["ETag"] = etag(version, draft)
    return answer


def in_unit(actor: Actor, unit: str) -> None:
    """Another unit's path is not found: whether it exists is not for outsiders."""
    if actor.unit != unit:
        raise NotFound(unit=unit)
