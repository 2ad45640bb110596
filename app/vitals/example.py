"""Standing orders of the demonstration: the example set, as if a doctor of the invented ward approved it."""

from __future__ import annotations

from importlib import resources

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.tables import Staff
from core.ids import Actor, Role, StaffId, UnitId
from core.store.work import Store
from journal.commands.medication.standing import Deciding, bring_standing_orders, decide_standing_order
from journal.rules.medication.standing import read_file


def example_text() -> str:
    """The file, which shows the form and is no medical advice."""
    return resources.files("journal.rules.medication").joinpath("example.json").read_text(encoding="utf-8")


async def approve_examples(store: Store, builder: Actor, doctor: str) -> None:
    """Take the set in and approve it as the doctor of this user name."""
    await store.write(builder, bring_standing_orders, example_text())
    who = await store.read(_actor, doctor)
    for order in read_file(example_text()):
        approving = Deciding(approved=True, reason="Eksempel i demonstrasjonen")
        await store.write(who, decide_standing_order, order.code, order.version, approving)


async def _actor(session: AsyncSession, username: str) -> Actor:
    row = (await session.execute(select(Staff).where(Staff.username == username))).scalar_one()
    return Actor(StaffId(row.id), row.name, Role(row.role), UnitId(row.unit_id))
