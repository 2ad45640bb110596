"""Requests about what comes in from GPs that would succeed if they were allowed."""

from __future__ import annotations

from sqlalchemy import select

from core.ids import new_id
from core.store.work import Work
from integrations.dispatcher import forwarding
from integrations.inbox.tasks import note_task
from integrations.tables import InboxTask
from tests.cast import UNIT
from tests.conftest import Served
from tests.house.identity_cases import NOBODY_HAS, Case


def is_one(path: str) -> bool:
    """Whether the address is about the inbox."""
    return "/inbox-tasks" in path


async def prepare(served: Served, path: str, encounter: str | None) -> Case:
    """Something in the inbox that nobody has settled."""
    case = Case(encounter or NOBODY_HAS, ids={"{task}": NOBODY_HAS}, body={"note": "Ringte legekontoret."})
    if "{task}" in path:
        case.ids["{task}"] = await served.store.write(forwarding(UNIT), _task)
    return case


async def _task(work: Work) -> str:
    external = new_id()
    await note_task(work, "unmatched-receipt", external, code="ok")
    await work.session.flush()
    found = await work.session.execute(select(InboxTask.id).where(InboxTask.external_id == external))
    return str(found.scalar_one())
