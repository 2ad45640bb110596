"""Who letters go to: asked in the background and again at send time, and every outcome seen by somebody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.wiring import reactions
from core.patients.tables import Encounter, Patient
from core.settings import Settings
from core.store.work import Work
from integrations.dispatcher import Dispatcher
from integrations.registers import ar, flr
from integrations.registers.ar import Adresseregisteret
from integrations.registers.asking import Asking
from integrations.registers.at_send import PATIENCE, AtSend
from integrations.registers.flr import Fastlegeregisteret
from integrations.registers.lookup import Lookup
from integrations.registers.soap import Soap
from integrations.tables import OutboxMessage
from integrations.watch.by_hand import Doing, NotForAPerson, PostNotPossible, deliver_by_hand
from journal.queries.encounter_page import encounter_page
from tests.cast import full_arrival
from tests.conftest import SettableClock, client
from tests.integrations.kith.standards import standard
from tests.integrations.region import HORIZON, Region, open_region

GP = "gp-summary"
FLR_WSDL = standard("nhn", "flr", "nhn-fastlegeregisteret-read.wsdl")
AR_WSDL = standard("nhn", "ar", "nhn-adresseregisteret-sok.wsdl")
DOOR, REGISTERED, NEW, ENDED = 8090101, 8090202, 8090303, 8090404
INGRID = full_arrival()["national_id"]


def entry(her_id: int, name: str, **changes: Any) -> dict[str, Any]:
    office = {"parent_her_id": 8090001, "parent_name": "Nordvik legesenter", "hpr_number": 9144889}
    return {"her_id": her_id, "name": name} | office | changes


ENTRIES = [
    entry(DOOR, "Gro Fastlege"),
    entry(REGISTERED, "Rolf Liste"),
    entry(NEW, "Nina Ny"),
    entry(ENDED, "Egil Sluttet", valid=False),
]


@dataclass(slots=True)
class Addressed:
    """A region whose letters are addressed by the registers."""

    region: Region
    asking: Asking

    async def on_list(self, her_id: int | None, number: str = INGRID) -> None:
        """Whose list the patient is on from now on."""
        told = {"entries": ENTRIES, "lists": [{"national_id": number, "her_id": her_id}]}
        assert (await self.region.beyond.post("/sandbox/registers", json=told)).status_code == 204

    async def away(self, times: int = 99, place: str = "flr") -> None:
        """The register answers nothing."""
        await self.region.let_fail(place, {"status": 503, "times": times})

    async def back(self) -> None:
        """It behaves again."""
        await self.region.beyond.delete("/sandbox/faults")

    async def letters(self, encounter: str) -> list[tuple[str, str | None, int | None]]:
        """State, reason and receiver of each letter to the GP, oldest first."""
        rows = [row for row in await self.region.store.read(_rows, encounter) if row.channel == GP]
        return [(row.state, row.reason, row.receiver_her_id) for row in rows]

    async def on_page(self, encounter: str) -> Any:
        """The GP as the doctor sees it."""
        dag = self.region.cast.dag.actor
        return (await self.region.store.read(encounter_page, encounter, dag)).patient.gp


async def _rows(session: Any, encounter: str) -> Any:
    found = await session.execute(
        select(OutboxMessage)
        .where(OutboxMessage.encounter_id == encounter)
        .order_by(OutboxMessage.created_at, OutboxMessage.address_checked_at.is_not(None))
    )
    return found.scalars().all()


@asynccontextmanager
async def addressed(database_url: str, clock: SettableClock, folder: Path) -> AsyncIterator[Addressed]:
    async with AsyncExitStack() as stack:
        region = await stack.enter_async_context(open_region(database_url, clock, folder))
        beyond = str(region.beyond.base_url).rstrip("/")
        gps = await stack.enter_async_context(client(f"{beyond}/flr"))
        addresses = await stack.enter_async_context(client(f"{beyond}/ar"))
        lookup = Lookup(
            Fastlegeregisteret(Soap(gps, FLR_WSDL, service=flr.SERVICE, port=flr.PORT), clock),
            Adresseregisteret(Soap(addresses, AR_WSDL, service=ar.SERVICE, port=ar.PORT), clock),
        )
        settings = Settings(
            environment="test",
            flr_url=beyond,
            flr_wsdl=FLR_WSDL,
            ar_url=beyond,
            ar_wsdl=AR_WSDL,
        )
        region.store._reactions = reactions(settings)
        checks = {GP: AtSend(region.store, lookup)}
        region.dispatcher = Dispatcher(region.store, region.channels, horizon=HORIZON, checks=checks)
        yield Addressed(region, Asking(region.store, lookup))


@pytest.fixture
async def there(database_url: str, clock: SettableClock, tmp_path: Path) -> AsyncIterator[Addressed]:
    async with addressed(database_url, clock, tmp_path) as opened:
        yield opened


async def test_the_registers_gp_is_filled_in_and_the_letter_says_who_told(there: Addressed) -> None:
    await there.on_list(REGISTERED)
    encounter = await there.region.finish()
    before = await there.on_page(encounter)

    assert await there.asking.ask_due() == 1
    after = await there.on_page(encounter)
    await there.region.send()

    assert (before.name, before.source) == ("Gro Fastlege", "door")
    assert (after.name, after.source, after.as_of) == ("Rolf Liste", "register", there.region.clock())
    assert await there.letters(encounter) == [
        ("given-up", "readdressed", DOOR),
        ("sent", None, REGISTERED),
    ]
    sent = (await there.region.store.read(_rows, encounter))[-1]
    [arrived] = await there.region.received(GP)
    assert (arrived["attempts"], arrived["sha256"]) == (1, sent.sha256)
    assert (sent.address_source, sent.address_as_of) == ("register", there.region.clock())
    line = next(line for line in await there.region.balance() if line.channel == GP)
    assert (line.written, line.sent, line.for_a_person) == (1, 1, 0)


async def test_a_gp_changed_since_arrival_gets_the_letter_and_the_old_one_nothing(there: Addressed) -> None:
    await there.on_list(REGISTERED)
    encounter = await there.region.finish(general_practitioner=None)
    await there.asking.ask_due()
    await there.on_list(NEW)
    there.region.clock.advance(hours=1)

    await there.region.send()

    assert [row[2] for row in await there.letters(encounter)][-1] == NEW
    assert len(await there.region.received(GP)) == 1


OUTCOMES: tuple[tuple[str, int | None, dict[str, Any], tuple[str, str | None]], ...] = (
    ("no GP, and nobody named", None, {"general_practitioner": None}, ("given-up", "no-gp")),
    ("no GP, and one named at the door", None, {}, ("sent", None)),
    ("a GP whose address has ended", ENDED, {}, ("given-up", "gp-without-her-id")),
    ("a GP who is in no address register", 0, {}, ("given-up", "gp-without-her-id")),
    ("a GP with an entry nobody knows", 8099999, {}, ("given-up", "gp-without-her-id")),
    (
        "no Norwegian number, nobody named",
        None,
        {"national_id": None, "general_practitioner": None, "residence": "DE"},
        ("given-up", "no-norwegian-number"),
    ),
    ("no Norwegian number, a doctor named", None, {"national_id": None, "residence": "DE"}, ("sent", None)),
)


async def test_every_outcome_is_seen_and_nothing_is_dropped(there: Addressed) -> None:
    for number, (what, her_id, arrival, expected) in enumerate(OUTCOMES, start=1):
        born_with: str = full_arrival(number)["national_id"]
        await there.on_list(her_id, born_with)
        encounter = await there.region.finish(number, **arrival)
        await there.asking.ask_due()
        await there.region.send()

        *_, (state, reason, _her_id) = await there.letters(encounter)
        assert (state, reason) == expected, what
        shown = await there.region.shown(encounter, GP)
        assert (shown.state, shown.reason) == expected, what
    waiting = sum(line.for_a_person for line in await there.region.balance() if line.channel == GP)
    assert waiting == sum(expected[0] == "given-up" for *_, expected in OUTCOMES)


async def test_while_the_register_is_away_nobody_waits_and_the_letter_goes_to_whom_is_known(
    there: Addressed,
) -> None:
    await there.on_list(REGISTERED)
    await there.away()
    encounter = await there.region.finish()
    await there.asking.ask_due()
    shown = await there.on_page(encounter)
    assert (shown.name, shown.register_away) == ("Gro Fastlege", True)

    await there.region.send()
    assert await there.letters(encounter) == [("queued", "register-away", DOOR)]
    assert (await there.region.message(encounter, GP)).attempts == 0  # nothing has left

    await there.region.send(later=PATIENCE)
    assert await there.letters(encounter) == [("sent", None, DOOR)]

    await there.back()
    there.region.clock.advance(hours=1)
    assert await there.asking.ask_due() == 1
    assert (await there.on_page(encounter)).name == "Rolf Liste"
    await there.region.send(later=timedelta(hours=1))
    assert await there.letters(encounter) == [("sent", None, DOOR)]  # what has left is not readdressed


async def test_with_nobody_known_the_letter_waits_for_the_register_to_the_end(there: Addressed) -> None:
    await there.on_list(REGISTERED)
    await there.away()
    first = await there.region.finish(general_practitioner=None)

    await there.region.send(later=PATIENCE)
    assert await there.letters(first) == [("queued", "register-away", None)]
    await there.back()
    await there.region.send(later=timedelta(minutes=2))
    assert (await there.letters(first))[-1] == ("sent", None, REGISTERED)

    await there.away()
    second = await there.region.finish(2, general_practitioner=None)
    await there.region.send(later=HORIZON + timedelta(hours=1))
    assert await there.letters(second) == [("given-up", "register-away", None)]


async def test_after_a_lost_answer_the_same_bytes_go_to_the_same_gp_whoever_the_register_names_now(
    there: Addressed,
) -> None:
    await there.on_list(REGISTERED)
    encounter = await there.region.finish(general_practitioner=None)
    await there.region.let_fail("edi", {"lose_answer": True})
    await there.region.send()
    await there.on_list(NEW)

    await there.region.send(later=timedelta(hours=1))

    assert (await there.letters(encounter))[-1] == ("sent", None, REGISTERED)
    [arrived] = await there.region.received(GP)
    assert (arrived["attempts"], arrived["different_bodies"]) == (2, 0)


async def test_what_no_network_takes_is_delivered_by_a_person_and_that_stays_written(
    there: Addressed,
) -> None:
    region, kari = there.region, there.region.cast.kari.actor
    encounter = await region.finish(general_practitioner=None)
    await there.on_list(None)
    await region.send()
    message = (await region.message(encounter, GP)).id

    async def doing(way: str) -> None:
        await region.store.write(
            kari, deliver_by_hand, encounter, message, Doing.model_validate({"way": way})
        )

    await region.store.write(kari, _protect, encounter)
    with pytest.raises(PostNotPossible):
        await doing("post")
    await doing("printed")
    with pytest.raises(NotForAPerson):
        await doing("portal")

    shown = await region.shown(encounter, GP)
    assert (shown.state, shown.reason, shown.by_hand) == ("given-up", "no-gp", "printed")
    assert shown.by_hand_by == kari.name
    assert "message-by-hand" in await region.events(encounter)
    line = next(line for line in await region.balance() if line.channel == GP)
    assert (line.written, line.for_a_person, line.by_hand) == (1, 0, 1)


async def _protect(work: Work, encounter: str) -> None:
    row = await work.session.get_one(Encounter, encounter)
    (await work.session.get_one(Patient, row.patient_id)).protection = "fortrolig"
