"""Standing orders of a unit: taken in from a file, approved and withdrawn by a doctor of the ward."""

from __future__ import annotations

from sqlalchemy import func, select

from core.access.permissions import Permission, require
from core.errors import NotFound
from core.ids import Role, new_id
from core.patients.tables import Unit
from core.store.work import Work
from core.text import Answer, Request, ShortText
from journal.events import StandingOrderDecided
from journal.rules.medication.standing import StandingOrderVersionTaken, read_file
from journal.vitals_tables import StandingOrder, StandingOrderDecision


class Brought(Answer):
    """What a file added; what was there already, with the same contents, is not counted."""

    added: tuple[str, ...]


class Deciding(Request):
    """Approved, or not (any more) and why."""

    approved: bool
    reason: ShortText | None = None


class Decided(Answer):
    """The version after the decision."""

    code: str
    version: str
    approved: bool


async def bring_standing_orders(work: Work, text: str) -> Brought:
    """Keep the file's orders for the unit. None can be used until a doctor has approved it."""
    if work.actor.role is not Role.SYSTEM:  # from the command line whoever has the machine may
        require(work.actor, Permission.ADMINISTER)
    if await work.session.get(Unit, work.unit) is None:
        raise NotFound(unit=work.unit)
    added = []
    for order in read_file(text):
        here = await work.session.get(StandingOrder, (work.unit, order.code, order.version))
        if here is not None and here.digest != order.digest:
            raise StandingOrderVersionTaken(order=order.code, version=order.version)
        if here is not None:
            continue
        work.session.add(
            StandingOrder(
                unit_id=work.unit,
                code=order.code,
                version=order.version,
                digest=order.digest,
                body=order.model_dump(mode="json"),
                valid_from=order.valid_from,
                valid_to=order.valid_to,
                brought_at=work.now,
                brought_by=work.actor.name,
            )
        )
        added.append(f"{order.code} {order.version}")
    return Brought(added=tuple(added))


async def decide_standing_order(work: Work, code: str, version: str, deciding: Deciding) -> Decided:
    """Approve this very version, or withdraw it (godkjenne, trekke tilbake). The last decision counts."""
    require(work.actor, Permission.WRITE_NOTE)
    if await work.session.get(StandingOrder, (work.unit, code, version)) is None:
        raise NotFound(order=code)
    made = await work.session.execute(
        select(func.count())
        .select_from(StandingOrderDecision)
        .where(
            StandingOrderDecision.unit_id == work.unit,
            StandingOrderDecision.code == code,
            StandingOrderDecision.version == version,
        )
    )
    work.session.add(
        StandingOrderDecision(
            id=new_id(),
            unit_id=work.unit,
            code=code,
            version=version,
            number=made.scalar_one() + 1,
            approved=deciding.approved,
            by_id=work.actor.id,
            at=work.now,
            reason=deciding.reason,
        )
    )
    await work.record(
        StandingOrderDecided(encounter_id=None, happened_at=work.now, order=f"{code} {version}")
    )
    return Decided(code=code, version=version, approved=deciding.approved)
