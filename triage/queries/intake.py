"""What the triage screen knows before anything is typed: common complaints, earlier values, drafts, rooms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.log import opened
from core.access.permissions import Permission, require
from core.access.tables import Staff
from core.patients import encounter as encounters
from core.patients.tables import Encounter, Unit
from core.store.work import Work
from core.text import Answer
from triage.queries.common_complaints import common_complaints
from triage.rules.complaints.offered import CommonComplaint
from triage.rules.deadlines import DRAFT_KEPT
from triage.tables import Assessment, TriageDraft, VitalSign

_EARLIER = 5


class EarlierScore(Answer):
    """A sum from then, e.g. NEWS2 3; not `complete` is a lower bound."""

    name: str
    total: int
    complete: bool


class Earlier(Answer):
    """What was measured before (tidligere mål): in this contact, or in an earlier one at this unit."""

    at: datetime
    here: bool  # in this contact
    complaint: str
    scores: tuple[EarlierScore, ...]
    values: Mapping[str, Decimal]


class OwnDraft(Answer):
    """The reader's own draft. `outdated`: somebody has assessed since, so it says nothing of now."""

    version: int
    saved_at: datetime
    text: dict[str, Any]
    outdated: bool


class ColleagueDraft(Answer):
    """A colleague has begun (en kollega har begynt)."""

    author: str
    name: str
    begun_at: datetime
    saved_at: datetime


class Intake(Answer):
    """All that stands on the screen besides the record itself."""

    common: tuple[CommonComplaint, ...] = ()
    earlier: tuple[Earlier, ...] = ()  # newest first
    draft: OwnDraft | None = None
    colleagues: tuple[ColleagueDraft, ...] = ()
    rooms: tuple[str, ...] = ()


async def open_intake(work: Work, encounter_id: str, language: str) -> Intake:
    """Everything for triage of one patient; each earlier contact that is read is in the access log."""
    require(work.actor, Permission.ASSESS)
    session = work.session
    encounter = await encounters.load(work, encounter_id)
    contacts = await _contacts(session, encounter)
    rows = await _assessments(session, list(contacts))
    for other in {row.encounter_id for row in rows} - {encounter.id}:
        await opened(work, "earlier-values", patient_id=encounter.patient_id, encounter_id=other)
    unit = await session.get_one(Unit, encounter.unit_id)
    drafts = await _drafts(session, encounter.id, work.now)
    latest = next((row.id for row in rows if row.encounter_id == encounter.id), None)
    return Intake(
        common=await common_complaints(session, unit.id, work.now, language),
        earlier=await _earlier(session, rows, contacts, encounter.id),
        draft=next((_own(each, latest) for each, _ in drafts if each.author_id == work.actor.id), None),
        colleagues=tuple(_colleague(*each) for each in drafts if each[0].author_id != work.actor.id),
        rooms=tuple(unit.rooms),
    )


async def _contacts(session: AsyncSession, encounter: Encounter) -> dict[str, str]:
    found = await session.execute(
        select(Encounter.id, Encounter.complaint)
        .where(Encounter.patient_id == encounter.patient_id, Encounter.unit_id == encounter.unit_id)
        .order_by(Encounter.arrived_at.desc())
        .limit(20)
    )
    return {row.id: row.complaint for row in found}


async def _assessments(session: AsyncSession, contacts: Sequence[str]) -> Sequence[Assessment]:
    found = await session.execute(
        select(Assessment)
        .where(Assessment.encounter_id.in_(contacts))
        .order_by(Assessment.assessed_at.desc(), Assessment.recorded_at.desc())
        .limit(_EARLIER)
    )
    return found.scalars().all()


async def _earlier(
    session: AsyncSession, rows: Sequence[Assessment], contacts: Mapping[str, str], here: str
) -> tuple[Earlier, ...]:
    found = await session.execute(
        select(VitalSign).where(VitalSign.assessment_id.in_([row.id for row in rows]))
    )
    measured = found.scalars().all()
    return tuple(
        Earlier(
            at=max(
                (each.measured_at for each in measured if each.assessment_id == row.id),
                default=row.assessed_at,
            ),
            here=row.encounter_id == here,
            complaint=row.complaint or contacts[row.encounter_id],
            scores=tuple(
                EarlierScore(name=each["name"], total=each["total"], complete=each["complete"])
                for each in row.scores
                if each.get("role") != "trial"
            ),
            values={each.code: each.value for each in measured if each.assessment_id == row.id},
        )
        for row in rows
    )


async def _drafts(session: AsyncSession, encounter_id: str, now: datetime) -> list[tuple[TriageDraft, str]]:
    found = await session.execute(
        select(TriageDraft, Staff.name)
        .join(Staff, Staff.id == TriageDraft.author_id)
        .where(TriageDraft.encounter_id == encounter_id, TriageDraft.saved_at > now - DRAFT_KEPT)
        .order_by(TriageDraft.saved_at.desc())
    )
    return [(draft, name) for draft, name in found]


def _own(draft: TriageDraft, latest: str | None) -> OwnDraft:
    # Not by the clock: a window that has not heard of a colleague's assessment saves on after it.
    outdated = latest is not None and draft.body.get("after") != latest
    return OwnDraft(version=draft.version, saved_at=draft.saved_at, text=draft.body, outdated=outdated)


def _colleague(draft: TriageDraft, name: str) -> ColleagueDraft:
    return ColleagueDraft(author=draft.author_id, name=name, begun_at=draft.begun_at, saved_at=draft.saved_at)
