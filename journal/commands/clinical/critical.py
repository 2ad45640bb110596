"""Critical information is written down, changed, or found not to be there (kritisk informasjon)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from core.access.permissions import Permission, require
from core.errors import NotFound, Stale
from core.ids import new_id
from core.patients import encounter as encounters
from core.patients.encounter import NotPossibleNow, Status
from core.patients.need.relation_here import require_need
from core.patients.tables import Encounter
from core.store.work import Work
from core.text import Answer, Moment, Request, ShortText
from journal.clinical_tables import CriticalInformation, critical_rows, told_outside
from journal.events import CriticalRecorded
from journal.rules.clinical import critical as rules
from journal.rules.clinical.critical import Certainty, CriticalReasonMissing, Kind, Severity, Source
from journal.rules.clinical.sealed import CRITICAL, line_hash


class CriticalLine(Request):
    """What is known, how sure it is, and who said so."""

    kind: Kind
    text: ShortText
    reaction: ShortText | None = None
    severity: Severity = "unknown"
    certainty: Certainty = "unconfirmed"
    source: Source


class CriticalChange(CriticalLine):
    """The whole line anew, and why. `refuted` and `entered-in-error` take it off the list."""

    reason: ShortText


class NoneKnown(Request):
    """Who was asked and knows of nothing."""

    source: Source


class CriticalAnswer(Answer):
    """The line as it stands now; `version` is its own."""

    id: str
    version: int
    recorded_at: Moment


async def record_critical(work: Work, encounter_id: str, line: CriticalLine) -> CriticalAnswer:
    """Write down something critical about the patient of this contact."""
    encounter = await _encounter(work, encounter_id)
    if line.certainty in rules.OFF:
        raise CriticalReasonMissing  # what was never on the list is not taken off it
    return await _write(work, encounter, line, new_id(), 1)


async def change_critical(
    work: Work, encounter_id: str, item: str, change: CriticalChange, *, expected: int
) -> CriticalAnswer:
    """A new version of a line, with the reason; the old one stays to be read."""
    encounter = await _encounter(work, encounter_id)
    last = rules.newest(await critical_rows(work.session, encounter)).get(item)
    if last is None or last.kind == rules.NONE_KNOWN:
        raise NotFound(item=item)
    if last.number != expected:
        raise Stale(version=last.number, expected=expected)
    return await _write(work, encounter, change, item, await _next(work, item), change.reason)


async def say_none_known(work: Work, encounter_id: str, none: NoneKnown) -> CriticalAnswer:
    """Somebody was asked, and nothing is known (ingen kjente). Refused beside something that is."""
    encounter = await _encounter(work, encounter_id)
    outside = await told_outside(work.session, encounter.patient_id)
    rules.require_none_known(await critical_rows(work.session, encounter), told_outside=outside)
    row = _row(work, encounter, new_id(), 1)
    row.kind, row.text, row.severity, row.certainty = rules.NONE_KNOWN, "", "unknown", "confirmed"
    row.source = none.source
    return await _keep(work, row)


async def _encounter(work: Work, encounter_id: str) -> Encounter:
    # Also after the patient has gone: a wrong allergy is put right when it is found.
    require(work.actor, Permission.ASSESS)
    encounter = await encounters.load(work, encounter_id)
    await require_need(work, encounter)
    if encounter.status == Status.CANCELLED:
        raise NotPossibleNow(encounter_status=encounter.status)
    return encounter


async def _next(work: Work, item: str) -> int:
    # The newest of all: a version may stand in a contact that has turned out to be somebody else's.
    found = await work.session.execute(
        select(CriticalInformation.number)
        .where(CriticalInformation.item_id == item)
        .order_by(CriticalInformation.number.desc())
        .limit(1)
    )
    return found.scalar_one() + 1


async def _write(
    work: Work,
    encounter: Encounter,
    line: CriticalLine,
    item: str,
    number: int,
    reason: str | None = None,
) -> CriticalAnswer:
    row = _row(work, encounter, item, number)
    for name in ("kind", "text", "reaction", "severity", "certainty", "source"):
        setattr(row, name, getattr(line, name))
    row.reason = reason
    _show_on_board(encounter, await critical_rows(work.session, encounter), row)
    return await _keep(work, row)


def _show_on_board(
    encounter: Encounter, rows: Sequence[CriticalInformation], row: CriticalInformation
) -> None:
    """The sign comes with the first such line and goes with the last."""
    if not encounters.is_open(encounter):
        return
    before, after = rules.signs(rows), rules.signs([*rows, row])
    flags = sorted(({*encounter.flags} - (before - after)) | after)
    if flags != sorted(encounter.flags):
        encounter.flags = flags
        encounters.changed(encounter)


def _row(work: Work, encounter: Encounter, item: str, number: int) -> CriticalInformation:
    return CriticalInformation(
        id=new_id(),
        item_id=item,
        number=number,
        encounter_id=encounter.id,
        reaction=None,
        reason=None,
        recorded_by=work.actor.id,
        recorded_at=work.now,
    )


async def _keep(work: Work, row: CriticalInformation) -> CriticalAnswer:
    row.content_hash = line_hash({name: getattr(row, name) for name in CRITICAL}, work.now)
    work.session.add(row)
    await work.record(CriticalRecorded(encounter_id=row.encounter_id, happened_at=work.now))
    return CriticalAnswer(id=row.item_id, version=row.number, recorded_at=work.now)
