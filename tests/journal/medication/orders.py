"""Standing orders as a ward would write them, for tests."""

from __future__ import annotations

import json
from typing import Any

from core.ids import Actor
from core.store.work import Store
from journal.commands.medication.standing import Deciding, bring_standing_orders, decide_standing_order
from tests.cast import system


def order(**changes: Any) -> dict[str, Any]:
    """Paracetamol by mouth for adults: 1 g, at most 4 g a day, four hours between."""
    return {
        "code": "paracetamol-voksen",
        "version": "1",
        "medication": "Paracetamol 500 mg tablett",
        "substance": "paracetamol",
        "indication": "Smerte hos voksne",
        "route": "oral",
        "dose": "1000",
        "unit": "mg",
        "age_months_min": 216,
        "contraindications": [{"code": "liver", "nb": "Leversykdom"}],
        "ceiling": {"dose": "4000", "hours": 24},
        "minutes_between": 240,
        "valid_from": "2026-01-01",
        "valid_to": "2099-12-31",
        "written_by": "Fagansvarlig lege",
        **changes,
    }


FOR_ANYBODY: dict[str, Any] = {"age_months_min": None, "contraindications": [], "ceiling": None}


def file_of(*orders: dict[str, Any]) -> str:
    """As it is brought."""
    return json.dumps({"format": "legevakt-standing-orders-1", "orders": orders})


async def approved(store: Store, doctor: Actor, *orders: dict[str, Any]) -> None:
    """Brought to the doctor's unit, and approved."""
    assert doctor.unit is not None
    await store.write(system(doctor.unit), bring_standing_orders, file_of(*orders))
    for each in orders:
        deciding = Deciding(approved=True)
        await store.write(doctor, decide_standing_order, each["code"], each["version"], deciding)
