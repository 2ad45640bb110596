"""Requests about orders and results that would succeed if they were allowed."""

from __future__ import annotations

from tests.conftest import Served
from tests.house.identity_cases import NOBODY_HAS, Case, Made

_ONE = {"items": [{"display": "Sårstell", "category": "treatment"}]}


def is_one(path: str) -> bool:
    """Whether the address is about orders."""
    return "/orders" in path


async def prepare(served: Served, path: str, encounter: str | None) -> Case:
    """An order that Dina made, and what the address needs of it."""
    case = Case(encounter or NOBODY_HAS, ids={"{order}": NOBODY_HAS}, etag='"1"')
    result = NOBODY_HAS
    if encounter is None and "{unit}" not in path:
        case.encounter = (await Made(served).arrived())["id"]
        if "{order}" in path:
            case.ids["{order}"], result = await _ordered(served, case.encounter, path.endswith("/seen"))
    case.body = {
        "orders": _ONE,
        "progress": {"status": "in-progress"},
        "revoke": {"reason": "Ikke nødvendig likevel"},
        "follow-up": {"by": "unit"},
        "result": {"value": "8"},
        "seen": {"result": result},
    }.get(path.rpartition("/")[2])
    return case


async def _ordered(served: Served, encounter: str, answered: bool) -> tuple[str, str]:
    where, dina = f"/api/encounters/{encounter}/orders", served.cast.dina.headers
    made = await served.http.post(where, json={"items": [{"code": "crp"}]}, headers=dina)
    assert made.is_success, made.text
    order = str(made.json()["orders"][0])
    if not answered:
        return order, NOBODY_HAS
    came = await served.http.post(
        f"{where}/{order}/result", json={"value": "8"}, headers={**dina, "If-Match": '"1"'}
    )
    assert came.is_success, came.text
    return order, str(came.json()["result"])
