"""What triage has already put in the journal: assessments and series of vital signs."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.ids import initials
from journal.queries.page import (
    PageAssessment,
    PageMeasured,
    PagePerson,
    PagePoints,
    PageScore,
    PageVitalSign,
)
from triage.rules.vital_signs import VITAL_SIGNS
from triage.tables import Assessment, VitalSign


async def assessments_of(session: AsyncSession, encounter_id: str) -> tuple[PageAssessment, ...]:
    """All assessments, newest first."""
    found = await session.execute(
        select(Assessment)
        .where(Assessment.encounter_id == encounter_id)
        .order_by(Assessment.assessed_at.desc(), Assessment.recorded_at.desc())
    )
    return tuple(_assessment(row) for row in found.scalars())


async def series_of(
    session: AsyncSession, encounter_id: str, assessments: Sequence[PageAssessment]
) -> tuple[PageVitalSign, ...]:
    """One series per score and per vital sign that was measured, each oldest first."""
    found = await session.execute(
        select(VitalSign)
        .where(VitalSign.encounter_id == encounter_id)
        .order_by(VitalSign.measured_at, VitalSign.id)
    )
    measured = found.scalars().all()
    scores = [_score_series(name, assessments) for name in ("NEWS2", "TEWS")]
    signs = [_sign_series(code, measured) for code in VITAL_SIGNS]
    return tuple(series for series in (*scores, *signs) if series.points)


def _assessment(row: Assessment) -> PageAssessment:
    return PageAssessment(
        id=row.id,
        level=row.level_rank,
        level_code=row.level_code,
        suggested_level=row.suggested_rank,
        suggested_level_code=row.suggested_code,
        reason=row.reason,
        reason_code=row.reason_code,
        complaint=row.complaint,
        history=row.history,
        pain=row.pain,
        no_signs=row.no_signs,
        scale=row.scale,
        scale_version=row.scale_version,
        scores=tuple(
            PageScore(
                scale=score["scale"],
                name=score["name"],
                total=score["total"],
                complete=score["complete"],
                parts=tuple(
                    PagePoints(
                        id=part["parameter"], value=part["value"], unit=part["unit"], points=part["points"]
                    )
                    for part in score["parts"]
                ),
            )
            for score in row.scores
            if score.get("role") != "trial"  # a scale on trial is for the comparison, not for those who treat
        ),
        discriminators=tuple(row.discriminators),
        assessed_at=row.assessed_at,
        by=PagePerson(id=row.by_id, name=row.by_name, initials=initials(row.by_name), role=row.by_role),
    )


def _score_series(name: str, assessments: Sequence[PageAssessment]) -> PageVitalSign:
    points = [
        PageMeasured(at=assessment.assessed_at, value=Decimal(score.total))
        for assessment in reversed(assessments)
        for score in assessment.scores
        if score.name == name and score.complete
    ]
    return PageVitalSign(code=name.lower(), unit=None, low=None, high=None, points=tuple(points))


def _sign_series(code: str, measured: Sequence[VitalSign]) -> PageVitalSign:
    sign = VITAL_SIGNS[code]
    return PageVitalSign(
        code=code,
        unit=sign.unit,
        low=sign.usual_low,
        high=sign.usual_high,
        points=tuple(
            PageMeasured(at=row.measured_at, value=row.value) for row in measured if row.code == code
        ),
    )
