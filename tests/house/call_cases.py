"""Requests about telephone contacts that would succeed if they were allowed: each needs a call first."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from core.ids import new_id
from tests.conftest import Served
from tests.house.identity_cases import NOBODY_HAS, Case
from triage.commands.telephone.hear import CallNews, hear_of_call

_NOTES = {"caller": "90123456", "complaint": "Feber"}


def is_one(path: str) -> bool:
    """Whether the address is about the telephone."""
    return path.startswith("/api") and "/calls" in path


async def prepare(served: Served, path: str, encounter: str | None) -> Case:
    """A call that was answered, by nobody who has said so yet."""
    now = datetime.now(UTC)
    last = path.rpartition("/")[2]
    bodies: dict[str, Any] = {
        "calls": _NOTES,
        "{call_id}": _NOTES,
        "assessments": {**_NOTES, "urgency": "green"},
        "close": {"outcome": "not-reached"},
    }
    body = bodies.get(last)
    if path.endswith("/exchange/calls"):
        body = {"call": new_id(), "news": "ringing", "at": now.isoformat()}
    case = Case(encounter or NOBODY_HAS, body=body)
    if "{call_id}" in path:
        heard = CallNews(call=new_id(), news="answered", at=now)
        known = await served.store.write(served.cast.exchange.actor, hear_of_call, heard)
        case.ids["{call_id}"] = known.id
    return case
