"""Giving a medicine (utdele): by a standing order or on a doctor's word; put right later."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated

from pydantic import Field, model_validator
from sqlalchemy import select

from core.access.permissions import Permission, may, require
from core.access.tables import Staff
from core.clock import local
from core.errors import NotFound
from core.ids import Role, new_id
from core.patients import encounter as encounters
from core.patients.encounter import Status
from core.patients.tables import Encounter, Patient
from core.store.work import Work
from core.text import Answer, Code, Moment, Request, ShortText
from journal.clinical_tables import allergy_known
from journal.events import MedicineCorrected, MedicineGiven
from journal.rules.medication.given import (
    SEALED,
    STATUS,
    AdministrationCorrectedAlready,
    GivenTimeNotPossible,
    NobodyOrdered,
    Outcome,
    RemarkMissing,
    administration_hash,
)
from journal.rules.medication.standing import (
    Amount,
    DoseUnit,
    Receiver,
    Route,
    StandingOrderText,
    StandingOrderUnknown,
    Weight,
    require_within,
)
from journal.vitals_tables import (
    MedicationAdministration,
    StandingOrder,
    had_before,
    orders_in_use,
)
from triage.rules.age import age_months

GIVEN_BEFORE = timedelta(hours=12)
"""How long ago it may have been given, e.g. while nobody could write."""

_A_WEEK = timedelta(days=7)  # no ceiling reaches further


class Giving(Request):
    """A dose by a standing order, or medicine, dose, unit and route on a doctor's word."""

    standing_order: Code | None = None
    standing_version: Code | None = None  # the one that was read on the screen
    medication: ShortText | None = None
    dose: Amount | None = None  # None: what the standing order says for this patient
    unit: DoseUnit | None = None
    route: Route | None = None
    ordered_by: Code | None = None  # the doctor; None: the doctor who gives it
    outcome: Outcome = "given"
    given_at: Moment | None = None
    weight_kg: Weight | None = None
    cleared: Annotated[frozenset[Code], Field(max_length=30)] = frozenset()  # ruled out by asking
    remark: ShortText | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Giving:
        whole = (self.medication, self.dose, self.unit, self.route)
        if self.standing_order is None and None in whole:
            raise ValueError("medicine-not-whole")
        if self.standing_order is not None and (self.medication or self.unit or self.route):
            raise ValueError("one-of-two")
        return self


class CorrectingGiven(Giving):
    """All of it as it should have been, and why; `withdrawn` when it was never given to this patient."""

    reason: ShortText
    withdrawn: bool = False


class Administered(Answer):
    """What was recorded; `in-progress` waits for the second person."""

    id: str  # encounter
    version: int
    administration: str
    status: str
    medication: str
    dose: Decimal
    unit: str


async def give(work: Work, encounter_id: str, giving: Giving) -> Administered:
    """Record a dose (registrere utdeling). Outside its standing order nothing is recorded as given."""
    encounter = await _here(work, encounter_id)
    row = await _row(work, encounter, giving, wrong=None)
    await _keep(work, row)
    await work.record(
        MedicineGiven(encounter_id=encounter.id, happened_at=row.given_at, administration=row.id)
    )
    return _answer(encounter, row)


async def correct_given(
    work: Work, encounter_id: str, administration_id: str, correcting: CorrectingGiven
) -> Administered:
    """Put an administration right (rette utdeling): a version more, and the old one stays readable."""
    encounter = await _here(work, encounter_id)
    wrong = await _existing(work, encounter, administration_id)
    later = await work.session.execute(
        select(MedicationAdministration.id).where(MedicationAdministration.replaces == wrong.id)
    )
    if later.scalar_one_or_none() is not None or wrong.status == "entered-in-error":
        raise AdministrationCorrectedAlready
    if correcting.withdrawn:
        row = _withdrawn(work, wrong)
    else:
        row = await _row(work, encounter, correcting, wrong=wrong)
    row.reason = correcting.reason
    await _keep(work, row)
    await work.record(
        MedicineCorrected(encounter_id=encounter.id, happened_at=work.now, administration=row.id)
    )
    return _answer(encounter, row)


async def _here(work: Work, encounter_id: str) -> Encounter:
    require(work.actor, Permission.LOOK_AFTER)
    encounter = await encounters.load(work, encounter_id)
    encounters.require_open(encounter)
    if encounter.status == Status.PLANNED:
        raise encounters.NotPossibleNow(encounter_status=encounter.status)
    return encounter


async def _existing(work: Work, encounter: Encounter, id: str) -> MedicationAdministration:
    row = await work.session.get(MedicationAdministration, id)
    if row is None or row.encounter_id != encounter.id:
        raise NotFound(encounter=encounter.id)
    return row


async def _row(
    work: Work, encounter: Encounter, giving: Giving, *, wrong: MedicationAdministration | None
) -> MedicationAdministration:
    at = _possible_time(work, giving.given_at, wrong)
    if STATUS[giving.outcome] == "not-done" and giving.remark is None:
        raise RemarkMissing
    row = MedicationAdministration(
        id=new_id(),
        encounter_id=encounter.id,
        unit_id=encounter.unit_id,
        status=STATUS[giving.outcome],
        outcome=giving.outcome,
        given_at=at,
        recorded_at=work.now,
        given_by=wrong.given_by if wrong else work.actor.id,
        recorded_by=work.actor.id,
        weight_kg=giving.weight_kg,
        cleared=sorted(giving.cleared),
        remark=giving.remark,
        replaces=wrong.id if wrong else None,
    )
    if giving.standing_order is None:
        await _by_word(work, row, giving, wrong)
    else:
        order = await _order(work, row, giving, wrong)
        await _by_standing_order(work, encounter, row, giving, order)
    return row


def _possible_time(work: Work, given: datetime | None, wrong: MedicationAdministration | None) -> datetime:
    at = given or (wrong.given_at if wrong else work.now)
    first = (wrong.given_at if wrong else work.now) - GIVEN_BEFORE
    if not first <= at <= work.now + timedelta(minutes=1):
        raise GivenTimeNotPossible(field="given_at")
    return at


async def _by_word(
    work: Work, row: MedicationAdministration, giving: Giving, wrong: MedicationAdministration | None
) -> None:
    assert giving.medication
    assert giving.dose is not None
    before = wrong.ordered_by if wrong else None
    row.ordered_by = giving.ordered_by or before or (work.actor.id if _is_doctor(work) else None)
    doctor = await work.session.get(Staff, row.ordered_by) if row.ordered_by else None
    if doctor is None or doctor.unit_id != work.unit or doctor.role != Role.DOCTOR:
        raise NobodyOrdered(field="ordered_by")
    row.medication = row.substance = giving.medication
    row.dose, row.unit, row.route = giving.dose, str(giving.unit), str(giving.route)
    row.needs_check = False


def _is_doctor(work: Work) -> bool:
    return may(work.actor, Permission.WRITE_NOTE)


async def _order(
    work: Work,
    row: MedicationAdministration,
    giving: Giving,
    wrong: MedicationAdministration | None,
) -> StandingOrderText:
    """The order in use; what is put right is held against the version it was given by."""
    code = giving.standing_order or ""
    if wrong is not None and wrong.standing_code == code:
        kept = await work.session.get_one(StandingOrder, (row.unit_id, code, wrong.standing_version))
        return StandingOrderText.model_validate(kept.body)
    in_use = await orders_in_use(work.session, row.unit_id, local(row.given_at).date())
    order = in_use.get(code)
    if order is None or giving.standing_version not in (None, order.version):
        raise StandingOrderUnknown(order=code)
    return order


async def _by_standing_order(
    work: Work,
    encounter: Encounter,
    row: MedicationAdministration,
    giving: Giving,
    order: StandingOrderText,
) -> None:
    patient = await work.session.get_one(Patient, encounter.patient_id)
    receiver = Receiver(
        age_months=age_months(patient.birth_date, local(row.given_at).date()),
        weight_kg=giving.weight_kg,
        allergy_known="allergy" in encounter.flags or await allergy_known(work.session, encounter),
    )
    dose = giving.dose or order.dose_for(giving.weight_kg) or Decimal(0)
    if row.status == "completed":
        before = await had_before(
            work.session, patient.id, encounter.unit_id, row.given_at - _A_WEEK, but=row.replaces
        )
        require_within(order, receiver, dose=dose, cleared=giving.cleared, before=before, at=row.given_at)
    _take_over(row, order, dose)


def _take_over(row: MedicationAdministration, order: StandingOrderText, dose: Decimal) -> None:
    row.medication, row.substance = order.medication, order.substance
    row.dose, row.unit, row.route = dose, order.unit, order.route
    row.standing_code, row.standing_version = order.code, order.version
    row.needs_check = order.double_check and row.status == "completed"


def _withdrawn(work: Work, wrong: MedicationAdministration) -> MedicationAdministration:
    kept = (
        *("encounter_id", "unit_id", "outcome", "medication", "substance", "dose", "unit", "route"),
        *("given_at", "given_by", "ordered_by", "standing_code", "standing_version", "weight_kg", "cleared"),
    )
    return MedicationAdministration(
        **{name: getattr(wrong, name) for name in kept},
        id=new_id(),
        status="entered-in-error",
        recorded_at=work.now,
        recorded_by=work.actor.id,
        needs_check=False,
        remark=wrong.remark,
        replaces=wrong.id,
    )


async def _keep(work: Work, row: MedicationAdministration) -> None:
    content = {name: getattr(row, name) for name in SEALED}
    row.content_hash = administration_hash(content, row.given_at, row.recorded_at)
    work.session.add(row)
    await work.session.flush()


def _answer(encounter: Encounter, row: MedicationAdministration) -> Administered:
    return Administered(
        id=encounter.id,
        version=encounter.version,
        administration=row.id,
        status="in-progress" if row.needs_check else row.status,
        medication=row.medication,
        dose=row.dose,
        unit=row.unit,
    )
