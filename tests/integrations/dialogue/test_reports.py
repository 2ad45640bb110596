"""A report comes from a laboratory: placed without guessing, acknowledged, and it waits for a doctor."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from core.patients.tables import Encounter
from integrations.dialogue.handling import NotOpen, Placing, close, place
from integrations.dialogue.reading import unread_on
from integrations.dialogue.receipts_out import ReceiptSender
from integrations.dialogue.writing import Answering, answer
from integrations.inbox.tasks import open_tasks
from journal.commands.orders.place import Ordering, place_orders
from tests.app.sandbox.running import edi_client
from tests.cast import HER_ID, UNIT, full_arrival
from tests.conftest import SettableClock, client
from tests.integrations.dialogue.test_dialogue import came, lines, our_receipts, waiting
from tests.integrations.kith.reports import CHANGED, number, report
from tests.integrations.region import HORIZON, Region, open_region
from triage.commands.check_in import Arrival, check_in

CRP = (number("P-CRP", "86", "mg/L", range="< 5", flag="Over øvre referansegrense"),)


@pytest.fixture
async def region(database_url: str, clock: SettableClock, tmp_path: Path) -> AsyncIterator[Region]:
    async with (
        open_region(database_url, clock, tmp_path) as opened,
        client(f"{str(opened.beyond.base_url).rstrip('/')}/edi/", timeout=10) as http,
    ):
        opened.ours = ReceiptSender(opened.store, edi_client(http), horizon=HORIZON)
        yield opened


def sent(region: Region, who: int | None = 1, **more: Any) -> bytes:
    """The laboratory's report about a patient."""
    given: dict[str, Any] = {"id": "m-1", "to": HER_ID, "at": region.clock()}
    number = full_arrival(who)["national_id"] if who else None
    return report(CRP, **{**given, "number": number, **more})


async def came_again(region: Region) -> str:
    """Ingrid is here once more."""
    given = Arrival.model_validate(full_arrival())
    return (await region.store.write(region.cast.nora.actor, check_in, given, UNIT, "test")).id


async def visit(session: AsyncSession, encounter: str) -> Encounter:
    return await session.get_one(Encounter, encounter)


async def test_a_report_on_the_only_contact_waits_until_a_doctor_has_read_it(region: Region) -> None:
    encounter = await region.finish()
    await came(region, sent(region))
    await came(region, sent(region))  # the laboratory has not heard us

    (line,) = await waiting(region)
    (whole,) = await lines(region, encounter)
    assert (line.encounter, line.kind, line.text) == (encounter, "report", None)
    assert await region.store.read(unread_on, encounter) == 1
    assert whole.text is not None
    assert "P-CRP: 86 mg/L (ref. < 5) – Over øvre referansegrense" in whole.text
    assert {(id, errors) for id, errors, _ in our_receipts(region)} == {("m-1", ())}

    dag = region.cast.dag.actor
    said = Answering(text="Takk")
    with pytest.raises(NotOpen):
        await region.store.write(dag, answer, encounter, line.id, said, expected=line.version)
    await region.store.write(dag, close, line.id, expected=line.version)

    assert await waiting(region) == ()
    assert await region.store.read(unread_on, encounter) == 0
    (read,) = await lines(region, encounter)
    assert (read.closed_by, read.closed_how) == (dag.name, "no-answer-needed")


async def test_the_requisition_says_which_contact_and_a_change_follows_it(
    region: Region,
) -> None:
    first = await region.finish()
    dag = region.cast.dag.actor
    region.clock.now += timedelta(days=2)
    later = await came_again(region)
    wanted = Ordering.model_validate({"items": [{"code": "crp"}]})
    ordered = await region.store.write(dag, place_orders, later, wanted, None)
    await came(region, sent(region, requisition=ordered.requisition))
    region.clock.now += timedelta(minutes=5)
    await came(region, sent(region, id="m-2", change=CHANGED))

    assert await lines(region, first) == ()
    assert [each.subject for each in await lines(region, later)] == [
        "Endelig rapport",
        "Endring · Endelig rapport",
    ]


async def test_with_several_contacts_a_person_says_which(region: Region) -> None:
    first = await region.finish()
    region.clock.now += timedelta(days=2)
    await came_again(region)
    await came(region, sent(region))

    (task,) = await region.store.read(open_tasks, UNIT)
    (line,) = await waiting(region)
    assert (task.kind, line.encounter) == ("which-contact", None)
    assert [errors for _, errors, _ in our_receipts(region)] == [()]

    number = (await region.store.read(visit, first)).number
    await region.store.write(
        region.cast.kari.actor, place, line.id, Placing(number=number), expected=line.version
    )

    assert await region.store.read(open_tasks, UNIT) == ()
    assert len(await lines(region, first)) == 1


@pytest.mark.parametrize(
    ("who", "more", "error"), [(7, {}, "E35"), (None, {}, "E31"), (1, {"to": 4711}, "E21")]
)
async def test_a_report_about_nobody_here_is_refused_and_a_persons_task(
    region: Region, who: int | None, more: dict[str, Any], error: str
) -> None:
    await region.finish()
    await came(region, sent(region, who, **more))

    assert [errors for _, errors, _ in our_receipts(region)] == [(error,)]
    assert [task.kind for task in await region.store.read(open_tasks, UNIT)] == ["unknown-patient"]
