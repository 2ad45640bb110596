"""What was given in an encounter, and what can be given by a standing order now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.tables import Staff
from core.clock import local
from core.patients.tables import Encounter, Patient, Unit
from journal.clinical_tables import allergy_known
from journal.queries.medication.view import (
    PageAdministration,
    PageStandingOrder,
    UnitStandingOrder,
    UnitStandingOrders,
)
from journal.rules.medication.standing import Given, Receiver, StandingOrderText, against, to_rule_out
from journal.vitals_tables import (
    AdministrationCheck,
    MedicationAdministration,
    StandingOrder,
    StandingOrderDecision,
    had_before,
    last_decisions,
    orders_in_use,
)
from triage.rules.age import age_months

_A_WEEK = timedelta(days=7)


class Moment(Protocol):
    """A line of the course, as far as it is filled here."""

    @property
    def facts(self) -> dict[str, Any]: ...
    def model_copy(self, *, update: dict[str, Any]) -> Any: ...


M = TypeVar("M", bound=Moment)


async def given_in(session: AsyncSession, encounter_id: str) -> tuple[PageAdministration, ...]:
    """All versions, the latest dose first and of one dose the newest version."""
    found = await session.execute(
        select(MedicationAdministration)
        .where(MedicationAdministration.encounter_id == encounter_id)
        .order_by(
            MedicationAdministration.given_at.desc(),
            MedicationAdministration.recorded_at.desc(),
            MedicationAdministration.id.desc(),
        )
    )
    rows = found.scalars().all()
    if not rows:
        return ()
    checked = await session.execute(
        select(AdministrationCheck).where(AdministrationCheck.encounter_id == encounter_id)
    )
    checks = {each.administration_id: each for each in checked.scalars()}
    names = await _names(session, rows, checks)
    replaced = {row.replaces for row in rows}
    return tuple(_view(row, checks.get(row.id), names, stands=row.id not in replaced) for row in rows)


async def _names(
    session: AsyncSession,
    rows: Sequence[MedicationAdministration],
    checks: Mapping[str, AdministrationCheck],
) -> dict[str, str]:
    ids = {id for row in rows for id in (row.given_by, row.ordered_by) if id}
    ids |= {each.by_id for each in checks.values()}
    found = await session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(ids)))
    return {row.id: row.name for row in found}


def _view(
    row: MedicationAdministration,
    check: AdministrationCheck | None,
    names: Mapping[str, str],
    *,
    stands: bool,
) -> PageAdministration:
    kept = (
        *("id", "outcome", "medication", "dose", "unit", "route", "given_at", "recorded_at", "weight_kg"),
        *("standing_code", "standing_version", "remark", "reason", "replaces"),
    )
    waits = row.needs_check and check is None
    return PageAdministration.model_validate(
        {name: getattr(row, name) for name in kept}
        | {"status": "in-progress" if waits else row.status, "cleared": tuple(row.cleared)}
        | {"by": names[row.given_by], "by_id": row.given_by, "stands": stands}
        | {"ordered_by": names[row.ordered_by] if row.ordered_by else None}
        | {"checked_by": names[check.by_id] if check else None, "checked_at": check.at if check else None}
    )


def given_named(moments: Iterable[M], administrations: Iterable[PageAdministration]) -> tuple[M, ...]:
    """The course with the medicines in it; the log, which feeds screens, says only which row."""
    words = {each.id: each for each in administrations}
    return tuple(
        moment.model_copy(update={"facts": {**moment.facts, "told": row.words, "outcome": row.outcome}})
        if (row := words.get(str(moment.facts.get("administration")))) is not None
        else moment
        for moment in moments
    )


async def offered_to(
    session: AsyncSession, encounter_id: str, now: datetime
) -> tuple[PageStandingOrder, ...]:
    """The standing orders in use, those that hold for the patient first."""
    encounter = await session.get_one(Encounter, encounter_id)
    in_use = await orders_in_use(session, encounter.unit_id, local(now).date())
    if not in_use:
        return ()
    patient = await session.get_one(Patient, encounter.patient_id)
    receiver = Receiver(
        age_months=age_months(patient.birth_date, local(now).date()),
        weight_kg=None,
        allergy_known="allergy" in encounter.flags or await allergy_known(session, encounter),
    )
    before = await had_before(session, patient.id, encounter.unit_id, now - _A_WEEK)
    offers = [_offer(order, receiver, before, now) for order in in_use.values()]
    return tuple(sorted(offers, key=lambda each: (bool(each.against), each.medication)))


def _offer(
    order: StandingOrderText, receiver: Receiver, before: Sequence[Given], now: datetime
) -> PageStandingOrder:
    dose = order.dose_for(receiver.weight_kg)
    ask = to_rule_out(order, receiver)
    why = against(order, receiver, dose=dose or Decimal(0), cleared=ask, before=before, at=now)
    return PageStandingOrder(
        code=order.code,
        version=order.version,
        medication=order.medication,
        indication=order.indication,
        route=order.route,
        unit=order.unit,
        dose=dose,
        dose_per_kg=order.dose_per_kg,
        needs_weight=order.needs_weight(),
        contraindications=order.contraindications,
        to_rule_out=ask,
        double_check=order.double_check,
        remark=order.remark,
        against=tuple(each for each in why if each != "weight-unknown"),  # asked for when it is given
    )


async def standing_orders_of(session: AsyncSession, unit: str, now: datetime) -> UnitStandingOrders:
    """Every version the unit has, with what was decided; those in use first."""
    found = await session.execute(
        select(StandingOrder)
        .where(StandingOrder.unit_id == unit)
        .order_by(StandingOrder.code, StandingOrder.brought_at.desc())
    )
    rows = found.scalars().all()
    decided = await last_decisions(session, unit)
    day = local(now).date()
    in_use = {order.digest for order in (await orders_in_use(session, unit, day)).values()}
    staff = await session.execute(
        select(Staff.id, Staff.name).where(Staff.id.in_({each.by_id for each in decided.values()}))
    )
    names = {each.id: each.name for each in staff}
    listed = [_version(row, decided.get((row.code, row.version)), names, in_use, day) for row in rows]
    return UnitStandingOrders(
        unit_name=(await session.get_one(Unit, unit)).name,
        orders=tuple(sorted(listed, key=lambda each: not each.in_use)),
    )


def _version(
    row: StandingOrder,
    said: StandingOrderDecision | None,
    names: Mapping[str, str],
    in_use: set[str],
    day: date,
) -> UnitStandingOrder:
    return UnitStandingOrder(
        order=StandingOrderText.model_validate(row.body),
        brought_at=row.brought_at,
        brought_by=row.brought_by,
        approved=said is not None and said.approved,
        decided_by=names.get(said.by_id) if said else None,
        decided_at=said.at if said else None,
        reason=said.reason if said else None,
        in_use=row.digest in in_use,
        today=day,
    )
