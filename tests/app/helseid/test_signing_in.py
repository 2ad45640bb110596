"""Signing in with HelseID over real sockets, on both databases: who comes in, what others are told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.main import create_app
from core.access.sign_in.arrive import Place
from core.access.sign_in.helseid import count_begun
from core.access.sign_in.tables import HelseIdSession, SignInStep
from core.access.tables import Credential, Staff
from core.http.door import DOOR
from core.settings import Settings
from core.store.work import Work
from tests.app.helseid.at_the_door import (
    BOTH,
    CLIENT,
    DAG,
    LOW,
    NEW,
    NORA,
    NORA_PID,
    OLD,
    SITE,
    UNKNOWN,
    Door,
    helseid_at_work,
    settings_with,
    ward_with_helseid,
)
from tests.cast import PASSWORD, system
from tests.conftest import SettableClock, client, serving


@pytest.fixture
async def door(
    database_url: str, settings_for: Callable[..., Settings], clock: SettableClock, tmp_path: Path
) -> AsyncIterator[Door]:
    """Both sides, and a clock that stands still for both."""
    async with helseid_at_work(clock) as (people, control):
        settings = settings_with(settings_for, database_url, people, tmp_path)
        async with ward_with_helseid(settings, clock) as served:
            yield Door(served, people, control)


async def test_who_helseid_knows_comes_in_as_by_password_and_goes_out_of_both(door: Door) -> None:
    here = door.browser()
    await here.http.post("/api/sign-in", json={"username": "dag", "password": PASSWORD})
    before = here.http.cookies["legevakt"]

    answer = await here.sign_in(NORA, "/units/nordvik")

    assert (answer.status_code, answer.headers["location"]) == (303, "/units/nordvik")
    assert await here.me() == "Nora Lie"
    assert ("signed-in", "helseid", None) in await door.log()
    async with httpx.AsyncClient(base_url=door.served.url, trust_env=False) as old:
        asked = await old.get("/api/me", headers={"Authorization": f"Bearer {before}"})
        assert asked.status_code == 401, "the session before at this browser has ended"

    out = await here.http.post("/api/sign-out")

    assert out.status_code == 200
    assert await here.me() is None
    gone = await door.control.get(out.json()["go_on"])
    assert (gone.status_code, gone.headers["location"]) == (303, f"{SITE}/login")
    assert (await here.http.post("/api/sign-out")).status_code == 204


@pytest.mark.parametrize(
    ("who", "status", "code"),
    [
        (UNKNOWN, 403, "helseid-unknown"),
        (LOW, 403, "helseid-level-too-low"),
        (BOTH, 409, "helseid-several"),
        (None, 409, "helseid-given-up"),
    ],
)
async def test_whoever_cannot_come_in_reads_why_and_the_password_is_open(
    door: Door, who: int | None, status: int, code: str
) -> None:
    here = door.browser()

    answer = await here.sign_in(who)

    assert answer.status_code == status
    assert door.served.app.state.words(code, "nb") in answer.text
    assert 'name="password"' in answer.text
    assert await here.me() is None
    assert await door.log() == [("refused", "helseid", code)]


async def test_a_doctor_is_known_by_hpr_number_unless_the_identity_number_is_anothers(door: Door) -> None:
    async def number(work: Work, username: str, hpr: str) -> None:
        await work.session.execute(update(Staff).where(Staff.username == username).values(hpr_number=hpr))

    await door.served.store.write(system(), number, "fremmed", "9000001")
    first = door.browser()
    await first.sign_in(DAG)
    assert await first.me() == "Frida Fremmed"

    await door.served.store.write(system(), number, "fremmed", "9000002")
    await door.served.store.write(system(), number, "nora", "9000001")  # whose identity number is another
    second = door.browser()
    assert (await second.sign_in(DAG)).status_code == 403
    assert await second.me() is None


async def test_somebody_of_two_units_is_at_the_one_whose_machine_it_is(door: Door) -> None:
    here = door.browser()
    await here.http.post("/api/sign-in", json={"username": "fremmed", "password": PASSWORD})

    await here.sign_in(BOTH)

    assert (await here.http.get("/api/me")).json()["unit"] == "sorvik"


async def test_who_has_left_the_job_is_unknown(door: Door) -> None:
    async def leave(work: Work) -> None:
        await work.session.execute(update(Staff).where(Staff.username == "nora").values(active=False))

    await door.served.store.write(system(), leave)

    assert (await door.browser().sign_in(NORA)).status_code == 403


async def test_what_was_begun_is_this_browsers_and_is_used_once(door: Door) -> None:
    here, thief = door.browser(), door.browser()
    back = await here.show(await here.begin(), NORA)

    stolen = await thief.come_back(back)
    assert (stolen.status_code, await thief.me()) == (409, None)

    assert (await here.come_back(back)).status_code == 303
    again = door.browser()
    again.http.cookies.update(here.http.cookies)
    assert (await again.come_back(back)).status_code == 409

    late = door.browser()
    back = await late.show(await late.begin(), NORA)
    door.served.store.clock.advance(minutes=6)  # type: ignore[attr-defined]
    assert (await late.come_back(back)).status_code == 409


async def test_a_stolen_database_tells_neither_who_came_nor_how_to_go_on(door: Door) -> None:
    here = door.browser()
    await here.sign_in(NORA)
    await here.begin()

    async def kept(session: AsyncSession) -> list[str]:
        steps = (await session.execute(select(SignInStep))).scalars()
        sessions = (await session.execute(select(HelseIdSession))).scalars()
        return [*(str(step.facts) for step in steps), *(each.id_token for each in sessions)]

    texts = await door.served.store.read(kept)
    assert len(texts) == 2
    assert not [text for text in texts if NORA_PID in text or "eyJ" in text or "verifier" in text]


@pytest.mark.parametrize("fault", [{"status": 503}, {"status": 404}, {"lose": True}])
async def test_without_helseid_the_ward_opens_by_password(door: Door, fault: dict[str, int]) -> None:
    here = door.browser()
    if "lose" in fault:
        door.helseid.house.issuer += "/elsewhere"  # a proxy's page instead of metadata
    else:
        await door.fault(**fault, times=10)

    answer = await here.begin()

    assert answer.status_code in (503, 403)
    assert "HelseID" in answer.text
    assert (await here.http.post("/api/sign-in", json={"username": "nora", "password": PASSWORD})).is_success


async def test_helseid_gone_between_there_and_back_is_told_and_nobody_is_in(door: Door) -> None:
    here = door.browser()
    back = await here.show(await here.begin(), NORA)
    await door.fault(status=500, times=1)

    assert (await here.come_back(back)).status_code == 503
    assert await here.me() is None
    assert (await here.sign_in(NORA)).status_code == 303


async def test_new_keys_on_either_side_stop_nobody(
    database_url: str, settings_for: Callable[..., Settings], clock: SettableClock, tmp_path: Path
) -> None:
    async with helseid_at_work(clock) as (people, control):
        settings = settings_with(settings_for, database_url, people, tmp_path)
        both = settings.model_copy(
            update={"helseid_sign_in_keys": (tmp_path / "ny.jwk", tmp_path / "gammel.jwk")}
        )
        async with ward_with_helseid(both, clock) as served:
            door = Door(served, people, control)
            assert (await door.browser().sign_in(NORA)).status_code == 303  # with the old one

            people.house.set_keys(CLIENT, [NEW.as_dict(private=False)])
            people.change_key()
            clock.advance(minutes=2)
            assert (await door.browser().sign_in(NORA)).status_code == 303

            people.house.set_keys(CLIENT, [])
            assert (await door.browser().begin()).status_code == 403
            people.house.set_keys(CLIENT, [OLD.as_dict(private=False)])


async def test_what_one_process_began_another_finishes(
    database_url: str, settings_for: Callable[..., Settings], clock: SettableClock, tmp_path: Path
) -> None:
    if database_url.startswith("sqlite"):
        return  # one file, one process
    async with helseid_at_work(clock) as (people, control):
        settings = settings_with(settings_for, database_url, people, tmp_path)
        async with ward_with_helseid(settings, clock) as served:
            from_here = Door(served, people, control).browser()
            back = await from_here.show(await from_here.begin(), NORA)
            async with serving(create_app(settings, clock=clock)) as other, client(other) as http:
                http.cookies.update(from_here.http.cookies)
                there = Door(served, people, control).browser()
                there.http = http
                assert (await there.come_back(back)).status_code == 303
                assert await there.me() == "Nora Lie"


async def test_whoever_begins_again_and_again_is_slowed_and_the_password_is_not(door: Door) -> None:
    here = door.browser()
    place = Place(address="127.0.0.1", device="", machine=None, leaving=None)
    for _ in range(59):
        await door.served.store.write(DOOR, count_begun, place)

    assert (await here.begin()).status_code == 303
    assert (await here.begin()).status_code == 429
    assert (await here.http.post("/api/sign-in", json={"username": "nora", "password": PASSWORD})).is_success


async def test_only_a_session_that_began_in_helseid_ends_there(door: Door) -> None:
    here = door.browser()
    await here.http.post("/api/sign-in", json={"username": "nora", "password": PASSWORD})

    assert (await here.http.post("/api/sign-out")).status_code == 204

    async def rows(session: AsyncSession) -> int:
        return len((await session.execute(select(Credential).where(Credential.method == "helseid"))).all())

    assert await door.served.store.read(rows) == 0


async def test_another_address_of_ours_leads_to_the_registered_one_and_next_stays_ours(door: Door) -> None:
    elsewhere = await door.served.http.get("/helseid/sign-in?next=/units/nordvik")
    assert elsewhere.headers["location"] == f"{SITE}/helseid/sign-in?next=%2Funits%2Fnordvik"

    answer = await door.browser().sign_in(NORA, "https://evil.test/")
    assert answer.headers["location"] == "/"
