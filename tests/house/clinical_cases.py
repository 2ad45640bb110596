"""Requests about critical information and medicines that would succeed if they were allowed."""

from __future__ import annotations

from typing import Any

from tests.conftest import Served
from tests.house.identity_cases import NOBODY_HAS, Case, Made

_LINE = {"kind": "allergy", "text": "Penicillin", "source": "patient"}
_BODIES: dict[str, Any] = {
    "critical": _LINE,
    "none-known": {"source": "patient"},
    "medicines": {"name": "Paracet 500 mg", "source": "patient"},
    "use": {"use": "uses"},
    "change": {"change": "stopped", "reason": "Trengs ikke"},
    "void": {"reason": "Feil pasient"},
    "{item}": {**_LINE, "certainty": "refuted", "reason": "Testet"},
}


def is_one(path: str) -> bool:
    """Whether the address is about them."""
    return "/critical" in path or "/medicines" in path


async def prepare(served: Served, path: str, encounter: str | None) -> Case:
    """A line that Dina wrote, and what the address needs of it."""
    case = Case(encounter or NOBODY_HAS, ids={"{item}": NOBODY_HAS}, etag='"1"')
    case.body = _BODIES[path.rpartition("/")[2]]
    if encounter is None:
        case.encounter = (await Made(served).arrived())["id"]
        if "{item}" in path:
            what = "critical" if "/critical" in path else "medicines"
            where = f"/api/encounters/{case.encounter}/{what}"
            made = await served.http.post(where, json=_BODIES[what], headers=served.cast.dina.headers)
            assert made.is_success, made.text
            case.ids["{item}"] = made.json()["id"]
    return case
