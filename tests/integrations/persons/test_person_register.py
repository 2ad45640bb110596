"""The person register: asked in the background, shown beside what is written, taken over with one press."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncSession

from app.sandbox.main import create_sandbox
from app.sandbox.national.persons import Citizen, Persons
from core.patients.identity.identify import Identification, identify
from core.patients.identity.page import IdentityPage, identity_page
from core.patients.open_record import open_record
from core.patients.tables import Encounter, Patient
from core.settings import Settings
from integrations.persons import read
from integrations.persons.channel import PARTS
from integrations.registers.port import RegisterAway
from journal.queries.clinical.person import PageRegistered, registered_person
from tests.cast import HER_ID, UNIT, arrival, full_arrival
from tests.conftest import SettableClock, serving
from tests.integrations.clinical.asking import AskingWard, asking
from triage.commands.check_in import Arrival, check_in

NUMBER = full_arrival()["national_id"]
MOTHER = "13116900216"
INGRID = {"given": "Ingrid", "family": "Nilsen", "born": "1952-04-11", "gender": "Female"}
CONTRACT: dict[str, Any] = json.loads(Path(__file__).with_name("contract.json").read_text("utf-8"))


class Ward(AskingWard):
    """A ward that asks the person register."""

    async def tell(self, number: str = NUMBER, **known: Any) -> None:
        """What the register knows of somebody from now on."""
        told = {"people": {number: INGRID | known}}
        answer = await self.beyond.post("/sandbox/persons", json=told)
        assert answer.status_code == 204, answer.text

    async def told(self, encounter: str) -> PageRegistered:
        """What the page of identity has from the register."""

        async def of(session: AsyncSession) -> PageRegistered | None:
            here = await session.get_one(Encounter, encounter)
            return await registered_person(session, await session.get_one(Patient, here.patient_id))

        found = await self.store.read(of)
        assert found is not None
        return found

    async def identity(self, encounter: str) -> IdentityPage:
        """Who the ward says it is."""
        return await open_record(self.store, identity_page, encounter, self.cast.nora.actor, what="identity")


@pytest.fixture
async def ward(database_url: str, clock: SettableClock) -> AsyncIterator[Ward]:
    async with AsyncExitStack() as stack:
        sandbox = create_sandbox(our_her_id=HER_ID, clock=clock, token="a-token")
        url = await stack.enter_async_context(serving(sandbox))
        settings = Settings(
            environment="test", person_url=f"{url}/person/", clinical_token=SecretStr("a-token")
        )
        yield await stack.enter_async_context(asking(Ward, url, settings, database_url, clock))


async def test_what_the_register_has_otherwise_is_proposed_and_nothing_is_written(ward: Ward) -> None:
    await ward.tell(family="Nilsen Berg", street="Fjellveien", house="7")
    encounter = await ward.come()
    before = await ward.identity(encounter)
    assert (await ward.told(encounter)).looked_up.answered_at is None

    await ward.ask()

    told = await ward.told(encounter)
    says = {each.field: each.register_says for each in told.differs}
    assert says["family"] == "Nilsen Berg"
    assert says["address"] == "Fjellveien 7, 0155 OSLO"
    assert told.looked_up.answered_at == ward.clock.now
    after = await ward.identity(encounter)
    assert (after.person, after.history, after.version) == (before.person, before.history, before.version)

    taken = Identification.model_validate({**says, "reason": "Hentet fra Folkeregisteret"})
    await ward.store.write(
        ward.cast.nora.actor, identify, encounter, taken, after.version, environment="test"
    )

    assert (await ward.told(encounter)).differs == ()
    assert (await ward.identity(encounter)).person.family == "Nilsen Berg"


@pytest.mark.parametrize(
    ("level", "word"), [("Confidential", "fortrolig"), ("StrictlyConfidential", "strengtFortrolig")]
)
async def test_a_protected_address_is_protected_at_once_and_never_fetched(
    ward: Ward, level: str, word: str
) -> None:
    await ward.tell(protection=level, street="Hemmeligveien")
    encounter = await ward.come()

    await ward.ask()

    page = await ward.identity(encounter)
    assert page.person.protection == word
    assert (page.history[0].reason, page.history[0].role) == ("Folkeregisteret", "system")
    assert "Hemmeligveien" not in (await ward.told(encounter)).model_dump_json()

    async def kept(session: AsyncSession) -> str:
        found = await session.connection()
        return str((await found.exec_driver_sql("SELECT answer FROM clinical_lookup")).scalar_one())

    assert "Hemmeligveien" not in await ward.store.read(kept)


async def test_what_a_person_has_protected_is_not_opened_by_the_register(ward: Ward) -> None:
    await ward.tell()
    encounter = await ward.come()
    version = (await ward.identity(encounter)).version
    given = Identification.model_validate({"protection": "strengtFortrolig", "reason": "Sier det selv"})
    await ward.store.write(ward.cast.nora.actor, identify, encounter, given, version, environment="test")

    await ward.ask()

    assert (await ward.identity(encounter)).person.protection == "strengtFortrolig"
    told = await ward.told(encounter)
    assert told.less_protected
    assert "address" not in [each.field for each in told.differs]


async def test_dead_replaced_and_false_are_told(ward: Ward) -> None:
    await ward.tell(status="Deceased", died="2026-11-01", replaced_by="01925212345", false_identity=True)
    encounter = await ward.come()

    await ward.ask()

    told = await ward.told(encounter)
    assert (told.status, str(told.dead_on), told.false_identity) == ("Deceased", "2026-11-01", True)
    assert told.number_now is not None
    assert "12345" not in told.number_now


async def test_a_childs_parents_and_guardian_are_named(ward: Ward) -> None:
    born = (ward.clock.now - timedelta(days=4 * 365)).date()
    await ward.tell(
        born=born.isoformat(), parents=[[MOTHER, "Mother"], ["01010112345", "Father"]], guardian="Vera Verge"
    )
    await ward.tell(MOTHER, given="Mona", family="Mor")
    encounter = await ward.come()

    await ward.ask()

    told = await ward.told(encounter)
    assert [(each.role, each.name) for each in told.responsible] == [
        ("Mother", "Mona Mor"),
        ("Father", None),  # the register hands out no such person
        ("Guardian", "Vera Verge"),
    ]


async def test_a_register_that_is_away_keeps_nobody_and_is_asked_again_by_itself(ward: Ward) -> None:
    await ward.tell()
    faults = {"person": [{"times": 1, "status": 503}]}
    assert (await ward.beyond.post("/sandbox/faults", json=faults)).status_code == 204
    encounter = await ward.come()

    await ward.ask()
    away = await ward.told(encounter)
    await ward.ask(later=timedelta(minutes=10))

    assert (away.looked_up.away, away.looked_up.answered_at) == (True, None)
    assert not (await ward.told(encounter)).looked_up.away


async def test_an_answer_about_somebody_else_is_no_answer(ward: Ward) -> None:
    await ward.tell(somebody_else=MOTHER, protection="StrictlyConfidential")
    encounter = await ward.come()

    await ward.ask()

    assert (await ward.told(encounter)).looked_up.away
    assert (await ward.identity(encounter)).person.protection == "ugradert"


async def test_a_number_nobody_has_and_a_patient_without_one(ward: Ward) -> None:
    known = await ward.come()
    unknown = Arrival.model_validate(arrival(called="Ukjent mann"))
    nobody = (await ward.store.write(ward.cast.nora.actor, check_in, unknown, UNIT, "test")).id

    await ward.ask()

    assert (await ward.told(known)).looked_up.outcome == "nothing"
    assert not (await ward.told(nobody)).looked_up.asked


@pytest.mark.parametrize(
    "body",
    [
        {"norwegianIdentificationNumber": None},
        {"norwegianIdentificationNumber": [{"identificationNumber": NUMBER}], "name": "Ingrid"},
        {
            "norwegianIdentificationNumber": [{"identificationNumber": NUMBER}],
            "addressProtection": [{"protectionLevel": "Secret"}],
        },
    ],
    ids=["nobody", "not as promised", "a level we do not know"],
)
def test_what_cannot_be_read_is_no_answer(body: dict[str, Any]) -> None:
    with pytest.raises(RegisterAway, match="unexpected-answer"):
        read.person(body, NUMBER)


def test_the_sandbox_speaks_as_the_published_client_has_it() -> None:
    whole = Citizen.model_validate(
        INGRID
        | {"died": "2026-11-01", "false_identity": True, "guardian": "Vera Verge"}
        | {"parents": [[MOTHER, "Mother"]], "earlier_numbers": ["41125212345"]}
    )
    replaced = whole.model_copy(update={"replaced_by": MOTHER})

    for each in (whole, replaced):
        answer = Persons({NUMBER: each}).answer(NUMBER, PARTS)
        assert _strange("Person", answer) == []
    assert set(PARTS) <= set(CONTRACT["lists"]["InformationPart"])


def _strange(kind: str, value: Any) -> list[str]:
    """Fields and words that the contract does not know."""
    if value is None:
        return []
    if kind.startswith("*"):
        return [found for each in value for found in _strange(kind[1:], each)]
    if kind in CONTRACT["lists"]:
        return [] if value in CONTRACT["lists"][kind] else [f"{kind}: {value}"]
    fields = CONTRACT["types"].get(kind)
    if fields is None:
        return []
    unknown = [f"{kind}.{name}" for name in value if name not in fields]
    return unknown + [
        found for name in value if name in fields for found in _strange(fields[name], value[name])
    ]
