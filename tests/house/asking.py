"""Requests that would succeed if they were allowed, one for every address, and how they are asked."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import websockets

from core.access.pairing import NewDisplay, OpenedPairing, approve, open_pairing
from core.ids import new_id
from tests.cast import (
    DIAGNOSIS,
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
    code_cases,
    dialogue_cases,
    draft_cases,
    finish_cases,
    handing_cases,
    identity_cases,
    order_cases,
    record_cases,
    sign_in_cases,
    vitals_cases,
)
from tests.house.route_roles import CAST, ROUTES
from triage.commands.draft_triage import TriageDraftText, save_triage_draft

Route = tuple[str, str]
NOBODY_HAS = "00000000-0000-4000-8000-000000000000"
PARTS = {"/units/{unit}/asked"}
"""Parts of pages, fetched by the page's own script: it is told, and asks for the sign-in where it stands."""

PAGES = {
    path
    for method, path in ROUTES
    if method == "GET" and not path.startswith(("/api", "/health")) and path not in PARTS
}

_CASES = (
    dialogue_cases,
    draft_cases,
    finish_cases,
    handing_cases,
    vitals_cases,
    order_cases,
    clinical_cases,
    code_cases,
    record_cases,
    access_cases,
    call_cases,
    identity_cases,
    sign_in_cases,
)


@dataclass(frozen=True, slots=True)
class Request:
    """A request that would succeed if it were allowed."""

    method: str
    path: str
    body: Any = None
    if_match: str | None = None
    ticket: str | None = None
    cookies: Mapping[str, str] = field(default_factory=dict)


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
        self,
        method: str,
        path: str,
        unit: str = UNIT,
        encounter: str | None = None,
        *,
        who: str | None = None,
    ) -> Request:
        """What to send to this address. `who` asks matters where it is about what is their own."""
        if path in sign_in_cases.OWN:
            own = await sign_in_cases.prepare_own(self.served, path, self.served.cast.all()[who or "nora"])
            return self._of_case(method, path, unit, own)
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
        body = case.body if method in ("POST", "PUT", "PATCH") else None
        return Request(method, filled, body, case.etag, cookies=case.cookies)

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
        return next(str(each["id"]) for each in seen.json()["tasks"] if each["encounter"] == id)

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
        if request.if_match and request.path.startswith(
            ("/api/encounters/", "/api/units/", "/api/dialogue/", "/api/calls/", "/api/writing-aids/")
        ):
            headers["If-Match"] = request.if_match
        if request.ticket:
            headers["X-Ticket"] = request.ticket
        self.served.http.cookies.clear()
        self.served.http.cookies.update(dict(request.cookies))
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


async def every_role_gets_exactly_what_its_work_needs(ward: Ward, routes: Iterable[Route]) -> None:
    """The cells of these rows, one by one."""
    faults = []

    for method, path in routes:
        allowed = ROUTES[method, path]
        request = await ward.request(method, path)
        for who in sorted(CAST, key=allowed.__contains__):  # those who are refused leave it as it was
            if who in allowed and path in sign_in_cases.OWN:
                request = await ward.request(method, path, who=who)
            status, body = await ward.ask(request, who)
            if status >= 400 if who in allowed else status != 403:
                faults.append(f"{who} {method} {path}: {status} {body[:200]}")
            if who in allowed and method not in ("GET", "WEBSOCKET"):
                request = await ward.request(method, path)  # it is done: the next needs another patient

    assert not faults, "\n".join(faults)
