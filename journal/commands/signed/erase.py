"""Carrying out a decision to delete (slette): a tombstone for each row, the row, and what repeats it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select, update

from core.patients import encounter as encounters
from core.patients.tables import Encounter
from core.store.idempotency import forget_answers_about
from core.store.work import Work
from journal.clinical_tables import contacts_here, critical_rows
from journal.code_tables import HandedOver
from journal.copy_tables import Withheld
from journal.events import CriticalRecorded
from journal.hand_over_tables import HandOver
from journal.live_tables import forget_versions
from journal.order_tables import ResultSeen
from journal.rules.clinical.critical import signs
from journal.rules.clinical.sealed import CONCLUSION, line_hash
from journal.tables import Conclusion, DeletionRequest, tombstone
from journal.vitals_tables import AdministrationCheck
from journal.whole_things import Doomed
from triage.tables import VitalSign
from triage.vitals_tables import MeasuredValue, ObservationDue

_HANGING: dict[str, Any] = {
    "result": ResultSeen.result_id,
    "administration": AdministrationCheck.administration_id,
    "measurement": MeasuredValue.measurement_id,
    "assessment": VitalSign.assessment_id,
    "composition": HandedOver.composition_id,
}
"""Rows without an identity of their own go with what they hang on."""


async def erase(work: Work, request: DeletionRequest, encounter: Encounter, doomed: Doomed) -> None:
    """Everything that holds the words. The database lets none of it go without its tombstone."""
    told = await _told_by_heart(work, request)
    closing = await work.session.get_one(Conclusion, encounter.id) if doomed.closing else None
    marked = [(what, row.id) for what, row in doomed.rows]
    marked += [("hand-over", each.id) for each in told]
    marked += [("conclusion", closing.sealed_as)] if closing else []
    shown = signs(await critical_rows(work.session, encounter))
    work.session.add_all(
        tombstone(request.id, request.encounter_id, what, id, at=work.now) for what, id in marked
    )
    await work.session.flush()
    await _delete(work, doomed)
    for proposal in told:
        proposal.isbar = {}
    if closing:
        _empty(closing, doomed)
    await work.session.flush()
    await forget_versions(work.session, of=encounter.id)
    await forget_earlier_wishes(work, request)
    await _forget_withholding(work, request)
    await forget_answers_about(work.session, encounter.id)
    await _take_off_boards(work, encounter, shown)


async def forget_earlier_wishes(work: Work, request: DeletionRequest) -> None:
    """What was wished and refused about the same thing before may say what was to be gone."""
    await work.session.execute(
        update(DeletionRequest)
        .where(
            DeletionRequest.object_id == request.object_id,
            DeletionRequest.id != request.id,
            DeletionRequest.wish != "",
        )
        .values(wish="")
    )


async def _forget_withholding(work: Work, request: DeletionRequest) -> None:
    """Why it was kept from somebody may say what it was."""
    of_it = update(Withheld).where(Withheld.object_id == request.object_id)
    await work.session.execute(of_it.values(reason="", lift_reason=None))


async def _told_by_heart(work: Work, request: DeletionRequest) -> list[HandOver]:
    """Proposals to take over: their words are filled from all of the record."""
    if request.what in ("composition", "conclusion"):
        return []
    found = await work.session.execute(select(HandOver).where(HandOver.encounter_id == request.encounter_id))
    return [each for each in found.scalars() if each.isbar]


async def _delete(work: Work, doomed: Doomed) -> None:
    by_kind: dict[str, list[Any]] = {}
    for what, row in doomed.rows:
        by_kind.setdefault(what, []).append(row)
    for what, rows in by_kind.items():
        ids = [each.id for each in rows]
        if what == "measurement":
            due = update(ObservationDue).where(ObservationDue.measurement_id.in_(ids))
            await work.session.execute(due.values(measurement_id=None))
        if (hangs_on := _HANGING.get(what)) is not None:
            await work.session.execute(delete(hangs_on.class_).where(hangs_on.in_(ids)))
        table = type(rows[0])
        await work.session.execute(delete(table).where(table.id.in_(ids)))


def _empty(closing: Conclusion, doomed: Doomed) -> None:
    """What is left of the closing is sealed anew, under the next name."""
    for name, left in doomed.closing.items():
        setattr(closing, name, left)
    closing.emptied += 1
    content = {name: getattr(closing, name) for name in CONCLUSION}
    closing.content_hash = line_hash(content, closing.signed_at)


async def _take_off_boards(work: Work, encounter: Encounter, before: frozenset[str]) -> None:
    """An allergy that is gone is no sign on the row of somebody who is here again."""
    gone = before - signs(await critical_rows(work.session, encounter))
    if not gone:
        return
    found = await work.session.execute(select(Encounter).where(Encounter.id.in_(contacts_here(encounter))))
    for each in found.scalars():
        if encounters.is_open(each) and gone & {*each.flags}:
            each.flags = sorted({*each.flags} - gone)
            encounters.changed(each)
            told = CriticalRecorded(encounter_id=each.id, happened_at=work.now)
            await work.record(told, unit=each.unit_id)  # else that unit's walls keep the sign
