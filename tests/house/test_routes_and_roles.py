"""Every address and every role: the right ones get in, the others are told no, strangers find nothing."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import websockets
from starlette.routing import BaseRoute

from app.main import create_app
from core.access.pairing import NewDisplay, OpenedPairing, approve, open_pairing
from core.ids import new_id
from core.settings import Settings
from tests.cast import (
    DIAGNOSIS,
    OTHER_UNIT,
    PASSWORD,
    ROOMS,
    UNIT,
    Person,
    arrival,
    assessment,
    finishing,
    note,
)
from tests.conftest import Served
from tests.house import (
    access_cases,
    call_cases,
    clinical_cases,
    identity_cases,
    order_cases,
    record_cases,
    sign_in_cases,
)
from tests.house.route_roles import CAST, OPEN, ROUTES
from triage.commands.draft_triage import TriageDraftText, save_triage_draft

NOBODY_HAS = "00000000-0000-4000-8000-000000000000"
PAGES = {path for method, path in ROUTES if method == "GET" and not path.startswith(("/api", "/health"))}

_CASES = (
    order_cases,
    clinical_cases,
    record_cases,
    access_cases,
    call_cases,
    identity_cases,
    sign_in_cases,
)


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
    ticket: str | None = None


@dataclass(frozen=True, slots=True)
class Ward:
    """A served ward where every request has a patient for whom it is possible."""

    served: Served

    async def patient(self, path: str) -> tuple[str, str, str]:
        """An encounter at the point where this address makes sense: id, ETag and a diagnosis."""
        dag = self.served.cast.dag.headers
        soon = (datetime.now(UTC) + timedelta(minutes=20)).isoformat()
        extra = {"expected_at": soon} if path.endswith(("/arrive", "/expected")) else {}
        answer = await self._post(f"/api/units/{UNIT}/arrivals", arrival(**extra), dag)
        id, etag, diagnosis = answer.json()["id"], answer.headers["etag"], NOBODY_HAS
        if path.endswith("/take-alarm"):
            etag = await self._assessed(id, self.served.cast.dina, level="red", reason="Ser syk ut")
        if path.endswith("/take-over"):
            dina = self.served.cast.dina
            typed = TriageDraftText(history="Hoste")
            await self.served.store.write(dina.actor, save_triage_draft, id, typed, 0)
        if path.endswith("/confirm-level"):
            etag = await self._assessed(id, self.served.cast.dina, level="green", reason="Kjent fra før")
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
        for cases in _CASES:
            if cases.is_one(path):
                return self._of_case(method, path, unit, await cases.prepare(self.served, path, encounter))
        etag, diagnosis = '"1"', NOBODY_HAS
        if "{encounter" in path and encounter is None:
            encounter, etag, diagnosis = await self.patient(path)
        filled = path.replace("{encounter}", encounter or "").replace("{encounter_id}", encounter or "")
        filled = filled.replace("{unit}", unit).replace("{scale}", "sats").replace("{topic}", "board")
        ticket = await self.ticket() if path.startswith("/q") else None
        filled = filled.replace("{secret}", ticket or "").replace(
            "{task}", await self.task() if "{task}" in path else ""
        )
        filled = filled.replace("{display}", await self.display() if "{display}" in path else "")
        last = "/".join(path.split("/")[-2:]) if "displays" in path else path.rpartition("/")[2]
        body = self.bodies().get(last) if method in ("POST", "PUT") else None
        if (method, last) == ("POST", "{unit}/displays"):
            body = {"code": (await self.pairing()).code, "name": new_id()}
        if last == "pairings/claim":
            body = {"secret": (await self.pairing()).secret}
        return Request(method, filled.replace("{diagnosis}", diagnosis), body, etag, ticket)

    def _of_case(self, method: str, path: str, unit: str, case: identity_cases.Case) -> Request:
        filled = path.replace("{encounter}", case.encounter).replace("{encounter_id}", case.encounter)
        filled = filled.replace("{unit}", unit)
        for name, id in case.ids.items():
            filled = filled.replace(name, id)
        return Request(method, filled, case.body if method in ("POST", "PUT") else None, case.etag)

    async def _assessed(self, id: str, who: Person, **changes: Any) -> str:
        answer = await self.served.http.post(
            f"/api/encounters/{id}/assessments", json=assessment(**changes), headers=who.headers
        )
        assert answer.is_success, answer.text
        return str(answer.headers["etag"])

    async def task(self) -> str:
        """The id of a task: somebody urgent has left without being seen."""
        id, _, _ = await self.patient("")
        dag = self.served.cast.dag
        etag = await self._assessed(id, dag)
        await self._post(f"/api/encounters/{id}/left", {}, {**dag.headers, "If-Match": etag})
        seen = await self.served.http.get(f"/api/units/{UNIT}/overview", headers=dag.headers)
        return str(seen.json()["tasks"][-1]["id"])

    async def ticket(self) -> str:
        """The secret of a ticket that is out."""
        id, _, _ = await self.patient("")
        new = {"secret": secrets.token_urlsafe(24)}
        await self._post(f"/api/encounters/{id}/ticket", new, self.served.cast.nora.headers)
        return new["secret"]

    async def pairing(self) -> OpenedPairing:
        """A screen that shows its code."""
        return await self.served.store.write(self.served.cast.admin.actor, open_pairing)

    async def display(self) -> str:
        """The id of a screen that hangs at Nordvik."""
        new = NewDisplay(code=(await self.pairing()).code, name=new_id())
        return (await self.served.store.write(self.served.cast.kari.actor, approve, new)).id

    def bodies(self) -> dict[str, Any]:
        """By the last part of the address."""
        question = {key: value for key, value in assessment().items() if key != "scale"}
        return {
            "sign-in": {"username": "nora", "password": PASSWORD},
            "displays/sign-in": {"token": self.served.cast.wall.token},
            "displays/{display}": {
                "name": new_id(),
                "kind": "wall",
                "names": "number",
                "zone": None,
                "theme": "light",
                "chime": True,
            },
            "arrivals": arrival(),
            "expected": {"expected_at": (datetime.now(UTC) + timedelta(minutes=40)).isoformat()},
            "assessments": assessment(),
            "evaluate": question,
            "place": {"place": "Rom 1"},
            "attempts": {"result": "no-answer"},
            "call": {},
            "ticket": {"secret": secrets.token_urlsafe(24)},
            "take": {},
            "settings": {"rooms": ROOMS},
            "hand-over": {"to": self.served.cast.dina.actor.id},
            "draft": note(),
            "triage-draft": {"history": "Hoste"},
            "take-over": {"author": self.served.cast.dina.actor.id},
            "notes": note(),
            "diagnoses": DIAGNOSIS,
            "finish": finishing(note=note()),
        }

    async def ask(self, request: Request, who: str | None) -> tuple[int, str]:
        """Status and body; a websocket that is let in counts as 101."""
        headers = dict(self.served.cast.all()[who].headers) if who else {}
        if request.method == "WEBSOCKET":
            return await _connect(f"{self.served.ws}{request.path}", headers)
        if request.if_match and request.path.startswith(("/api/encounters/", "/api/units/", "/api/calls/")):
            headers["If-Match"] = request.if_match
        if request.ticket:
            headers["X-Ticket"] = request.ticket
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
        return status == 303 and body.startswith(("/login", "/pair"))
    return status == 401 and '"not-signed-in"' in body


def _wrong(path: str, status: int) -> bool:
    return status >= 400 and not (path in sign_in_cases.THEIR_OWN and status in (404, 409))


async def test_every_role_gets_exactly_what_its_work_needs(ward: Ward) -> None:
    faults = []

    for (method, path), allowed in ROUTES.items():
        if path == "/api/sign-out":
            continue  # would end the token that the rest of the table is asked with
        request = await ward.request(method, path)
        for who in sorted(CAST, key=allowed.__contains__):  # those who are refused leave it as it was
            status, body = await ward.ask(request, who)
            if _wrong(path, status) if who in allowed else status != 403:
                faults.append(f"{who} {method} {path}: {status} {body[:200]}")
            if who in allowed and method not in ("GET", "WEBSOCKET"):
                request = await ward.request(method, path)  # it is done: the next needs another patient

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
        if at_home[0] >= 400 if "dag" in allowed else at_home[0] != 403:  # a doctor, like our own
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
