"""Signing in over HTTP on both databases: sessions, slowing, the second factor, and what it is told about."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.main import create_app
from core.access.sign_in.factors import make_codes
from core.access.sign_in.tables import Factor, RecoveryCode, SignInAttempts, SignInLogRow
from core.access.tables import Credential, Staff
from core.errors import Conflict
from core.settings import Settings
from core.store.work import Work
from tests.cast import PASSWORD, move_in, system
from tests.conftest import Served, SettableClock, serving

KEY = "en nøkkel som er lang nok til å brukes"


@pytest.fixture
async def door(
    database_url: str, settings_for: Callable[..., Settings], clock: SettableClock
) -> AsyncIterator[Served]:
    """A served ward whose clock stands still, and where authenticator apps can be used."""
    app = create_app(settings_for(database_url, factor_key=KEY), clock=clock)
    async with serving(app) as url:
        cast = await move_in(app.state.store)
        async with httpx.AsyncClient(base_url=url, trust_env=False) as http:
            yield Served(url, app.state.store, cast, http, app)


def browser(door: Served) -> httpx.AsyncClient:
    """A browser on another machine."""
    return httpx.AsyncClient(base_url=door.url, trust_env=False, headers={"User-Agent": "Annen maskin"})


async def sign_in(
    http: httpx.AsyncClient, password: str = PASSWORD, username: str = "nora"
) -> httpx.Response:
    return await http.post("/api/sign-in", json={"username": username, "password": password})


async def second(http: httpx.AsyncClient, step: str, code: str) -> httpx.Response:
    return await http.post("/api/sign-in/second", json={"step": step, "code": code})


async def with_app(door: Served) -> tuple[pyotp.TOTP, list[str]]:
    """Nora sets up an authenticator app, and is told her codes on paper."""
    await sign_in(door.http)
    begun = (await door.http.post("/api/me/authenticator/begin", json={"password": PASSWORD})).json()
    app = pyotp.TOTP(begun["secret"])
    wanted = {"step": begun["step"], "code": app.at(door.store.clock()), "name": "Telefonen"}
    added = await door.http.post("/api/me/authenticator", json=wanted)
    assert added.status_code == 201, added.text
    return app, added.json()["recovery_codes"]


async def lines(session: AsyncSession) -> list[tuple[str, str | None]]:
    found = await session.execute(select(SignInLogRow).order_by(SignInLogRow.at, SignInLogRow.id))
    return [(row.what, row.method) for row in found.scalars()]


async def test_ones_sign_ins_are_seen_and_ended_and_last_while_they_are_used(
    door: Served, clock: SettableClock
) -> None:
    await sign_in(door.http)
    async with browser(door) as elsewhere:
        await sign_in(elsewhere)
        listed = (await elsewhere.get("/api/me/sessions")).json()["sessions"]
        used = [each for each in listed if each["kind"] == "session"]
        assert [each["this_one"] for each in used] in ([True, False], [False, True])
        assert {each["device"] for each in used} >= {"Annen maskin"}
        assert all(door.http.cookies["legevakt"] not in str(each) for each in listed)

        other = next(each["id"] for each in used if not each["this_one"])
        assert (await elsewhere.post(f"/api/me/sessions/{other}/end")).json() == {"ended": 1}
        assert (await door.http.get("/api/me")).status_code == 401
        assert (await elsewhere.post(f"/api/me/sessions/{other}/end")).status_code == 404
        dags = (await door.http.get("/api/me/sessions", headers=door.cast.dag.headers)).json()["sessions"][0]
        assert (await elsewhere.post(f"/api/me/sessions/{dags['id']}/end")).status_code == 404

        for _ in range(3):  # use moves the end of an unused session on, four hours by the setting
            clock.advance(hours=3, minutes=50)
            assert (await elsewhere.get("/api/me")).status_code == 200
        clock.advance(minutes=31)  # twelve hours are the end all the same
        assert (await elsewhere.get("/api/me")).status_code == 401

        await sign_in(elsewhere)
        clock.advance(hours=4)
        assert (await elsewhere.get("/api/me")).status_code == 401


async def test_ending_all_others_and_leaving_the_job_end_every_session(door: Served) -> None:
    await sign_in(door.http)
    async with browser(door) as elsewhere:
        await sign_in(elsewhere)
        assert (await elsewhere.post("/api/me/sessions/end-others")).json()["ended"] == 2  # and Nora's token
        assert (await door.http.get("/api/me")).status_code == 401

        async def leave(work: Work) -> None:
            await work.session.execute(update(Staff).where(Staff.username == "nora").values(active=False))

        await door.store.write(system(), leave)
        assert (await elsewhere.get("/api/me")).status_code == 401
        assert (await sign_in(elsewhere)).status_code == 401


async def test_a_locked_screen_opens_nothing_until_its_person_is_back(door: Served) -> None:
    await sign_in(door.http)
    before = door.http.cookies["legevakt"]

    await door.http.post("/api/lock")
    locked = await door.http.get("/api/me")
    again = await sign_in(door.http)

    assert (locked.status_code, locked.json()["code"]) == (401, "session-locked")
    assert again.json()["id"] == door.cast.nora.actor.id
    assert (await door.http.get("/api/me")).status_code == 200
    old = await door.http.get("/api/me", headers={"Cookie": f"legevakt={before}"})
    assert old.json()["code"] == "not-signed-in"  # the session before ended with it


async def test_guessing_becomes_slow_and_the_doctor_at_the_own_machine_is_not_kept_out(
    door: Served, clock: SettableClock
) -> None:
    await sign_in(door.http)  # from here on this machine knows Nora
    async with browser(door) as guesser:
        answers = [(await sign_in(guesser, f"feil passord {n}")).status_code for n in range(7)]
        assert answers == [401] * 5 + [429] * 2  # the fifth wrong one begins the wait
        slowed = await sign_in(guesser)
        assert slowed.headers["Retry-After"] == str(slowed.json()["retry_after"]) == "1"
        assert (await sign_in(door.http)).status_code == 200, "she is at her own machine"

        waits = []
        for _ in range(9):
            clock.advance(seconds=int((await sign_in(guesser)).headers["Retry-After"]))
            assert (await sign_in(guesser, "feil passord igjen")).status_code == 401
            waits.append(int((await sign_in(guesser)).headers["Retry-After"]))
        assert waits == [2, 4, 8, 16, 32, 60, 60, 60, 60]

        clock.advance(seconds=60)
        assert (await sign_in(guesser)).status_code == 200, (
            "whoever has the right means waits a minute at most"
        )

    async def kept(session: AsyncSession) -> str:
        rows = (await session.execute(select(SignInAttempts))).scalars()
        return " ".join(row.name for row in rows)

    assert "nora" not in await door.store.read(kept)


async def test_an_app_is_asked_for_once_a_shift_at_each_machine_and_its_code_counts_once(
    door: Served, clock: SettableClock
) -> None:
    app, codes = await with_app(door)
    async with browser(door) as elsewhere:
        clock.advance(seconds=30)
        wanted = (await sign_in(elsewhere)).json()
        assert wanted["ways"] == ["totp", "recovery"]
        assert (await elsewhere.get("/api/me")).status_code == 401, "the password alone opens nothing"
        wrong = await second(elsewhere, wanted["step"], "000000")
        assert (wrong.status_code, wrong.json()["code"]) == (422, "code-wrong")
        assert (await second(elsewhere, wanted["step"], app.at(clock()))).status_code == 200
        assert (await second(elsewhere, wanted["step"], codes[0])).json()["code"] == "sign-in-step-expired"
        assert (await sign_in(elsewhere)).json()["name"] == "Nora Lie", "once a shift is enough here"

        async with browser(door) as third:
            step = (await sign_in(third)).json()["step"]
            replayed = await second(third, step, app.at(clock()))
            assert replayed.json()["code"] == "code-wrong", "that half minute's code was used"
            assert (await second(third, step, codes[0].upper().replace("-", " "))).status_code == 200
        async with browser(door) as fourth:
            step = (await sign_in(fourth)).json()["step"]
            assert (await second(fourth, step, codes[0])).json()["code"] == "code-wrong", "once each"

        clock.advance(hours=13)
        assert "step" in (await sign_in(elsewhere)).json(), "the next shift asks again"


async def test_a_wrong_second_factor_is_slowed_wherever_it_is_guessed_from(door: Served) -> None:
    await with_app(door)
    found = []
    for _ in range(7):
        async with browser(door) as guesser:
            step = (await sign_in(guesser)).json()["step"]
            found.append((await second(guesser, step, "123456")).status_code)

    assert found == [422] * 5 + [429] * 2


async def test_changing_how_one_signs_in_wants_the_password_and_is_logged(door: Served) -> None:
    await with_app(door)
    wrong = await door.http.post("/api/me/recovery-codes", json={"password": "ikke mitt passord"})
    assert (wrong.status_code, wrong.json()["code"]) == (403, "password-wrong")
    factor = (await door.http.get("/api/me/factors")).json()["factors"][0]
    dags = {"json": {"password": PASSWORD}, "headers": door.cast.dag.headers}
    assert (await door.http.post(f"/api/me/factors/{factor['id']}/remove", **dags)).status_code == 404
    left = await door.http.post(f"/api/me/factors/{factor['id']}/remove", json={"password": PASSWORD})
    assert left.json() == {"factors": [], "recovery_codes": 0}

    async def change(new: str) -> Any:
        body = {"password": PASSWORD, "new": new}
        return (await door.http.post("/api/me/password", json=body)).json()

    assert [(await change(new))["code"] for new in ("kort", "aaaaaaaaaaaaaa", "nora nora nora 1")] == [
        "password-too-short",
        "password-too-common",
        "password-too-common",
    ]
    assert (await change("et helt nytt passord"))["ended"] == 1  # the program that had her token
    assert (await sign_in(door.http)).status_code == 401
    assert (await sign_in(door.http, "et helt nytt passord")).status_code == 200

    written = await door.store.read(lines)
    assert {"factor-added", "factor-removed", "password-changed", "refused", "signed-in"} <= dict(
        written
    ).keys()


@pytest.mark.parametrize("change", ["UPDATE sign_in_log SET what = 'nothing'", "DELETE FROM sign_in_log"])
async def test_the_log_of_the_door_cannot_be_changed(door: Served, change: str) -> None:
    await sign_in(door.http)

    async def tamper(work: Work) -> None:
        await work.session.execute(text(change))

    with pytest.raises(Conflict):
        await door.store.write(system(), tamper)


async def test_an_older_password_hash_is_made_anew_and_no_secret_is_readable(door: Served) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)

    async def weaken(work: Work) -> None:
        await work.session.execute(update(Staff).where(Staff.username == "nora").values(password_hash=weak))

    await door.store.write(system(), weaken)
    app, codes = await with_app(door)

    async def stored(session: AsyncSession) -> tuple[str, str]:
        staff = (await session.execute(select(Staff).where(Staff.username == "nora"))).scalar_one()
        secrets = [row.secret for row in (await session.execute(select(Factor))).scalars()]
        hashes = [row.code_hash for row in (await session.execute(select(RecoveryCode))).scalars()]
        tokens = [row.token_hash for row in (await session.execute(select(Credential))).scalars()]
        return staff.password_hash, f"{secrets} {hashes} {tokens}"

    hashed, everything = await door.store.read(stored)
    assert hashed != weak
    kept_secret = [app.secret, codes[0], door.http.cookies["legevakt"]]
    assert not [each for each in kept_secret if each in everything]


async def test_where_a_second_factor_is_required_a_code_from_the_administrator_begins(
    database_url: str, settings_for: Callable[..., Settings]
) -> None:
    app = create_app(settings_for(database_url, second_factor="required", factor_key=KEY))
    async with serving(app) as url, httpx.AsyncClient(base_url=url, trust_env=False) as http:
        cast = await move_in(app.state.store)
        refused = await sign_in(http)
        assert (refused.status_code, refused.json()["code"]) == (403, "second-factor-missing")

        (code,) = await app.state.store.write(system(), make_codes, cast.nora.actor.id, 1)
        wanted = (await sign_in(http)).json()
        assert wanted["ways"] == ["recovery"]
        assert (await second(http, wanted["step"], code)).status_code == 200
