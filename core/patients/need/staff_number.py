"""Who among the staff is which patient (ansatt som pasient), by identity number."""

from __future__ import annotations

from core.access.staff import NewStaff, add_staff
from core.patients.national_id import Environment, parse
from core.patients.need.tables import StaffNumber
from core.store.work import Work


async def know_number(work: Work, staff_id: str, national_id: str, environment: Environment) -> None:
    """From now on the person's own record, and colleagues opening it, are known as such."""
    digits = parse(national_id, environment=environment).digits
    row = await work.session.get(StaffNumber, staff_id)
    if row is None:
        work.session.add(StaffNumber(staff_id=staff_id, national_id=digits, known_at=work.now))
    else:
        row.national_id, row.known_at = digits, work.now


async def hire(work: Work, person: NewStaff, national_id: str | None, environment: Environment) -> str:
    """Add a person, with the identity number if it was given; returns the staff id."""
    id = await add_staff(work, person)
    if national_id is not None:
        await work.session.flush()
        await know_number(work, id, national_id, environment)
    return id
