"""Two scales on the same patients (samsvar mellom skalaer): replayed over the record, or side by side."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import local
from core.errors import Refused
from core.patients.tables import Encounter, Patient
from core.text import Answer
from triage.rules.age import age_months
from triage.rules.scale_use.agreement import Agreement, Pair, agreement
from triage.rules.scale_use.asked import asked_again
from triage.rules.scales.beside import understood
from triage.rules.scales.engine import evaluate
from triage.rules.scales.scale import Scale
from triage.rules.scales.values import Findings, Value
from triage.tables import Assessment, VitalSign

_AT_A_TIME = 500


class ScaleReport(Answer):
    """How far two scales agree, and on how many assessments nothing could be said."""

    used: str  # scale in use, as kept with each assessment
    other: str
    assessments: int
    not_for_patient: int  # the other scale is not made for them, or could not read the findings
    agreement: Agreement


async def replay(
    session: AsyncSession, scale: Scale, *, unit: str | None = None, since: datetime | None = None
) -> ScaleReport:
    """The scale asked about every assessment kept, against what was suggested then. Writes nothing."""
    pairs, used, refused = [], set[str](), 0
    async for row, born in _rows(session, unit, since):
        used.add(row.scale)
        findings = asked_again(row.inputs) if row.inputs else await _before_inputs(session, row, born)
        try:
            said = evaluate(scale, understood(scale, findings))
        except Refused:
            refused += 1
            continue
        pairs.append(Pair(row.id, row.suggested_rank, said.rank))
    return _report(sorted(used), scale.id, pairs, refused)


async def side_by_side(
    session: AsyncSession, other: str, *, unit: str | None = None, since: datetime | None = None
) -> ScaleReport:
    """What both scales said when they were asked of the same patient at the same moment."""
    pairs, used, without = [], set[str](), 0
    async for row, _ in _rows(session, unit, since):
        found = _score_of(row.scores, other)
        if found is None or row.scale == other:
            without += 1
            continue
        used.add(row.scale)
        pairs.append(Pair(row.id, row.suggested_rank, found["rank"]))
    return _report(sorted(used), other, pairs, without)


def _report(used: list[str], other: str, pairs: list[Pair], left_out: int) -> ScaleReport:
    return ScaleReport(
        used=", ".join(used),
        other=other,
        assessments=len(pairs) + left_out,
        not_for_patient=left_out,
        agreement=agreement(pairs),
    )


def _score_of(scores: list[dict[str, Any]], scale: str) -> Mapping[str, Any] | None:
    return next((score for score in scores if score["scale"] == scale), None)


async def _rows(
    session: AsyncSession, unit: str | None, since: datetime | None
) -> AsyncIterator[tuple[Assessment, date | None]]:
    after = ""
    while True:
        found = (await session.execute(_page(unit, since, after))).all()
        for row, born in found:
            yield row, born
        if len(found) < _AT_A_TIME:
            return
        after = found[-1][0].id
        session.expunge_all()


def _page(unit: str | None, since: datetime | None, after: str) -> Select[Assessment, date | None]:
    statement = (
        select(Assessment, Patient.birth_date)
        .join(Encounter, Encounter.id == Assessment.encounter_id)
        .join(Patient, Patient.id == Encounter.patient_id)
        .where(Assessment.id > after)
        .order_by(Assessment.id)
        .limit(_AT_A_TIME)
    )
    if unit is not None:
        statement = statement.where(Encounter.unit_id == unit)
    return statement if since is None else statement.where(Assessment.assessed_at >= since)


async def _before_inputs(session: AsyncSession, row: Assessment, born: date | None) -> Findings:
    # From before all that was asked was kept: numbers from the vital signs, answers from the points.
    measured = await session.execute(
        select(VitalSign.code, VitalSign.value).where(VitalSign.assessment_id == row.id)
    )
    numbers: dict[str, Value] = {each.code: each.value for each in measured}
    return Findings(
        age_months=age_months(born, local(row.assessed_at).date()),
        values={**dict(_answers(row)), **numbers},
        discriminators=frozenset(row.discriminators),
    )


def _answers(row: Assessment) -> Iterator[tuple[str, Value]]:
    for score in reversed(row.scores):
        for part in score["parts"]:
            value = part["value"]
            if value is not None and not value.replace(".", "", 1).isdigit():
                yield ("avpu" if part["parameter"] == "acvpu" else part["parameter"]), value
