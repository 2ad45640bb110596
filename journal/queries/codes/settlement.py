"""What a day's contacts are paid by (oppgjør): a line for each tariff and procedure, for settlement.

Sending claims (behandlerkravmelding) is another program's work; this is what it is fed with. It holds who the
patient is and the diagnosis, because a claim must (folketrygdloven kapittel 5), so every patient it tells of
gets a line in the access log. Contacts the patient has blocked for the one who asks are counted, not shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select

from core.access.log import PAYMENT, Line, add_line
from core.access.permissions import Permission, require
from core.access.tables import Staff
from core.clock import local
from core.patients.encounter import Status
from core.patients.identity.id_numbers import NATIONAL, numbers_of
from core.patients.need.relation_here import stands
from core.patients.tables import Encounter, Patient, Unit
from core.store.work import Work
from core.text import Answer
from journal.code_tables import PerformedCode
from journal.tables import Conclusion, Diagnosis


class SettlementLine(Answer):
    """One tariff or procedure of one contact, as it was signed."""

    contact: str  # kontaktnummer
    encounter: str
    arrived_at: datetime
    finished_at: datetime
    number: str | None  # fødselsnummer or the like
    number_kind: str | None
    birth_date: date | None
    diagnoses: tuple[str, ...]  # `icpc-2:R81`, the main one first
    kind: str
    system: str
    system_version: str
    code: str
    quantity: int
    display: str
    doctor: str
    hpr_number: str | None


class Settlement(Answer):
    """A day: contacts that came on it and are signed."""

    unit: str
    unit_name: str
    organisation_number: str
    day: date
    lines: tuple[SettlementLine, ...]
    contacts: int
    without_codes: int  # signed contacts that nobody has put a tariff on
    blocked: int


async def settlement_of_day(work: Work, day: date) -> Settlement:
    """Everything of the day in the actor's unit; each patient shown is logged as an opening."""
    require(work.actor, Permission.SETTLE)
    unit = await work.session.get_one(Unit, work.unit)
    came = [each for each in await _signed(work, day) if local(each[0].arrived_at).date() == day]
    lines: list[SettlementLine] = []
    without = blocked = 0
    for encounter, conclusion, doctor in came:
        if (await stands(work, encounter))[1]:
            blocked += 1
            continue
        own = await _lines(work, encounter, conclusion, doctor)
        without += not any(line.kind == "tariff" for line in own)
        if own:
            await add_line(work, _opening(encounter, own))
        lines += own
    return Settlement(
        unit=unit.id,
        unit_name=unit.name,
        organisation_number=unit.organisation_number,
        day=day,
        lines=tuple(lines),
        contacts=len(came),
        without_codes=without,
        blocked=blocked,
    )


def _opening(encounter: Encounter, lines: Sequence[SettlementLine]) -> Line:
    return Line(
        what="settlement",
        patient_id=encounter.patient_id,
        encounter_id=encounter.id,
        documents=["person", "diagnoses", *(f"code:{line.system}:{line.code}" for line in lines)],
        purpose=PAYMENT,
    )


async def _signed(work: Work, day: date) -> Sequence[tuple[Encounter, Conclusion, Staff]]:
    # A day in Norway lies within these two in UTC; the caller keeps what is of the day.
    noon = datetime.combine(day, datetime.min.time(), work.now.tzinfo) + timedelta(hours=12)
    found = await work.session.execute(
        select(Encounter, Conclusion, Staff)
        .join(Conclusion, Conclusion.encounter_id == Encounter.id)
        .join(Staff, Staff.id == Conclusion.signed_by)
        .where(
            Encounter.unit_id == work.unit,
            Encounter.status == Status.FINISHED.value,
            Encounter.arrived_at > noon - timedelta(hours=15),
            Encounter.arrived_at < noon + timedelta(hours=15),
        )
        .order_by(Encounter.arrived_at, Encounter.number)
    )
    return [(encounter, conclusion, doctor) for encounter, conclusion, doctor in found]


async def _lines(
    work: Work, encounter: Encounter, conclusion: Conclusion, doctor: Staff
) -> list[SettlementLine]:
    codes = list(
        await work.session.scalars(
            select(PerformedCode)
            .where(PerformedCode.encounter_id == encounter.id)
            .order_by(PerformedCode.kind.desc(), PerformedCode.code)
        )
    )
    if not codes:
        return []
    patient = await work.session.get_one(Patient, encounter.patient_id)
    numbers = await numbers_of(work.session, patient.id)
    number = next((each for each in numbers if each.kind in NATIONAL), None)
    found = await work.session.execute(
        select(Diagnosis.system, Diagnosis.code)
        .where(Diagnosis.encounter_id == encounter.id)
        .order_by(Diagnosis.position)
    )
    diagnoses = tuple(f"{system}:{code}" for system, code in found)
    return [
        SettlementLine(
            contact=encounter.number,
            encounter=encounter.id,
            arrived_at=encounter.arrived_at,
            finished_at=conclusion.signed_at,
            number=number.value if number else None,
            number_kind=number.kind if number else None,
            birth_date=patient.birth_date,
            diagnoses=diagnoses,
            kind=each.kind,
            system=each.system,
            system_version=each.version,
            code=each.code,
            quantity=each.quantity,
            display=each.display,
            doctor=doctor.name,
            hpr_number=doctor.hpr_number,
        )
        for each in codes
    ]
