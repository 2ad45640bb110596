"""Requests about access that would succeed if they were allowed: each needs a block or broken glass first."""

from __future__ import annotations

from typing import Any

from tests.conftest import Served
from tests.house.identity_cases import NOBODY_HAS, Case, Made

_WHY = {"reason": "Ringer om prøvesvar fra kontakten"}
_BODIES: dict[str, Any] = {
    "break-glass": _WHY,
    "blocks": {"kind": "gp-summary"},
    "withdraw": {},
    "review": {"verdict": "justified", "note": "Var på vakt alene"},
}
_IDS = ("{block}", "{glass}", "{patient}", "{patient_id}")


def is_one(path: str) -> bool:
    """Whether the address is about access."""
    return any(part in path for part in ("/blocks", "/break-glass", "/access"))


async def prepare(served: Served, path: str, encounter: str | None) -> Case:
    """Make what the address needs; for an `encounter` that is given, nothing."""
    body = _BODIES.get(path.rpartition("/")[2])
    case = Case(encounter or NOBODY_HAS, ids=dict.fromkeys(_IDS, NOBODY_HAS), body=body)
    if encounter is not None:
        return case
    made = _Made(served)
    came = await made.arrived()
    case.encounter = came["id"]
    case.ids["{patient}"] = case.ids["{patient_id}"] = came["patient_id"]
    if "break-glass" in path:
        await made.block(case.encounter, "unit")  # nobody gets in without a reason
    if "{block}" in path:
        case.ids["{block}"] = await made.block(case.encounter, "gp-summary")
    if "{glass}" in path:
        broken = await made.post(f"/api/encounters/{case.encounter}/break-glass", _WHY)
        case.ids["{glass}"] = broken.json()["id"]
    return case


class _Made(Made):
    async def block(self, encounter: str, kind: str) -> str:
        """The patient says no."""
        return str((await self.post(f"/api/encounters/{encounter}/blocks", {"kind": kind})).json()["id"])
