"""Kjernejournal and the medication list: asked in the background, shown with their age, nobody waits."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey
from sqlalchemy import select

from app.sandbox.main import create_sandbox
from app.sandbox.national.helseid import HelseIdHouse
from core.access.tables import AccessLogRow
from core.patients.open_record import open_record
from core.settings import Settings
from integrations.clinical.fhir import resource
from integrations.pll import read
from integrations.registers.port import RegisterAway
from journal.commands.clinical.critical import NoneKnown, say_none_known
from journal.commands.clinical.medicines import MedicineUse, answer_medicine
from journal.queries.documents import documents
from journal.queries.encounter_page import encounter_page
from journal.queries.page import EncounterPage
from journal.rules.clinical.critical import CriticalKnown
from tests.cast import HER_ID, UNIT, arrival, full_arrival
from tests.conftest import SettableClock, serving
from tests.integrations.clinical.asking import AskingWard, asking
from triage.commands.check_in import Arrival, check_in
from triage.commands.look_after import register_left

NUMBER = full_arrival()["national_id"]
KNOWN: dict[str, Any] = {
    "allergies": [{"text": "Penicillin", "reaction": "Anafylaksi", "onset": "2011"}],
    "conditions": ["Pacemaker"],
    "medicines": [
        {"id": "r-1", "name": "Apiksaban tab 5 mg", "dosage": "1 × 2", "atc": "B01AF02"},
        {"id": "r-0", "name": "Erytromycin", "dosage": "1 × 2", "status": "completed"},
    ],
    "listed": "2026-03-12T09:00:00+00:00",
}


class Ward(AskingWard):
    """A ward that asks both registers, which want HelseID's tokens."""

    async def tell(self, **known: Any) -> None:
        """What the registers know of her from now on."""
        told = {"people": {NUMBER: known}}
        assert (await self.beyond.post("/sandbox/clinical", json=told)).status_code == 204

    async def away(self, place: str, **fault: Any) -> None:
        """One of them behaves badly."""
        answer = await self.beyond.post("/sandbox/faults", json={place: [{"times": 99, **fault}]})
        assert answer.status_code == 204, answer.text

    async def back(self) -> None:
        """And well again."""
        await self.beyond.delete("/sandbox/faults")

    async def page(self, encounter: str) -> EncounterPage:
        """As the doctor opens it."""
        dag = self.cast.dag.actor
        return await open_record(self.store, encounter_page, encounter, dag, documents=documents)

    async def logged(self, what: str) -> list[tuple[str, list[str]]]:
        """By whom and what, in the access log."""

        async def lines(session: Any) -> list[tuple[str, list[str]]]:
            found = await session.execute(
                select(AccessLogRow.actor_id, AccessLogRow.documents)
                .where(AccessLogRow.what == what, AccessLogRow.purpose == "TREAT")
                .order_by(AccessLogRow.seq)
            )
            return [(row[0], row[1]) for row in found]

        return await self.store.read(lines)


@pytest.fixture
async def ward(database_url: str, clock: SettableClock, tmp_path: Path) -> AsyncIterator[Ward]:
    """Open, with both registers there."""
    async with opened(database_url, clock, tmp_path) as ward:
        yield ward


@asynccontextmanager
async def opened(database_url: str, clock: SettableClock, folder: Path) -> AsyncIterator[Ward]:
    key = ECKey.generate_key("P-256", {"kid": "ward"}, private=True)
    (folder / "key.jwk").write_text(json.dumps(key.as_dict(private=True)), encoding="utf-8")
    issuer = "https://helseid.test"
    helseid = HelseIdHouse(issuer, {"nordvik": [key.as_dict(private=False)]}, lasts=600)
    async with AsyncExitStack() as stack:
        sandbox = create_sandbox(our_her_id=HER_ID, clock=clock, helseid=helseid)
        url = await stack.enter_async_context(serving(sandbox))
        helseid.issuer = f"{url}/helseid"
        settings = Settings(
            environment="test",
            helseid_url=f"{url}/helseid",
            helseid_client="nordvik",
            helseid_keys=(folder / "key.jwk",),
            kjernejournal_url=f"{url}/kj/",
            kjernejournal_scope="test:kj",
            critical_url=f"{url}/kj/fhir/",
            critical_scope="test:critical",
            pll_url=f"{url}/sfm/",
            pll_scope="test:pll",
        )
        yield await stack.enter_async_context(asking(Ward, url, settings, database_url, clock))


async def test_both_are_fetched_after_arrival_with_source_and_age_and_each_look_is_logged(ward: Ward) -> None:
    await ward.tell(**KNOWN)
    encounter = await ward.come()
    before = await ward.page(encounter)
    assert before.critical.looked_up is not None
    assert (before.critical.state, before.critical.looked_up.answered_at) == ("not-recorded", None)

    await ward.ask()

    page = await ward.page(encounter)
    lines = [(each.kind, each.text, each.severity, each.source, each.onset) for each in page.critical.lines]
    assert lines == [
        ("allergy", "Penicillin", "severe", "national-record", "2011"),
        ("condition", "Pacemaker", "unknown", "national-record", None),
    ]
    [medicine] = page.medicine_list.lines
    assert (medicine.name, medicine.atc, medicine.dosage) == ("Apiksaban tab 5 mg", "B01AF02", "1 × 2")
    assert page.medicine_list.looked_up is not None
    assert page.medicine_list.looked_up.as_of is not None
    assert page.medicine_list.looked_up.as_of.isoformat() == "2026-03-12T09:00:00+00:00"
    assert page.medicine_list.looked_up.answered_at == ward.clock.now
    assert [m.kind for m in page.timeline] == [
        "checked-in",
        "kjernejournal-answered",
        "medication-list-answered",
    ]
    for service in ("kjernejournal", "medication-list"):
        assert await ward.logged(f"asked-{service}") == [("forwarding", [service])]
    opened = (await ward.logged("encounter"))[-1]
    assert opened[0] == ward.cast.dag.actor.id
    assert {"critical", "critical:kjernejournal", "medicines", "medicines:medication-list"} <= set(opened[1])
    with pytest.raises(CriticalKnown):
        await ward.store.write(ward.cast.nora.actor, say_none_known, encounter, NoneKnown(source="patient"))


async def test_a_register_that_is_away_is_waited_for_by_nobody_and_fills_in_by_itself(ward: Ward) -> None:
    await ward.tell(**KNOWN)
    await ward.away("kj", status=503)
    encounter = await ward.come()

    await ward.ask()

    page = await ward.page(encounter)
    assert page.critical.looked_up is not None
    assert (page.critical.looked_up.away, page.critical.lines) == (True, ())
    assert len(page.medicine_list.lines) == 1  # the other is not held up
    await ward.ask(later=timedelta(hours=1))
    await ward.back()
    await ward.ask(later=timedelta(hours=1))
    page = await ward.page(encounter)
    assert page.critical.looked_up is not None
    assert (page.critical.looked_up.away, len(page.critical.lines)) == (False, 2)


async def test_what_was_known_stays_with_its_age_while_the_register_is_away(ward: Ward) -> None:
    await ward.tell(**KNOWN)
    first = await ward.come()
    await ward.ask()
    told_at = ward.clock.now
    asked = await ward.logged("asked-kjernejournal")
    await ward.ask(later=timedelta(hours=1))
    assert await ward.logged("asked-kjernejournal") == asked  # not asked again within the night
    await _goes(ward, first)
    await ward.away("kj", status=500)

    ward.clock.now += timedelta(days=1)
    again = await ward.come()
    await ward.ask()

    looked_up = (await ward.page(again)).critical.looked_up
    assert looked_up is not None
    assert (looked_up.away, looked_up.answered_at) == (True, told_at)
    assert len((await ward.page(again)).critical.lines) == 2


async def _goes(ward: Ward, encounter: str) -> None:
    page = await ward.page(encounter)
    await ward.store.write(ward.cast.nora.actor, register_left, encounter, page.version)


@pytest.mark.parametrize(
    ("known", "critical", "medicines"),
    [
        ({}, "nothing", "nothing"),
        ({"blocked": True}, "no-access", "no-access"),
        ({**KNOWN, "somebody_else": "13878844100"}, "unexpected-answer", "unexpected-answer"),
        ({**KNOWN, "prescriptions_away": True}, "found", "incomplete-answer"),
    ],
)
async def test_every_answer_is_told_as_what_it_is(
    ward: Ward, known: dict[str, Any], critical: str, medicines: str
) -> None:
    await ward.tell(**known)
    encounter = await ward.come()

    await ward.ask()

    page = await ward.page(encounter)
    for looked_up, says, lines in (
        (page.critical.looked_up, critical, page.critical.lines),
        (page.medicine_list.looked_up, medicines, page.medicine_list.lines),
    ):
        assert looked_up is not None
        if says in ("unexpected-answer", "incomplete-answer"):
            assert (looked_up.outcome, looked_up.away, lines) == (None, True, ())
        else:
            assert (looked_up.outcome, looked_up.away) == (says, False)
            assert bool(lines) == (says == "found")


async def test_nobody_without_a_number_is_asked_about_and_the_page_says_so(ward: Ward) -> None:
    await ward.come()  # somebody with one, so that it is known that this ward asks
    given = Arrival.model_validate(arrival(called="Ukjent mann"))
    unknown = await ward.store.write(ward.cast.nora.actor, check_in, given, UNIT, "test")

    await ward.ask()

    looked_up = (await ward.page(unknown.id)).critical.looked_up
    assert looked_up is not None
    assert looked_up.asked is False


async def test_a_line_that_was_answered_for_stays_answered_when_the_list_comes_again(ward: Ward) -> None:
    await ward.tell(**KNOWN)
    encounter = await ward.come()
    await ward.ask()
    [line] = (await ward.page(encounter)).medicine_list.lines
    use = MedicineUse(use="uses")
    await ward.store.write(
        ward.cast.nora.actor, answer_medicine, encounter, line.id, use, expected=line.version
    )
    more = {"id": "r-2", "name": "Metoprolol depottab 50 mg", "dosage": "1 × 1"}

    await ward.tell(**{**KNOWN, "medicines": [*KNOWN["medicines"], more]})
    await _goes(ward, encounter)
    ward.clock.now += timedelta(days=1)
    again = await ward.come()
    await ward.ask()

    lines = (await ward.page(again)).medicine_list.lines
    assert [(each.name, each.version, each.use) for each in lines] == [
        ("Apiksaban tab 5 mg", 0, None),  # asked anew in a new contact
        ("Metoprolol depottab 50 mg", 0, None),
    ]
    assert [each.use for each in (await ward.page(encounter)).medicine_list.lines if each.here] == ["uses"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html/>",
        b"[]",
        b'{"resourceType": "Bundle", "type": "document"}',
        b'{"resourceType": "Parameters", "parameter": [{"name": "medication"}]}',
        b'{"resourceType": "Parameters", "parameter": "x"}',
    ],
)
def test_what_is_not_a_list_is_no_answer(body: bytes) -> None:
    with pytest.raises(RegisterAway):
        read.answer(resource(body, "Parameters"), NUMBER)
