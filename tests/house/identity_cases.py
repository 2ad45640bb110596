"""Requests about identity that would succeed if they were allowed: each needs something made first."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx

from tests.cast import DIAGNOSIS, UNIT, arrival, finishing, full_arrival, note
from tests.conftest import Served

NOBODY_HAS = "00000000-0000-4000-8000-000000000000"
_RANDOM = Random()
_BODIES: dict[str, Any] = {
    "identity": {"given": "Olav", "reason": "Legitimasjon vist"},
    "split": {"called": "Ukjent", "reason": "Feil pasient"},
    "undo": {"reason": "Det var feil"},
    "guardians": {"relation": "mother", "name": "Mona Solvang"},
    "search": {"name": "Ingrid", "birth_date": "1980-01-01"},
    "by-hand": {"way": "printed"},
    "review": {"decision": "send", "note": "Fastlegen er varslet"},
}
IDS = ("{change}", "{related}", "{message}", "{patient}")


@dataclass(slots=True)
class Case:
    """What to put into the address, what to send, and the version it is made from."""

    encounter: str = NOBODY_HAS
    etag: str = '"1"'
    ids: dict[str, str] = field(default_factory=lambda: dict.fromkeys(IDS, NOBODY_HAS))
    body: Any = None
    cookies: dict[str, str] = field(default_factory=dict)


def is_one(path: str) -> bool:
    """Whether the address is about identity."""
    return path.startswith("/api") and any(
        part in path for part in ("/identity", "/guardians", "/patients", "/review", "/by-hand", "/send-now")
    )


async def prepare(served: Served, path: str, encounter: str | None) -> Case:
    """Make what the address needs; for an `encounter` that is given, nothing."""
    last = path.rpartition("/")[2]
    case = Case(encounter or NOBODY_HAS, body=_BODIES.get(last))
    made = Made(served)
    if last == "merge":
        case.body = {"other": await made.gone(), "keep": "other", "reason": "Samme person"}
    if encounter is not None:
        return case
    if "{patient}" in path:
        case.ids["{patient}"] = (await made.arrived())["patient_id"]
    if "{encounter}" in path:
        case.encounter = (await made.arrived())["id"]
    where = f"/api/encounters/{case.encounter}"
    if "{change}" in path:
        answer = await made.post(f"{where}/identity", {"called": "Inga", "reason": "Feilskrevet"}, '"1"')
        case.ids["{change}"], case.etag = answer.json()["change_id"], answer.headers["etag"]
    if "{related}" in path:
        answer = await made.post(f"{where}/guardians", _BODIES["guardians"])
        case.ids["{related}"], case.etag = answer.json()["related_id"], answer.headers["etag"]
    if "{message}" in path:
        case.encounter, case.ids["{message}"] = await made.letter(last)
    return case


@dataclass(frozen=True, slots=True)
class Made:
    """What a doctor of the unit makes first."""

    served: Served

    async def post(self, path: str, body: Any, etag: str | None = None) -> httpx.Response:
        headers = {**self.served.cast.dag.headers, **({"If-Match": etag} if etag else {})}
        answer = await self.served.http.post(path, json=body, headers=headers)
        assert answer.is_success, f"{path}: {answer.text}"
        return answer

    async def arrived(self, **changes: Any) -> Any:
        return (await self.post(f"/api/units/{UNIT}/arrivals", arrival(**changes))).json()

    async def gone(self) -> str:
        """A patient of the unit who has left again."""
        came = await self.arrived()
        await self.post(f"/api/encounters/{came['id']}/left", {}, '"1"')
        return str(came["patient_id"])

    async def letter(self, deed: str) -> tuple[str, str]:
        """A signed encounter whose letter is in doubt, waits, or has nobody to go to."""
        known = {} if deed == "by-hand" else full_arrival(_RANDOM.randrange(10**6))
        came = await self.arrived(**known)
        where = f"/api/encounters/{came['id']}"
        etag = (await self.post(f"{where}/take", {})).headers["etag"]
        etag = (await self.post(f"{where}/diagnoses", DIAGNOSIS, etag)).headers["etag"]
        answer = await self.post(f"{where}/finish", finishing(note=note()), etag)
        if deed == "review":
            await self.post(f"{where}/identity", {"given": "Inga", "reason": "Feil"}, answer.headers["etag"])
        return came["id"], answer.json()["messages"][0]["id"]
