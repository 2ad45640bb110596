"""The access log (innsynslogg): who opened what, when and for what.

Written in the same transaction as the reading: an opening that cannot be logged does not happen
(pasientjournalloven § 22). Each line is tied to the one before in its unit, see `chain.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from core.access.chain import tied
from core.access.legal.bases import Kind, basis
from core.access.tables import AccessLogHead, AccessLogRow
from core.errors import Unavailable
from core.ids import Actor, new_id
from core.store.work import Work

TREATMENT = "TREAT"
"""Purposes of use are those of HL7's PurposeOfUse, which the national trust framework builds on."""

EMERGENCY = "ETREAT"
"""With a reason of the reader's own (selvvalgt tilgang, nødrett)."""

CONTROL = "HCOMPL"
"""Later control of who has opened what (kontroll)."""

PATIENT_ASKED = "PATRQT"
"""The patient wants to know who has looked (innsyn i logg)."""

PAYMENT = "HPAYMT"
"""What is needed for settlement (oppgjør)."""

BASES: Mapping[str, Kind] = {
    PAYMENT: Kind.SETTLEMENT,
    TREATMENT: Kind.TREATMENT,
    EMERGENCY: Kind.EMERGENCY,
    CONTROL: Kind.CONTROL,
    PATIENT_ASKED: Kind.PATIENT,
}
"""Which kind of legal basis a purpose has; the line gets the code that counts that day."""

SIGNED = "signed"
"""A line that is no opening: it ties what was signed and sent into the chain."""


class AccessLogBroken(Unavailable):
    """The end of the unit's log is gone, so no line can be added and nothing is opened."""

    code = "access-log-broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What was opened. `documents` are the parts that were shown."""

    what: str
    patient_id: str | None = None
    encounter_id: str | None = None
    documents: Sequence[str] = field(default=())
    purpose: str = TREATMENT
    relation: str | None = None
    reason: str | None = None


async def opened(
    work: Work, what: str, *, patient_id: str | None = None, encounter_id: str | None = None
) -> str:
    """Log that the actor opened a patient's `what`, or a list such as the board once per opening."""
    return await add_line(work, Line(what=what, patient_id=patient_id, encounter_id=encounter_id))


async def add_line(work: Work, line: Line) -> str:
    """Put one line in the log; answers the `decision_ref` of the access."""
    (id,) = await _append(work, [(work.actor, line)])
    return id


async def found_in_search(work: Work, patients: Sequence[str]) -> None:
    """A search showed these patients; a line for each."""
    await _append(work, [(work.actor, Line(what="patient-search", patient_id=id)) for id in patients])


async def opened_since(work: Work, what: str, encounter_id: str | None, since: datetime) -> bool:
    """Whether the actor opened the same thing after `since`, so that this is still the same opening."""
    found = await work.session.execute(
        select(AccessLogRow.id)
        .where(
            AccessLogRow.actor_id == work.actor.id,
            AccessLogRow.at > since,
            AccessLogRow.encounter_id == encounter_id,
            AccessLogRow.what == what,
        )
        .limit(1)
    )
    return found.first() is not None


async def shown_since(work: Work, what: str, encounter_id: str, since: datetime) -> frozenset[str] | None:
    """What the actor was shown of this encounter after `since`; None when they had not opened it."""
    found = await work.session.execute(
        select(AccessLogRow.documents).where(
            AccessLogRow.actor_id == work.actor.id,
            AccessLogRow.at > since,
            AccessLogRow.encounter_id == encounter_id,
            AccessLogRow.what == what,
        )
    )
    lines = found.scalars().all()
    return frozenset(each for documents in lines for each in documents) if lines else None


async def board_opened(work: Work, what: str) -> None:
    """A list of patients was opened on a screen; logged once per opening, not once per change."""
    await opened(work, what)


async def list_followed(work: Work, what: str, *, same_within: timedelta) -> None:
    """A list that a screen asks for again and again; asking anew within that time is the same opening."""
    if not await opened_since(work, what, None, work.now - same_within):
        await opened(work, what)


@dataclass(frozen=True, slots=True)
class Opening:
    """A screen that is let in: who it is, the list it asked for, and the topic it is shown for that."""

    actor: Actor
    what: str
    topic: str


async def boards_opened(work: Work, openings: Sequence[Opening]) -> None:
    """Several screens opened a list in the same moment, such as a ward that comes back; a line for each."""
    await _append(work, [(each.actor, Line(what=each.what)) for each in openings])


async def _append(work: Work, lines: Sequence[tuple[Actor, Line]]) -> list[str]:
    """Add the lines, each to its unit's chain: two questions to the database, however many they are."""
    units = {actor.unit or work.unit for actor, _ in lines}
    heads = await _locked(work, units)
    rows = []
    for actor, line in lines:
        head = heads[actor.unit or work.unit]
        row = _row(work, actor, line, head)
        head.seq, head.hash = head.seq + 1, tied(head.hash, row)
        rows.append({**row, "hash": head.hash})
    if rows:
        await work.session.execute(insert(AccessLogRow), rows)
    return [row["id"] for row in rows]


async def _locked(work: Work, units: set[str]) -> Mapping[str, AccessLogHead]:
    # In one order everywhere, so that two who add to the same units never wait for each other.
    found = await work.session.execute(
        select(AccessLogHead)
        .where(AccessLogHead.unit_id.in_(sorted(units)))
        .order_by(AccessLogHead.unit_id)
        .with_for_update()
    )
    heads = {head.unit_id: head for head in found.scalars()}
    if heads.keys() != units:
        raise AccessLogBroken
    return heads


def _row(work: Work, actor: Actor, line: Line, head: AccessLogHead) -> dict[str, Any]:
    return {
        "id": new_id(),
        "unit_id": head.unit_id,
        "seq": head.seq + 1,
        "at": work.now,
        "legal_entity": head.legal_entity,
        "actor_id": actor.id,
        "actor_name": actor.name,
        "role": actor.role.value,
        "patient_id": line.patient_id,
        "encounter_id": line.encounter_id,
        "what": line.what,
        "documents": list(line.documents),
        "purpose": line.purpose,
        "relation": line.relation,
        "reason": line.reason,
        "basis": None if line.what == SIGNED else basis(BASES[line.purpose], work.now).code,
    }
