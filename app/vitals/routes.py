"""HTTP of measuring between assessments, of observation and of medicines given (måling, utdeling)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response
from starlette.requests import Request as HTTPRequest

from core.access.permissions import Permission, require
from core.http.body import BodyRoute
from core.http.call import Calling, EncounterPath, UnitPath, in_unit, tagged
from core.http.who import Who, store_of
from journal.commands.medication import check, give, standing
from journal.queries.medication.of_encounter import standing_orders_of
from journal.queries.medication.view import UnitStandingOrders
from triage.commands.observe import measure, plan
from triage.rules.observe.plan import EndingObservation, NewObservation
from triage.rules.observe.rounds import NewMeasurement

router = APIRouter(prefix="/api/encounters/{encounter}", tags=["triage"], route_class=BodyRoute)
MeasurementPath = Annotated[
    str, Path(pattern=r"^[0-9a-f-]{36}$", description="Round of measuring (målerunde)")
]


@router.post("/measurements", status_code=201)
async def post_measurement(
    encounter: EncounterPath, given: NewMeasurement, call: Calling, response: Response
) -> measure.Measured:
    """Record vital signs between assessments (registrere vitale mål).

    Nothing that stands there changes, so no If-Match is asked for; what follows from the values is answered.
    """
    answer = await call.write(measure.measure_vitals, encounter, given)
    return tagged(response, answer, answer.version)


@router.post("/measurements/{measurement}/corrections", status_code=201)
async def post_correction(
    encounter: EncounterPath,
    measurement: MeasurementPath,
    given: measure.CorrectedMeasurement,
    call: Calling,
    response: Response,
) -> measure.Measured:
    """Put a round right with a reason, or withdraw it (rette måling). The address names the version."""
    answer = await call.write(measure.correct_vitals, encounter, measurement, given)
    return tagged(response, answer, answer.version)


@router.post("/observation", status_code=201)
async def post_observation(
    encounter: EncounterPath, given: NewObservation, call: Calling, response: Response
) -> plan.Observed:
    """Begin to observe, or replace the plan there is (observere). If-Match is that plan's own version."""
    answer = await call.write(plan.begin_observation, encounter, given, call.version)
    return tagged(response, answer, answer.version)


@router.post("/observation/end")
async def post_observation_end(
    encounter: EncounterPath, ending: EndingObservation, call: Calling, response: Response
) -> plan.Observed:
    """End the observation with a reason (avslutte observasjon). If-Match is the plan's own version."""
    answer = await call.write(plan.end_observation, encounter, ending, expected=call.required_version())
    return tagged(response, answer, answer.version)


medicines = APIRouter(prefix="/api", tags=["journal"], route_class=BodyRoute)
"""Medicines belong to the record, and are left out where a site runs without it."""

AdministrationPath = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$", description="Administration (utdeling)")]
CodePath = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", description="Code of the order")]
VersionPath = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", description="Its version")]


@medicines.post("/encounters/{encounter}/administrations", status_code=201)
async def post_administration(
    encounter: EncounterPath, giving: give.Giving, call: Calling, response: Response
) -> give.Administered:
    """Record a medicine given, refused or not kept down (utdeling)."""
    answer = await call.write(give.give, encounter, giving)
    return tagged(response, answer, answer.version)


@medicines.post("/encounters/{encounter}/administrations/{administration}/corrections", status_code=201)
async def post_given_correction(
    encounter: EncounterPath,
    administration: AdministrationPath,
    correcting: give.CorrectingGiven,
    call: Calling,
    response: Response,
) -> give.Administered:
    """Put it right with a reason, or withdraw it (rette utdeling). The address names the version."""
    answer = await call.write(give.correct_given, encounter, administration, correcting)
    return tagged(response, answer, answer.version)


@medicines.post("/encounters/{encounter}/administrations/{administration}/check")
async def post_check(
    encounter: EncounterPath, administration: AdministrationPath, call: Calling, response: Response
) -> check.Checked:
    """Say as the second person that it is right (dobbeltkontroll)."""
    answer = await call.write(check.check_given, encounter, administration)
    return tagged(response, answer, answer.version)


@medicines.get("/units/{unit}/standing-orders")
async def get_standing_orders(unit: UnitPath, actor: Who, request: HTTPRequest) -> UnitStandingOrders:
    """Every version of the unit's standing orders (delegeringer), and who approved it."""
    in_unit(actor, unit)
    require(actor, Permission.LOOK_AFTER)
    store = store_of(request)
    return await store.read(standing_orders_of, unit, store.clock())


@medicines.post("/units/{unit}/standing-orders/{code}/{version}/decide")
async def post_decision(
    unit: UnitPath, code: CodePath, version: VersionPath, deciding: standing.Deciding, call: Calling
) -> standing.Decided:
    """Approve this version, or withdraw it (godkjenne, trekke tilbake); a doctor of the ward."""
    in_unit(call.actor, unit)
    return await call.write(standing.decide_standing_order, code, version, deciding)
