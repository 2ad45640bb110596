"""Every route that writes, with what a ward would send it; and what nobody should send it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.tables import METADATA
from core.access.pairing import OpenedPairing, open_pairing
from tests.cast import DIAGNOSIS, PASSWORD, UNIT, assessment, finishing, full_arrival, note
from tests.conftest import Served

at_the_edge = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
"""For what is refused before a database is asked: there it makes no difference which one stands behind."""

# An opening is logged also when the answer is a refusal further in; a sign-in or a try leaves its own row.
NOT_COUNTED = {"access_log", "credential", "machine", "machine_person", "sign_in_log", "sign_in_attempts"}


@dataclass(frozen=True, slots=True)
class Write:
    """One route that changes something: who does it, where, with which body."""

    name: str
    by: str
    path: str
    body: Any = None
    method: str = "POST"
    versioned: bool = False  # refuses to guess which version the change was made from
    optional: bool = False  # works without a body too
    status: int = 200

    @property
    def takes_body(self) -> bool:
        """Whether there is a body to get wrong."""
        return self.body is not None


@dataclass(frozen=True, slots=True)
class Scene:
    """A ward with one patient on the way, one waiting and one with doctor Dag."""

    served: Served
    expected: str
    waiting: str
    with_doctor: str
    diagnosis: str
    pairing: OpenedPairing

    def writes(self) -> tuple[Write, ...]:
        """All of them, in an order in which each one is possible."""
        waiting, here = f"/api/encounters/{self.waiting}", f"/api/encounters/{self.with_doctor}"
        here_diagnosis = f"{here}/diagnoses/{self.diagnosis}"
        now = datetime.now(UTC).isoformat()
        dina = self.served.cast.dina.actor.id
        draft = {**note(), **finishing(medication_changes="Ingen")}
        signed = finishing(medication_changes="Ingen", note=note())
        came = full_arrival(2, arrived_at=now, flags=["fall"], arrival_mode="ambulance")
        judged = assessment(level="orange", reason="Klinisk blikk", assessed_at=now, height_cm=170)
        question = assessment(age_months=600, height_cm=170)
        del question["scale"]
        passport = {"kind": "passport", "country": "DE", "value": "C01X00T47"}
        known = {"given": "Inga", "birth_date": "1980-02-03", "foreign_number": passport, "reason": "Pass"}
        guardian = {"relation": "mother", "name": "Mona", "phone": "99887766", "may_know": "ask"}
        looking = {"name": "Inga", "birth_date": "1980-02-03"}
        nobody = "00000000-0000-4000-8000-000000000000"
        same = {"other": nobody, "keep": "this", "reason": "Samme person"}
        another = {"called": "Ukjent", "reason": "Feil person"}
        displays = f"/api/units/{UNIT}/displays"
        shows = {"name": "Ny", "kind": "wall", "names": "number", "zone": "akutt", "theme": "schedule"}
        shows["chime"] = False
        return (
            Write("arrival", "nora", f"/api/units/{UNIT}/arrivals", came, status=201),
            Write("arrive", "nora", f"/api/encounters/{self.expected}/arrive"),
            Write("evaluate", "nora", "/api/scales/sats/evaluate", question),
            Write("assessment", "nora", f"{waiting}/assessments", judged, status=201),
            Write("seen", "nora", f"{waiting}/seen"),
            Write("place", "nora", f"{waiting}/place", {"place": "Rom 1"}),
            Write("call", "nora", f"{waiting}/call", {"place": "Rom 2"}),
            Write("identify", "nora", f"{waiting}/identity", known, versioned=True),
            Write("guardian", "nora", f"{waiting}/guardians", guardian, status=201),
            Write("search", "nora", f"/api/units/{UNIT}/patients/search", looking),
            Write("merge", "kari", f"{waiting}/identity/merge", same, versioned=True, status=404),
            Write("split", "kari", f"{waiting}/identity/split", another, versioned=True),
            Write("left", "nora", f"{waiting}/left", versioned=True),
            Write("take", "dag", f"{here}/take", {"taken_at": now}, optional=True),
            Write("note", "dag", f"{here}/notes", note(), status=201),
            Write("draft", "dag", f"{here}/draft", draft, method="PUT", versioned=True),
            Write("delete diagnosis", "dag", here_diagnosis, method="DELETE", versioned=True),
            Write("diagnosis", "dag", f"{here}/diagnoses", DIAGNOSIS, versioned=True, status=201),
            Write("hand over", "dag", f"{here}/hand-over", {"to": dina}, versioned=True),
            Write("finish", "dina", f"{here}/finish", signed, versioned=True),
            Write("sign in", "", "/api/sign-in", {"username": "nora", "password": PASSWORD}),
            Write("show board", "", "/api/displays/sign-in", {"token": self.served.cast.wall.token}),
            Write("claim", "", "/api/displays/pairings/claim", {"secret": self.pairing.secret}, status=202),
            Write("approve", "kari", displays, {"code": self.pairing.code, **shows}, status=201),
            Write("arrange", "kari", self.display, {**shows, "name": "Akutt"}, method="PUT", versioned=True),
            Write("take down", "kari", f"{self.display}/revoke"),
        )

    @property
    def display(self) -> str:
        """The address of the screen on the wall."""
        return f"/api/units/{UNIT}/displays/{self.served.cast.wall.actor.id.removeprefix('display:')}"

    async def send(
        self, write: Write, content: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """The request as its sender would make it, except for what is handed in."""
        return await self.post(write, content, {**await self.headers(write), **(headers or {})})

    async def post(self, write: Write, content: bytes | None, headers: Mapping[str, str]) -> httpx.Response:
        """The request with these headers only; an empty one is left out."""
        sent = {"content-type": "application/json", **headers}
        body = json.dumps(write.body).encode() if content is None and write.takes_body else content
        sent = {name: value for name, value in sent.items() if value}
        self.served.http.cookies.clear()
        return await self.served.http.request(write.method, write.path, content=body, headers=sent)

    async def headers(self, write: Write) -> dict[str, str]:
        """Who asks, and from which version."""
        who = self.served.cast.all()[write.by].headers if write.by else {}
        return {**who, "If-Match": await self.version(write)} if write.versioned else dict(who)

    async def version(self, write: Write) -> str:
        """The ETag that the sender would have read."""
        encounter = self.waiting if self.waiting in write.path else self.with_doctor
        reader = self.served.cast.all()[write.by].headers
        read = self.display if write.path == self.display else f"/api/encounters/{encounter}"
        return (await self.served.http.get(read, headers=reader)).headers["etag"]

    async def rows(self) -> dict[str, int]:
        """How many rows every table holds."""
        return await self.served.store.read(_rows)


async def _rows(session: AsyncSession) -> dict[str, int]:
    return {
        table.name: (await session.execute(select(func.count()).select_from(table))).scalar_one()
        for table in METADATA.sorted_tables
        if table.name not in NOT_COUNTED
    }


async def scene(served: Served) -> Scene:
    """Three patients at Nordvik, as far as they have come."""
    nora, dag = served.cast.nora.headers, served.cast.dag.headers

    async def post(path: str, body: Any, who: dict[str, str]) -> httpx.Response:
        answer = await served.http.post(path, json=body, headers=who)
        assert answer.is_success, answer.text
        return answer

    soon = (datetime.now(UTC) + timedelta(minutes=20)).isoformat()
    arrivals = f"/api/units/{UNIT}/arrivals"
    expected = (
        await post(arrivals, {"called": "På vei", "complaint": "Fall", "expected_at": soon}, nora)
    ).json()
    waiting = (await post(arrivals, {"called": "Venter", "complaint": "Hoste"}, nora)).json()
    here = (await post(arrivals, full_arrival(1), nora)).json()
    taken = await post(f"/api/encounters/{here['id']}/take", {}, dag)
    diagnosed = await post(
        f"/api/encounters/{here['id']}/diagnoses", DIAGNOSIS, dag | {"If-Match": taken.headers["etag"]}
    )
    diagnosis = diagnosed.json()["diagnosis_id"]
    pairing = await served.store.write(served.cast.admin.actor, open_pairing)
    return Scene(served, expected["id"], waiting["id"], here["id"], diagnosis, pairing)


# As written in JSON: what a broken client, a hostile one or a worn keyboard could put under any heading.
NOWHERE_ALLOWED = {
    "NUL": '"a\\u0000b"',
    "half a letter": '"a\\ud800b"',
    "escape character": '"\\u001b[2J"',
    "not a number": "NaN",
    "infinite": "Infinity",
    "infinite the other way": "-Infinity",
    "larger than a float": "1e999",
    "2^63": "9223372036854775808",
    "-2^63": "-9223372036854775808",
    "five thousand digits": "9" * 5000,
    "an object": '{"a": 1}',
    "a list in a list": "[[[]]]",
    "300 000 letters": json.dumps("å" * 150_000),
    "deep": "[" * 50_000 + "]" * 50_000,
}


def with_each_leaf(body: Any, value: str) -> Iterator[tuple[str, bytes]]:
    """The body, once per leaf, with that leaf replaced by this piece of JSON."""
    for path in _leaves(body, ()):
        marked = json.dumps(_replaced(body, path, "@@"))
        yield ".".join(map(str, path)), marked.replace('"@@"', value).encode()


def _leaves(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _leaves(item, (*path, key))
    elif isinstance(value, list) and value:
        yield path
        for number, item in enumerate(value):
            yield from _leaves(item, (*path, number))
    else:
        yield path


def _replaced(value: Any, path: tuple[str | int, ...], new: Any) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = _replaced(value[path[0]], path[1:], new)
    return copy


def complaint(answer: httpx.Response) -> str | None:
    """What is wrong with a refusal: no 4xx, not problem+json, or without code, status and title."""
    if not 400 <= answer.status_code < 500:
        return f"{answer.status_code} {answer.text[:200]}"
    if answer.headers.get("content-type") != "application/problem+json":
        return f"{answer.status_code} as {answer.headers.get('content-type')}"
    body = answer.json()
    if body.get("status") != answer.status_code or not body.get("code") or not body.get("title"):
        return f"{answer.status_code} without code, status or title: {answer.text[:200]}"
    return None
