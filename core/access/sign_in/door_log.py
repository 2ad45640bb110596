"""What happened at the door (innloggingslogg): who came in, was refused, or changed what. Append-only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.sign_in.tables import SignInLogRow
from core.access.tables import Staff
from core.ids import new_id
from core.store.work import Work
from core.text import Answer

_SHOWN = 20


class Happened(Answer):
    """One line, as the person reads it."""

    at: datetime
    what: str
    method: str | None
    address: str | None
    detail: str | None


async def write(
    work: Work,
    what: str,
    staff: Staff | None,
    *,
    method: str | None = None,
    address: str | None = None,
    detail: str | None = None,
) -> None:
    """Add a line, in the transaction of what happened."""
    work.session.add(
        SignInLogRow(
            id=new_id(),
            at=work.now,
            what=what,
            staff_id=staff.id if staff else None,
            unit_id=staff.unit_id if staff else None,
            by=work.actor.id,
            method=method,
            address=address,
            detail=detail[:200] if detail else None,
        )
    )


async def lately(session: AsyncSession, staff_id: str) -> tuple[Happened, ...]:
    """The person's own last lines, newest first."""
    found = await session.execute(
        select(SignInLogRow)
        .where(SignInLogRow.staff_id == staff_id)
        .order_by(SignInLogRow.at.desc(), SignInLogRow.id)
        .limit(_SHOWN)
    )
    return tuple(
        Happened(at=row.at, what=row.what, method=row.method, address=row.address, detail=row.detail)
        for row in found.scalars()
    )
