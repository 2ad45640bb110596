"""What triage has already put in the journal: assessments and series of vital signs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.ids import initials
from journal.queries.page import (
    PageAssessment,
    PagePerson,
    PagePoints,
    PageScore,
)
from journal.queries.vital_signs.series import PageMeasured, PageVitalSign
from triage.queries.observe.view import Round, RoundScore
from triage.rules.vital_signs import VITAL_SIGNS
from triage.tables import Assessment, VitalSign

_AWAKE = ("A", "C", "V", "P", "U")
"""Awake to unresponsive (ACVPU), drawn downwards in this order."""

_OTHERS = ("avpu", "gcs", "pain")


async def assessments_of(session: AsyncSession, encounter_id: str) -> tuple[PageAssessment, ...]:
    """All assessments, newest first."""
    found = await session.execute(
        select(Assessment)
        .where(Assessment.encounter_id == encounter_id)
        .order_by(Assessment.assessed_at.desc(), Assessment.recorded_at.desc())
    )
    return tuple(_assessment(row) for row in found.scalars())


async def series_of(
    session: AsyncSession,
    encounter_id: str,
    assessments: Sequence[PageAssessment],
    rounds: Sequence[Round] = (),
) -> tuple[PageVitalSign, ...]:
    """One series per score and per vital sign that was measured, each oldest first.

    Of the rounds between assessments those that stand: a corrected value is not drawn.
    """
    found = await session.execute(
        select(VitalSign)
        .where(VitalSign.encounter_id == encounter_id)
        .order_by(VitalSign.measured_at, VitalSign.id)
    )
    standing = [each for each in rounds if each.stands]
    points = _Points()
    for row in found.scalars():
        points.add(row.code, row.measured_at, row.value)
    await _answers_of_triage(session, encounter_id, points)
    for measured in standing:
        for value in measured.values:
            points.add(value.code, measured.measured_at, value.value, value.text)
    for at, score in _scores(assessments, standing):
        points.add(score.name.lower(), at, Decimal(score.total))
    series = (_series(code, points.of(code)) for code in ("news2", "tews", *VITAL_SIGNS, *_OTHERS))
    return tuple(each for each in series if each.points)


class _Points:
    """Points by code, in the order of time."""

    def __init__(self) -> None:
        self._found: dict[str, list[PageMeasured]] = {}

    def add(self, code: str, at: datetime, value: Decimal | None, text: str | None = None) -> None:
        number = Decimal(_AWAKE.index(text)) if value is None and text in _AWAKE else value
        if number is not None:
            self._found.setdefault(code, []).append(PageMeasured(at=at, value=number, text=text))

    def of(self, code: str) -> tuple[PageMeasured, ...]:
        return tuple(sorted(self._found.get(code, []), key=lambda point: point.at))


async def _answers_of_triage(session: AsyncSession, encounter_id: str, points: _Points) -> None:
    """What triage keeps with the assessment and not as a measurement: pain and how awake somebody is."""
    found = await session.execute(
        select(Assessment.assessed_at, Assessment.pain, Assessment.inputs).where(
            Assessment.encounter_id == encounter_id
        )
    )
    for at, pain, inputs in found:
        points.add("pain", at, None if pain is None else Decimal(pain))
        awake = ((inputs or {}).get("values") or {}).get("avpu")
        points.add("avpu", at, None, awake if isinstance(awake, str) else None)


def _scores(
    assessments: Sequence[PageAssessment], standing: Sequence[Round]
) -> Iterator[tuple[datetime, PageScore | RoundScore]]:
    """Complete scores of assessments and of rounds; a lower bound is no point of a line."""
    for assessment in assessments:
        yield from ((assessment.assessed_at, score) for score in assessment.scores if score.complete)
    for measured in standing:
        yield from ((measured.measured_at, score) for score in measured.scores if score.complete)


def _series(code: str, points: tuple[PageMeasured, ...]) -> PageVitalSign:
    sign = VITAL_SIGNS.get(code)
    return PageVitalSign(
        code=code,
        unit=sign.unit if sign else None,
        low=sign.usual_low if sign else None,
        high=sign.usual_high if sign else None,
        points=points,
    )


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
