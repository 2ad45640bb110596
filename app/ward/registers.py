"""The synthetic ward as the registers know it: its GPs, and who its patients are. All are invented."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

from app.sandbox.national.persons import Citizen, Persons
from app.sandbox.national.registers import Entry, Registers
from app.ward.evening import Step
from app.ward.people import GPS


def registers() -> Registers:
    """Each with an entry; the last of them has stopped taking electronic letters."""
    entries = {
        gp["her_id"]: Entry(
            her_id=gp["her_id"],
            name=gp["name"],
            parent_her_id=gp["office_her_id"],
            parent_name=gp["office_name"],
            hpr_number=int(gp["hpr_number"]),
            valid=gp is not GPS[-1],
        )
        for gp in GPS
    }
    return Registers(entries=entries, everybody=tuple(entries))


_STEPS = 3000
"""So far into the evening the person register knows who comes: some hours, and quickly made."""
_OTHER_NAME, _PROTECTED, _EMIGRATED = 6, 17, 23
"""One in so many is another in the register than at the door, or is protected there, or has moved abroad."""


def persons(evening: Iterable[Step]) -> Persons:
    """Those who come, by the register: mostly as they say, now and then with another name or more to tell."""
    comes = (step.body for step in islice(evening, _STEPS) if step.kind == "arrive")
    known = [body for body in comes if "national_id" in body]
    return Persons({body["national_id"]: _citizen(number, body) for number, body in enumerate(known, 1)})


def _citizen(number: int, body: dict[str, Any]) -> Citizen:
    return Citizen(
        given=body["given"],
        family=f"{body['family']} Berg" if number % _OTHER_NAME == 0 else body["family"],
        born=body["birth_date"],
        gender="Female" if body["sex"] == "female" else "Male",
        status="Emigrated" if number % _EMIGRATED == 0 else "Resident",
        protection="Confidential" if number % _PROTECTED == 0 else "Unclassified",
        house=str(1 + number % 80),
        postal_code="9990",
        city="NORDVIK",
    )
