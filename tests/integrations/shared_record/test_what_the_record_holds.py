"""What others read in the shared record: one version counts, and what was deleted is read no more.

Our letters leave through the dispatcher, and what the receiver holds is asked for as any other reader asks.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.patients.tables import Encounter, PatientIdentifier
from integrations.shared_record.codes import PERSON_IDENTITIES
from journal.commands.signed.correct import Correcting, correct
from journal.commands.signed.delete import AskingDeletion, DecidingDeletion, ask_deletion, decide_deletion
from journal.tables import Note, last_edition
from tests.app.sandbox.running import TOKEN
from tests.cast import note
from tests.conftest import SettableClock
from tests.integrations.region import Region, open_region

_CALLER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
async def region(database_url: str, clock: SettableClock, tmp_path: Path) -> AsyncIterator[Region]:
    async with open_region(database_url, clock, tmp_path) as opened:
        yield opened


async def documents(region: Region, encounter: str, status: str) -> list[dict[str, Any]]:
    """Metadata of this patient's documents, as a hospital finds them."""
    number = await region.store.read(_number, encounter)
    form = {"patient.identifier": f"{PERSON_IDENTITIES['fnr']}|{number}", "status": status}
    answer = await region.beyond.post("/mhd/DocumentReference/_search", data=form, headers=_CALLER)
    assert answer.status_code == 200, answer.text
    return [entry["resource"] for entry in answer.json().get("entry", [])]


async def opened(region: Region, reference: dict[str, Any]) -> tuple[str, str, str]:
    """The document behind it: its title, its status, and all its words."""
    master = reference["masterIdentifier"]["value"]
    answer = await region.beyond.get("/mhd/document", params={"documentUniqueId": master}, headers=_CALLER)
    assert answer.status_code == 200, answer.text
    composition = answer.json()["entry"][0]["resource"]
    return composition["title"], composition["status"], answer.text


async def _number(session: AsyncSession, encounter: str) -> str:
    found = await session.execute(
        select(PatientIdentifier.value)
        .join(Encounter, Encounter.patient_id == PatientIdentifier.patient_id)
        .where(Encounter.id == encounter)
    )
    return found.scalar_one()


async def _noted(session: AsyncSession, encounter: str) -> tuple[str, int]:
    id = (await session.execute(select(Note.id).where(Note.encounter_id == encounter))).scalar_one()
    version = (await session.get_one(Encounter, encounter)).version
    return id, version + (await session.execute(last_edition(encounter))).scalar_one()


async def test_a_correction_takes_the_place_and_a_deletion_withdraws(region: Region) -> None:
    encounter = await region.finish()
    await region.send()
    [first] = await documents(region, encounter, "current")
    assert (await opened(region, first))[:2] == ("Legevaktsepikrise", "final")

    noted, version = await region.store.read(_noted, encounter)
    right = {"target": "note", "note": noted, "reason": "Feil side", "kind": "correction"}
    wanted = Correcting.model_validate({**right, "headings": note(plan="Troponin om to timer.")})
    await region.store.write(region.cast.dag.actor, correct, encounter, wanted, version)
    await region.send()

    [second] = await documents(region, encounter, "current")
    title, status, words = await opened(region, second)
    assert (title, status) == ("Legevaktsepikrise, rettelse 1", "amended")
    assert "Troponin om to timer." in words
    assert [each["id"] for each in await documents(region, encounter, "superseded")] == [first["id"]]

    asking = AskingDeletion.model_validate(
        {"what": "note", "id": noted, "asked_by": "patient", "wish": "Det stemmer ikke."}
    )
    asked = await region.store.write(region.cast.kari.actor, ask_deletion, encounter, asking)
    granted = {"granted": True, "basis": "hpl-43-1-deletion", "reason": "Opplysningen gjelder en annen."}
    deciding = DecidingDeletion.model_validate(granted)
    await region.store.write(region.cast.dina.actor, decide_deletion, encounter, asked.id, deciding)
    await region.send()
    await region.send()

    now = [await opened(region, each) for each in await documents(region, encounter, "current")]
    assert [status for _, status, _ in now] == ["entered-in-error", "amended"]
    for _, _, words in now:
        assert all(said not in words for said in (*note().values(), "Troponin om to timer."))
    assert {each["id"] for each in await documents(region, encounter, "superseded")} == {
        first["id"],
        second["id"],
    }


async def test_a_document_sent_twice_is_held_once_and_others_patients_are_not_found(region: Region) -> None:
    one, other = await region.finish(), await region.finish(2)
    await region.let_fail("mhd", {"lose_answer": True})
    await region.send()
    region.clock.advance(hours=1)
    await region.send()

    [mine], [theirs] = [await documents(region, each, "current") for each in (one, other)]
    assert mine["id"] != theirs["id"]
