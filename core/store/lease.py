"""Leases (leie): which process does what only one may do, such as running the recurring jobs.

A lease is a row with a time. A process that was frozen past its time may wake and still believe that it
holds the lease; therefore each change of holder raises the `fence`, and what is written under a lease is
written only if the fence is still the same, in the same transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from core.errors import Conflict
from core.store.database import Table
from core.store.work import Work


class LeaseRow(Table):
    """Who holds what, until when."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    fence: Mapped[int]
    until: Mapped[datetime]


class LeaseLost(Conflict):
    """Somebody else does this now; nothing was written."""

    code = "lease-lost"


@dataclass(frozen=True, slots=True)
class Lease:
    """Held by this process, as far as it knows."""

    name: str
    holder: str
    fence: int
    until: datetime


async def take(
    work: Work, name: str, holder: str, lasts: timedelta, *, by_force: bool = False
) -> Lease | None:
    """Take or renew the lease; None while somebody else holds it. `by_force` where nobody else can be."""
    row = await _row(work, name)
    until = work.now + lasts
    if row is None:
        # Two processes that are both first: the primary key lets one in, and the other tries again.
        work.session.add(LeaseRow(name=name, holder=holder, fence=1, until=until))
        return Lease(name, holder, 1, until)
    if row.holder != holder:
        if row.until > work.now and not by_force:
            return None
        row.holder, row.fence = holder, row.fence + 1
    row.until = until
    return Lease(name, holder, row.fence, until)


async def give_back(work: Work, lease: Lease) -> None:
    """Let the next one begin at once."""
    row = await _row(work, lease.name)
    if row is not None and row.fence == lease.fence:
        row.until = work.now


async def require_held(work: Work, lease: Lease) -> None:
    """Refuse with LeaseLost when another process has taken over since; holds it until this work is done."""
    row = await _row(work, lease.name)
    if row is None or row.fence != lease.fence or row.holder != lease.holder:
        raise LeaseLost(lease=lease.name)


async def _row(work: Work, name: str) -> LeaseRow | None:
    statement = select(LeaseRow).where(LeaseRow.name == name).with_for_update()
    return (await work.session.execute(statement)).scalar_one_or_none()
