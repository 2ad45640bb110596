"""A result comes (svar), is corrected (rettet svar), and is seen (sett av)."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator
from sqlalchemy import select

from core.access.permissions import Permission, require
from core.errors import NotFound
from core.ids import Role, new_id
from core.patients.tables import Encounter, Patient
from core.store.work import Work
from core.text import Answer, LongText, Measured, Request, ShortText
from journal.commands.orders.existing import changed, load_order
from journal.events import ResultReported, ResultWasSeen
from journal.order_tables import Result, ResultSeen, ServiceRequest
from journal.rules.orders.catalogue import catalogue
from journal.rules.orders.course import (
    OrderNotPossible,
    OrderStatus,
    ResultStatus,
    require_result,
    require_step,
)
from journal.rules.orders.signed_result import SEALED, result_hash
from triage.rules.age import age_months


class Reporting(Request):
    """A number in the catalogue's unit, or words; a corrected result says why."""

    status: Literal["preliminary", "final", "corrected"] = "final"
    value: Measured | None = None
    text: LongText | None = None
    reason: ShortText | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Reporting:
        if self.value is None and not self.text:
            raise ValueError("value-or-words")
        return self


class Reported(Answer):
    """The result, and the order after it."""

    id: str
    result: str
    number: int
    status: str
    version: int


class SeenResult(Request):
    """Which version of a result was seen: what stood on the screen, not what came meanwhile."""

    result: str


class Seen(Answer):
    """Who has seen it; the same when it is said twice."""

    id: str
    result: str


async def report_result(
    work: Work, encounter_id: str, order_id: str, reporting: Reporting, *, expected: int
) -> Reported:
    """Put a result in the record, also after the patient has gone: it waits then for a doctor to see it."""
    require(work.actor, Permission.ASSESS)
    order = await load_order(work, encounter_id, order_id, expected)
    if order.status == OrderStatus.REVOKED:
        raise OrderNotPossible(order_status=order.status, wanted=reporting.status)
    last = await _last(work, order.id)
    after = ResultStatus(reporting.status)
    require_result(ResultStatus(last.status) if last else None, after, reporting.reason)
    if after is ResultStatus.FINAL:
        require_step(OrderStatus(order.status), OrderStatus.COMPLETED)
    result = await _result(work, order, reporting, (last.number if last else 0) + 1)
    work.session.add(result)
    version = order.version
    if after is not ResultStatus.CORRECTED:  # an order that is answered stands as it is
        order.status = (
            OrderStatus.COMPLETED if after is ResultStatus.FINAL else OrderStatus.IN_PROGRESS
        ).value
        version = changed(work, order)
    await work.record(ResultReported(encounter_id=encounter_id, happened_at=work.now, result=result.id))
    return Reported(
        id=order.id, result=result.id, number=result.number, status=result.status, version=version
    )


async def mark_seen(work: Work, encounter_id: str, order_id: str, seen: SeenResult) -> Seen:
    """Say that one has seen this version of the result. A second time changes nothing."""
    require(work.actor, Permission.ASSESS)
    order = await load_order(work, encounter_id, order_id)
    result = await work.session.get(Result, seen.result)
    if result is None or result.order_id != order.id:
        raise NotFound(encounter=encounter_id)
    if await work.session.get(ResultSeen, (result.id, work.actor.id)) is None:
        encounter = await work.session.get_one(Encounter, encounter_id)
        row = ResultSeen(
            result_id=result.id,
            staff_id=work.actor.id,
            encounter_id=encounter_id,
            by_doctor=work.actor.role is Role.DOCTOR,
            responsible=encounter.doctor_id == work.actor.id,
            seen_at=work.now,
        )
        work.session.add(row)
        await work.record(ResultWasSeen(encounter_id=encounter_id, happened_at=work.now, result=result.id))
    return Seen(id=order.id, result=result.id)


async def _last(work: Work, order_id: str) -> Result | None:
    found = await work.session.execute(
        select(Result).where(Result.order_id == order_id).order_by(Result.number.desc()).limit(1)
    )
    return found.scalar_one_or_none()


async def _result(work: Work, order: ServiceRequest, reporting: Reporting, number: int) -> Result:
    encounter = await work.session.get_one(Encounter, order.encounter_id)
    patient = await work.session.get_one(Patient, encounter.patient_id)
    item = catalogue().item(order.code) if order.code else None
    months = age_months(patient.birth_date, encounter.arrived_at.date())
    low, high = item.range_for(patient.sex, months) if item else (None, None)
    numeric = reporting.value is not None
    row = Result(
        id=new_id(),
        order_id=order.id,
        encounter_id=order.encounter_id,
        number=number,
        status=reporting.status,
        value=reporting.value,
        text=reporting.text or None,
        unit=item.unit if item and numeric else None,
        low=low if numeric else None,
        high=high if numeric else None,
        reason=reporting.reason,
        reported_by=work.actor.id,
        reported_at=work.now,
    )
    row.content_hash = result_hash({name: getattr(row, name) for name in SEALED}, work.now)
    return row
