"""A correction reaches whoever got the letter: what is different stands at the top, and never comes first."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.log_check.command import everything
from core.patients.tables import Encounter
from integrations.gp_summary.read import read
from integrations.shared_record.document import master_identifier
from integrations.shared_record.validate import faults
from integrations.tables import OutboxMessage
from journal.commands.signed.correct import Correcting, correct
from journal.tables import Note, last_edition
from tests.cast import Person, note
from tests.conftest import SettableClock
from tests.integrations.region import HORIZON, Region, open_region

HOUR = timedelta(hours=1)


@pytest.fixture
async def region(database_url: str, clock: SettableClock, tmp_path: Path) -> AsyncIterator[Region]:
    async with open_region(database_url, clock, tmp_path) as opened:
        yield opened


async def letters(region: Region, encounter: str, channel: str) -> Sequence[OutboxMessage]:
    """All of them, in the order they must arrive."""
    return await region.store.read(_letters, encounter, channel)


async def _letters(session: AsyncSession, encounter: str, channel: str) -> Sequence[OutboxMessage]:
    found = await session.execute(
        select(OutboxMessage)
        .where(OutboxMessage.encounter_id == encounter, OutboxMessage.channel == channel)
        .order_by(OutboxMessage.edition)
    )
    return found.scalars().all()


async def change(region: Region, encounter: str, who: Person, **fields: Any) -> None:
    """Sign a correction or an addendum to the note."""

    async def at(session: AsyncSession) -> tuple[str, int]:
        noted = (await session.execute(select(Note.id).where(Note.encounter_id == encounter))).scalar_one()
        version = (await session.get_one(Encounter, encounter)).version
        return noted, version + (await session.execute(last_edition(encounter))).scalar_one()

    noted, version = await region.store.read(at)
    wanted = Correcting.model_validate({"target": "note", "note": noted, "reason": "Feil side", **fields})
    await region.store.write(who.actor, correct, encounter, wanted, version)


RIGHT = {"kind": "correction", "headings": note(plan="Troponin om to timer.")}


async def test_the_gp_reads_at_the_top_what_was_corrected_and_the_report_is_the_same(region: Region) -> None:
    encounter = await region.finish()
    await region.send()

    await change(region, encounter, region.cast.dag, **RIGHT)
    await region.send()

    first, second = (read(m.body or b"") for m in await letters(region, encounter, "gp-summary"))
    assert (first.service_type, second.service_type) == ("N", "M")
    assert (first.report_id, first.issued_at) == (second.report_id, second.issued_at)
    assert first.approved_at == first.issued_at
    assert second.approved_at == region.clock.now
    assert first.message_id != second.message_id
    assert second.title == "Legevaktsepikrise, rettelse 1"
    heading, told = second.comments[0]
    assert heading == "TB"
    assert told.splitlines() == [
        "Rettelse 20.11.2026 kl. 21:00 av Dag Holm.",
        "Grunn: Feil side",
        f"Tiltak og plan: sto «{note()['plan']}», er nå «Troponin om to timer.»",
    ]
    assert second.comment("FO") == "Troponin om to timer."
    assert len(await region.received("gp-summary")) == 2


async def test_the_shared_record_gets_a_version_that_replaces_the_one_before(region: Region) -> None:
    encounter = await region.finish()
    await region.send()

    await change(region, encounter, region.cast.dina, kind="addendum", text="CRP kom: 148.")
    await region.send()

    first, second = await letters(region, encounter, "shared-record")
    assert (second.state, faults(second.body or b"")) == ("acknowledged", ())
    _, patch, reference, content = (each["resource"] for each in json.loads(second.body or b"")["entry"])
    assert patch["resourceType"] == "Parameters"
    [related] = reference["relatesTo"]
    assert related["code"] == "replaces"
    assert related["target"]["identifier"]["value"] == master_identifier(first.message_id)
    composition = content["entry"][0]["resource"]
    assert composition["relatesTo"][0]["targetIdentifier"]["value"] == master_identifier(first.message_id)
    assert (composition["status"], composition["title"]) == ("amended", "Legevaktsepikrise, tillegg 1")
    top = composition["section"][0]
    assert top["title"] == "Dette er endret"
    assert "CRP kom: 148." in top["text"]["div"]


async def test_what_may_never_have_arrived_is_named_and_not_put_out_of_use(region: Region) -> None:
    encounter = await region.finish()
    await region.let_fail("mhd", {"status": 503, "times": 99})
    await region.send()
    await region.send(later=HORIZON + timedelta(hours=1))
    assert (await region.message(encounter, "shared-record")).state == "given-up"

    await change(region, encounter, region.cast.dag, **RIGHT)

    _, second = await letters(region, encounter, "shared-record")
    kinds = [each["resource"]["resourceType"] for each in json.loads(second.body or b"")["entry"]]
    assert kinds == ["List", "DocumentReference", "Bundle"]


async def test_a_correction_signed_before_the_letter_has_gone_waits_for_it(region: Region) -> None:
    encounter = await region.finish()
    await change(region, encounter, region.cast.dag, **RIGHT)
    await region.let_fail("edi", {"status": 503, "times": 1})

    await region.send()
    states = [each.state for each in await letters(region, encounter, "gp-summary")]
    assert states == ["queued", "queued"]
    assert await region.received("gp-summary") == []  # the second was not tried before the first had gone

    await region.let_fail("edi", {"hang_seconds": 0, "times": 1}, {"status": 503, "times": 1})
    await region.send(later=HOUR)
    first, second = await letters(region, encounter, "gp-summary")
    assert (first.state, second.state) == ("sent", "queued")
    assert [each["message_id"] for each in await region.received("gp-summary")] == [first.message_id]

    await region.send(later=HOUR)
    assert {each["message_id"] for each in await region.received("gp-summary")} == {
        first.message_id,
        second.message_id,
    }


async def test_whoever_was_sent_nothing_gets_a_new_letter_and_later_addenda_stay_in_it(
    region: Region,
) -> None:
    encounter = await region.finish()
    for message in await letters(region, encounter, "gp-summary"):
        await region.store.write(region.cast.dag.actor, _give_up, message.id)

    await change(region, encounter, region.cast.dina, kind="addendum", text="CRP kom: 148.")
    await change(region, encounter, region.cast.dag, **RIGHT)

    _, added, corrected = (read(m.body or b"") for m in await letters(region, encounter, "gp-summary"))
    assert (added.service_type, corrected.service_type) == ("N", "M")
    assert any("CRP kom: 148." in words for _, words in corrected.comments[1:])


async def test_what_is_corrected_and_sent_is_sealed_and_every_letter_names_its_law(region: Region) -> None:
    encounter = await region.finish()
    await change(region, encounter, region.cast.dag, **RIGHT)

    found = await region.store.read(everything)

    assert found.faults == ()
    assert sum(each.startswith("correction:") for each in found.sealed) == 1
    assert sum(each.startswith("message:") for each in found.sealed) == 4
    assert {m.basis for m in await letters(region, encounter, "gp-summary")} == {"hpl-45a-summary"}


async def _give_up(work: Any, id: str) -> None:
    message = await work.session.get_one(OutboxMessage, id)
    message.state, message.reason = "given-up", "no-connection"
