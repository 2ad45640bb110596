"""Who of the staff somebody from HelseID is (ansatt, etter fødselsnummer eller HPR-nummer)."""

from __future__ import annotations

from sqlalchemy import select

from core.access.credentials import token_hash
from core.access.sign_in import helseid
from core.access.sign_in.arrive import Arrived, Place, Policy, admit
from core.access.sign_in.helseid import (
    LEVELS,
    HelseIdLevelTooLow,
    HelseIdSeveral,
    HelseIdUnknown,
    Level,
    Shown,
)
from core.access.sign_in.tables import Machine
from core.access.tables import Staff
from core.patients.need.tables import StaffNumber
from core.store.work import Work


async def come_in_by_helseid(
    work: Work, shown: Shown, place: Place, *, policy: Policy, wanted: Level
) -> Arrived:
    """HelseID has shown who it is, surely enough: a session, as by password and second factor."""
    if shown.level is None or LEVELS.index(shown.level) < LEVELS.index(wanted):
        raise HelseIdLevelTooLow(level=shown.level, wanted=wanted)
    staff = await _one(work, await _known(work, shown), place)
    arrived = await admit(work, staff, place, policy=policy, method=helseid.METHOD)
    await work.session.flush()
    await helseid.keep(work, arrived.token, shown.id_token, policy.lasts)
    await helseid.arrived_well(work, place)
    return arrived


async def _known(work: Work, shown: Shown) -> list[Staff]:
    """By identity number; by HPR number only those whose identity number is not another's."""
    rows = (
        await work.session.execute(
            select(Staff, StaffNumber.national_id)
            .outerjoin(StaffNumber, StaffNumber.staff_id == Staff.id)
            .where(Staff.active, (StaffNumber.national_id == shown.pid) | Staff.hpr_number.is_not(None))
            .order_by(Staff.id)
        )
    ).all()
    by_number = [staff for staff, number in rows if shown.pid and number == shown.pid]
    if by_number or not shown.hpr_number:
        return by_number
    return [
        staff
        for staff, number in rows
        if (number is None or shown.pid is None) and _plain(staff.hpr_number) == _plain(shown.hpr_number)
    ]


def _plain(hpr_number: str | None) -> str:
    return (hpr_number or "").strip().lstrip("0") or "-"


async def _one(work: Work, known: list[Staff], place: Place) -> Staff:
    """Somebody who works at several units is at the one this machine stands in."""
    if not known:
        raise HelseIdUnknown
    if len(known) == 1:
        return known[0]
    found = await work.session.execute(
        select(Machine.unit_id).where(Machine.token_hash == token_hash(place.machine or ""))
    )
    unit = found.scalar_one_or_none()
    here = [staff for staff in known if staff.unit_id == unit]
    if len(here) != 1:
        raise HelseIdSeveral
    return here[0]
