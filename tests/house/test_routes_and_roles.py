"""Every address and every role: the right ones get in, the others are told no, strangers find nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import websockets
from starlette.routing import BaseRoute

from app.main import create_app
from core.settings import Settings
from tests.cast import DIAGNOSIS, OTHER_UNIT, PASSWORD, UNIT, arrival, assessment, finishing, note
from tests.conftest import Served
from tests.house.route_roles import CAST, OPEN, ROUTES

NOBODY_HAS = "00000000-0000-4000-8000-000000000000"
PAGES = {path for method, path in ROUTES if method == "GET" and not path.startswith(("/api", "/health"))}


@pytest.fixture
def engine() -> str:
    """Who may do what does not depend on the database."""
    return "sqlite"


@dataclass(frozen=True, slots=True)
class Request:
    """A request that would succeed if it were allowed."""

    method: str
    path: str
    body: Any = None
    if_match: str | None = None


@dataclass(frozen=True, slots=True)
class Ward:
    """A served ward where every request has a patient for whom it is possible."""

    served: Served

    async def patient(self, path: str) -> tuple[str, str, str]:
        """An encounter at the point where this address makes sense: id, ETag and a diagnosis."""
        dag = self.served.cast.dag.headers
        soon = (datetime.now(UTC) + timedelta(minutes=20)).isoformat()
        extra = {"expected_at": soon} if path.endswith("/arrive") else {}
        answer = await self._post(f"/api/units/{UNIT}/arrivals", arrival(**extra), dag)
        id, etag, diagnosis = answer.json()["id"], answer.headers["etag"], NOBODY_HAS
        if path.endswith(("/hand-over", "/draft", "/notes", "/diagnoses", "/{diagnosis}", "/finish")):
            etag = (await self._post(f"/api/encounters/{id}/take", {}, dag)).headers["etag"]
        if path.endswith(("/{diagnosis}", "/finish")):
            where = f"/api/encounters/{id}/diagnoses"
            answer = await self._post(where, DIAGNOSIS, {**dag, "If-Match": etag})
            etag, diagnosis = answer.headers["etag"], answer.json()["diagnosis_id"]
        return id, etag, diagnosis

    async def request(
        self, method: str, path: str, unit: str = UNIT, encounter: str | None = None
    ) -> Request:
        """What to send to this address."""
        etag, diagnosis = '"1"', NOBODY_HAS
        if "{encounter" in path and encounter is None:
            encounter, etag, diagnosis = await self.patient(path)
        filled = path.replace("{encounter}", encounter or "").replace("{encounter_id}", encounter or "")
        filled = filled.replace("{unit}", unit).replace("{scale}", "sats").replace("{topic}", "board")
        last = "displays/sign-in" if "displays" in path else path.rpartition("/")[2]
        body = self.bodies().get(last) if method in ("POST", "PUT") else None
        return Request(method, filled.replace("{diagnosis}", diagnosis), body, etag)

    def bodies(self) -> dict[str, Any]:
        """By the last part of the address."""
        question = {key: value for key, value in assessment().items() if key != "scale"}
        return {
            "sign-in": {"username": "nora", "password": PASSWORD},
            "displays/sign-in": {"token": self.served.cast.wall.token},
            "arrivals": arrival(),
            "assessments": assessment(),
            "evaluate": question,
            "place": {"place": "Rom 1"},
            "call": {},
            "take": {},
            "hand-over": {"to": self.served.cast.dina.actor.id},
            "draft": note(),
            "notes": note(),
            "diagnoses": DIAGNOSIS,
            "finish": finishing(note=note()),
        }

    async def ask(self, request: Request, who: str | None) -> tuple[int, str]:
        """Status and body; a websocket that is let in counts as 101."""
        headers = dict(self.served.cast.all()[who].headers) if who else {}
        if request.method == "WEBSOCKET":
            return await _connect(f"{self.served.ws}{request.path}", headers)
        if request.if_match and request.path.startswith("/api/encounters/"):
            headers["If-Match"] = request.if_match
        self.served.http.cookies.clear()
        answer = await self.served.http.request(
            request.method, request.path, json=request.body, headers=headers
        )
        return answer.status_code, answer.headers.get("location", "") or answer.text

    async def _post(self, path: str, body: Any, headers: dict[str, str]) -> httpx.Response:
        answer = await self.served.http.post(path, json=body, headers=headers)
        assert answer.is_success, f"{path}: {answer.text}"
        return answer


async def _connect(url: str, headers: dict[str, str]) -> tuple[int, str]:
    try:
        async with websockets.connect(url, additional_headers=headers, compression=None) as socket:
            return 101, str(await socket.recv())
    except websockets.InvalidStatus as refused:
        return refused.response.status_code, (refused.response.body or b"").decode()


@pytest.fixture
def ward(served: Served) -> Ward:
    """One served app for a whole table."""
    return Ward(served)


def _addresses(routes: Iterable[BaseRoute]) -> set[tuple[str, str]]:
    found = set()
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            found |= _addresses(inner.routes)
        elif hasattr(route, "path") and hasattr(route, "endpoint"):
            methods = getattr(route, "methods", None) or {"WEBSOCKET"}
            found |= {(method, route.path) for method in methods - {"HEAD"}}
    return found


def _told_to_sign_in(path: str, status: int, body: str) -> bool:
    if path in PAGES:
        return status == 303 and body.startswith(("/login", "/display"))
    return status == 401 and '"not-signed-in"' in body


async def test_every_role_gets_exactly_what_its_work_needs(ward: Ward) -> None:
    faults = []

    for (method, path), allowed in ROUTES.items():
        if path == "/api/sign-out":
            continue  # would end the token that the rest of the table is asked with
        request = await ward.request(method, path)
        for who in sorted(CAST, key=allowed.__contains__):  # those who are refused leave it as it was
            status, body = await ward.ask(request, who)
            if status >= 400 if who in allowed else status != 403:
                faults.append(f"{who} {method} {path}: {status} {body[:200]}")
            if who in allowed:
                request = await ward.request(method, path)

    assert not faults, "\n".join(faults)


async def test_who_has_not_said_who_they_are_is_asked_to(ward: Ward) -> None:
    faults = []

    for (method, path), allowed in ROUTES.items():
        status, body = await ward.ask(await ward.request(method, path), None)
        if "anybody" in allowed:
            wrong = status in (401, 403) or status >= 500
        else:
            wrong = not _told_to_sign_in(path, status, body)
        if wrong:
            faults.append(f"{method} {path}: {status} {body[:200]}")

    assert not faults, "\n".join(faults)


async def test_a_stranger_cannot_tell_our_patients_from_nobody(ward: Ward) -> None:
    faults = []

    for method, path in ROUTES:
        if "{encounter" not in path:
            continue
        ours = await ward.request(method, path)
        theirs = await ward.request(method, path, encounter=NOBODY_HAS)
        here = await ward.ask(ours, "stranger")
        nobody = await ward.ask(Request(ours.method, theirs.path, ours.body, ours.if_match), "stranger")
        same = here[1].replace(ours.path.split("/")[3 if "/api/" in path else 2], NOBODY_HAS)
        if here[0] != 404 or (here[0], same) != nobody:
            faults.append(f"{method} {path}: {here} is not {nobody}")

    assert not faults, "\n".join(faults)


async def test_a_stranger_cannot_tell_our_unit_from_none(ward: Ward) -> None:
    faults = []

    for (method, path), allowed in ROUTES.items():
        if "{unit}" not in path or "anybody" in allowed:
            continue
        here = await ward.ask(await ward.request(method, path), "stranger")
        nowhere = await ward.ask(await ward.request(method, path, unit="ingensteds"), "stranger")
        at_home = await ward.ask(await ward.request(method, path, unit=OTHER_UNIT), "stranger")
        if here[0] != 404 or (here[0], here[1].replace(UNIT, "ingensteds")) != nowhere:
            faults.append(f"{method} {path}: {here} is not {nowhere}")
        if at_home[0] >= 400:
            faults.append(f"{method} {path} at home: {at_home}")

    assert not faults, "\n".join(faults)


async def test_a_screen_on_the_wall_is_not_known_by_its_token_at_the_persons_door(ward: Ward) -> None:
    cast = ward.served.cast
    path = "/api/displays/sign-in"

    wall = await ward.ask(Request("POST", path, {"token": cast.wall.token}), None)
    person = await ward.ask(Request("POST", path, {"token": cast.nora.token}), None)

    assert wall[0] == 200
    assert person[0] == 401


async def test_signing_out_is_for_everybody_and_ends_only_ones_own(ward: Ward) -> None:
    statuses = {who: (await ward.ask(Request("POST", "/api/sign-out"), who))[0] for who in (*CAST, None)}

    assert set(statuses.values()) == {204}
    assert (await ward.ask(Request("GET", "/api/me"), "nora"))[0] == 401
    assert (await ward.ask(Request("GET", "/api/me"), "dina"))[0] == 200


def test_every_address_is_in_the_table(settings_for: Callable[..., Settings], database_url: str) -> None:
    app = create_app(settings_for(database_url))

    answered = _addresses(app.routes)
    documented = {
        (method.upper(), path) for path, methods in app.openapi()["paths"].items() for method in methods
    }

    assert documented <= answered, "the walk over the routes misses some: mend it before trusting the table"
    assert not answered - ROUTES.keys(), "say in route_roles.py who these are for"
    assert not ROUTES.keys() - answered, "these are gone: take them out of route_roles.py"
    assert {who for allowed in ROUTES.values() for who in allowed} == OPEN
