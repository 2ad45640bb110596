"""A ward, its HelseID on another socket, and browsers that go between the two."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc.jwk import ECKey
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.main import create_app
from app.sandbox.main import create_sandbox
from app.sandbox.national.helseid import HelseIdHouse
from app.sandbox.national.people import Citizen, PeopleHouse
from core.access.sign_in.tables import SignInLogRow
from core.clock import Clock
from core.ids import Role
from core.patients.need.staff_number import know_number
from core.settings import Settings
from tests.cast import OTHER_UNIT, hire, move_in, system
from tests.conftest import Served, client, serving

SITE, CLIENT = "http://legevakt.test", "nordvik-innlogging"
NORA_PID, BOTH_PID, OWN_PID = "21838506817", "13878844100", "15720255178"
NORA, DAG, LOW, UNKNOWN, BOTH = range(5)
CITIZENS = (
    Citizen("Nora", pid=NORA_PID),
    Citizen("Doktor Frida", pid="24857012166", hpr_number="009000001"),
    Citizen("Nora med MinID", pid=NORA_PID, level="3"),
    Citizen("Ukjent", pid="24857012166"),
    Citizen("Beate", pid=BOTH_PID),
    Citizen("Dag", pid=OWN_PID),
)
OLD, NEW = (ECKey.generate_key("P-256", {"kid": kid}, private=True) for kid in ("gammel", "ny"))


@dataclass(slots=True)
class Door:
    """The ward, and what HelseID is made to do."""

    served: Served
    helseid: PeopleHouse
    control: httpx.AsyncClient

    async def fault(self, **fault: Any) -> None:
        """HelseID's next answer."""
        await self.control.post("/sandbox/faults", json={"helseid": fault})

    def browser(self) -> Browser:
        """Somebody at a machine of the ward."""
        return Browser(client(self.served.url), self.control)

    async def log(self) -> list[tuple[str, str | None, str | None]]:
        """What happened at the door."""

        async def lines(session: AsyncSession) -> list[tuple[str, str | None, str | None]]:
            found = await session.execute(select(SignInLogRow))
            return [(row.what, row.method, row.detail) for row in found.scalars()]

        return await self.served.store.read(lines)


@dataclass(slots=True)
class Browser:
    """Goes where it is sent, as a browser does; HelseID is a click on one of its people."""

    http: httpx.AsyncClient
    helseid: httpx.AsyncClient

    async def get(self, path: str) -> httpx.Response:
        return await self.http.get(path, headers={"host": urlsplit(SITE).netloc})

    async def begin(self, next: str = "/") -> httpx.Response:
        return await self.get(f"/helseid/sign-in?next={next}")

    async def show(self, begun: httpx.Response, who: int | None) -> str:
        """In HelseID; answers the address it sends the browser back to."""
        assert begun.status_code == 303, begun.text
        page = await self.helseid.get(begun.headers["location"])
        assert page.status_code == 200, page.text
        request = parse_qs(urlsplit(begun.headers["location"]).query)["request_uri"][0]
        asked = {"request_uri": request, **({} if who is None else {"who": str(who)})}
        back = await self.helseid.get("/helseid/shown", params=asked)
        assert back.status_code == 303, back.text
        return str(back.headers["location"]).removeprefix(SITE)

    async def come_back(self, address: str) -> httpx.Response:
        """The page that goes on by itself, and where it goes."""
        page = await self.get(address)
        assert page.status_code == 200, page.text
        onward = unescape(page.text.split('content="0;url=')[1].split('"')[0])
        return await self.get(onward)

    async def sign_in(self, who: int | None, next: str = "/") -> httpx.Response:
        return await self.come_back(await self.show(await self.begin(next), who))

    async def me(self) -> str | None:
        """Who this browser is signed in as."""
        answer = await self.http.get("/api/me")
        return str(answer.json()["name"]) if answer.is_success else None


@asynccontextmanager
async def helseid_at_work(clock: Clock) -> AsyncIterator[tuple[PeopleHouse, httpx.AsyncClient]]:
    """HelseID on a socket of its own; it knows our old key."""
    house = HelseIdHouse("", {CLIENT: [OLD.as_dict(private=False)]}, lasts=600)
    people = PeopleHouse(house, CITIZENS, frozenset({f"{SITE}/helseid/callback"}))
    sandbox = create_sandbox(our_her_id=8090010, clock=clock, helseid=house, people=people)
    async with serving(sandbox) as url, client(url) as control:
        house.issuer = f"{url}/helseid"
        yield people, control


def settings_with(
    make: Callable[..., Settings], database_url: str, people: PeopleHouse, folder: Path, **changes: Any
) -> Settings:
    """A ward that lets people in by HelseID."""
    files = tuple(folder / f"{key.kid}.jwk" for key in (NEW, OLD))
    for file, key in zip(files, (NEW, OLD), strict=True):
        file.write_text(json.dumps(key.as_dict(private=True)), encoding="utf-8")
    wanted = {
        "helseid_url": people.house.issuer,
        "helseid_sign_in_client": CLIENT,
        "helseid_sign_in_keys": files[1:],
        "sign_in_url": SITE,
    }
    return make(database_url, **{**wanted, **changes})


@asynccontextmanager
async def ward_with_helseid(settings: Settings, clock: Clock) -> AsyncIterator[Served]:
    """Served; Nora and Dag have told who they are, Frida her HPR number, and Beate works at both units."""
    app = create_app(settings, clock=clock)
    async with serving(app) as url, client(url) as http:
        cast = await move_in(app.state.store)
        store = app.state.store
        await store.write(system("nordvik"), know_number, cast.nora.actor.id, NORA_PID, "test")
        await store.write(system("nordvik"), know_number, cast.dag.actor.id, OWN_PID, "test")
        for username, unit in (("beate", "nordvik"), ("beate-s", OTHER_UNIT)):
            beate = await store.write(system(unit), hire, username, "Beate To", Role.TRIAGE_NURSE, unit)
            await store.write(system(unit), know_number, beate.actor.id, BOTH_PID, "test")
        yield Served(url, store, cast, http, app)
