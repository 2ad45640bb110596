"""What waits in a unit: orders to carry out (for the lab and the nurse), results to see (for the doctor)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.tables import Staff
from core.patients.encounter import OPEN, Status
from core.patients.tables import Encounter, Patient, Unit
from journal.order_tables import Result, ResultSeen, ServiceRequest
from journal.queries.orders.of_encounter import orders_of
from journal.queries.orders.view import PageOrder, PageResult, UnitOrder, UnitOrders
from journal.rules.orders.course import UNANSWERED
from triage.tables import TriageState


@dataclass(frozen=True, slots=True)
class _Whose:
    number: str
    patient: str
    place: str | None
    doctor: str | None
    ended: bool


async def unit_orders(session: AsyncSession, unit: str) -> UnitOrders:
    """Results that no doctor has seen, those of patients who have gone first; then what is not answered.

    What was left to the GP at signing waits for nobody here; its result, should one come, does.
    """
    whose = await _whose(session, unit)
    orders, results = await orders_of(session, list(whose))
    by_id = {order.id: order for order in orders}
    unseen = [_line(whose, by_id[each.order], each) for each in results if each.unseen]
    waiting = [_line(whose, order, None) for order in orders if order.unanswered]
    return UnitOrders(
        unit_name=(await session.get_one(Unit, unit)).name,
        unseen=tuple(sorted(unseen, key=lambda line: not line.ended)),
        waiting=tuple(line for line in waiting if not (line.ended and line.order.follow_up == "gp")),
    )


def _line(whose: dict[str, _Whose], order: PageOrder, result: PageResult | None) -> UnitOrder:
    about = whose[order.encounter]
    return UnitOrder(
        number=about.number,
        patient=about.patient,
        place=about.place,
        doctor=about.doctor,
        ended=about.ended,
        order=order,
        result=result,
    )


async def _whose(session: AsyncSession, unit: str) -> dict[str, _Whose]:
    seen = exists().where(ResultSeen.result_id == Result.id, ResultSeen.by_doctor.is_(True))
    waits = (
        select(Result.encounter_id).where(~seen).join(ServiceRequest).where(ServiceRequest.unit_id == unit)
    )
    open_orders = select(ServiceRequest.encounter_id).where(
        ServiceRequest.unit_id == unit, ServiceRequest.status.in_(UNANSWERED)
    )
    found = await session.execute(
        select(Encounter, Patient.called, Patient.given, Patient.family, TriageState.place, Staff.name)
        .join(Patient, Patient.id == Encounter.patient_id)
        .outerjoin(TriageState, TriageState.encounter_id == Encounter.id)
        .outerjoin(Staff, Staff.id == Encounter.doctor_id)
        .where(Encounter.unit_id == unit, or_(Encounter.id.in_(waits), Encounter.id.in_(open_orders)))
        .order_by(Encounter.arrived_at)
    )
    return {
        row.id: _Whose(
            row.number,
            " ".join(filter(None, (given, family))) or called,
            place,
            doctor,
            Status(row.status) not in OPEN,
        )
        for row, called, given, family, place, doctor in found
    }
