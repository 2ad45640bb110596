"""Requests about measuring, observing and medicines given that would succeed if they were allowed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from journal.commands.medication.standing import bring_standing_orders
from tests.cast import OTHER_UNIT, system
from tests.conftest import Served
from tests.house.identity_cases import NOBODY_HAS, Case, Made
from tests.journal.medication.orders import FOR_ANYBODY, approved, file_of, order

_SIGNS = {"vital_signs": {"hr": 80}}
_DOUBLE = order(**FOR_ANYBODY, code="dobbelt", minutes_between=None, double_check=True)
_WORD = {"medication": "Oksykodon", "dose": "5", "unit": "mg", "route": "oral"}
_PARTS = ("/measurements", "/observation", "/administrations", "/standing-orders")


def is_one(path: str) -> bool:
    """Whether the address is about these."""
    return any(part in path for part in _PARTS)


def _plan() -> dict[str, Any]:
    until = (datetime.now(UTC) + timedelta(hours=3)).isoformat()
    return {"question": "Hodeskade", "signs": ["avpu"], "every_minutes": 30, "until_at": until}


async def prepare(served: Served, path: str, encounter: str | None) -> Case:
    """A patient at the point where the address makes sense."""
    ids = {"{measurement}": NOBODY_HAS, "{administration}": NOBODY_HAS, "{code}": "dobbelt", "{version}": "1"}
    case = Case(encounter or NOBODY_HAS, ids=ids, etag='"1"')
    await approved(served.store, served.cast.dina.actor, _DOUBLE)
    await served.store.write(system(OTHER_UNIT), bring_standing_orders, file_of(_DOUBLE))
    if encounter is None and "{encounter}" in path:
        case.encounter = (await Made(served).arrived())["id"]
        await _made(served, path, case)
    given = {**_WORD, "ordered_by": served.cast.dina.actor.id}
    corrected = _SIGNS if "/measurements" in path else given
    case.body = {
        "measurements": _SIGNS,
        "corrections": {**corrected, "reason": "Feil finger"},
        "observation": _plan(),
        "end": {"code": "well"},
        "administrations": given,
        "decide": {"approved": True},
    }.get(path.rpartition("/")[2])
    return case


async def _made(served: Served, path: str, case: Case) -> None:
    if "{measurement}" in path:
        made = await _done(served, f"{case.encounter}/measurements", _SIGNS)
        case.ids["{measurement}"] = made["measurement"]
    if "{administration}" in path:
        made = await _done(served, f"{case.encounter}/administrations", {"standing_order": "dobbelt"})
        case.ids["{administration}"] = made["administration"]
    if path.endswith("/end"):
        await _done(served, f"{case.encounter}/observation", _plan())


async def _done(served: Served, where: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await served.http.post(f"/api/encounters/{where}", json=body, headers=served.cast.dina.headers)
    assert answer.is_success, answer.text
    return dict(answer.json())
