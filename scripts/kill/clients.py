"""The synthetic ward (nurses and doctors): each writes visits and notes in the ledger what they were told."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from random import Random
from typing import Any

import httpx

from core.patients.national_id import synthetic
from scripts.kill.ledger import Change, Ledger
from scripts.kill.ward import GP, UNIT, Keys

_THINKING = 0.02  # seconds, at most, between two things a person does
_NOT_YET = 0.05  # seconds before asking again a server that does not answer
_PATIENCE = 10.0
_VITAL_SIGNS: dict[str, Any] = {
    "rr": 22,
    "hr": 112,
    "sbp": 132,
    "temp": 37.2,
    "spo2": 96,
    "avpu": "A",
    "mobility": "walking",
    "trauma": "no",
    "air_or_oxygen": "air",
}
_CODES = ("K74", "K84", "R74", "D01", "L03", "H71")
Headers = Mapping[str, str]


@dataclass(slots=True)
class Closing:
    """Whether the ward has closed its door: visits under way are ended, no new ones begin."""

    closed: bool = False


class Client:
    """One pair of nurse and doctor; one change at a time, as a person works."""

    def __init__(
        self, http: httpx.AsyncClient, ledger: Ledger, keys: Keys, *, patients: count[int], up: asyncio.Event
    ) -> None:
        self._http = http
        self._ledger = ledger
        self._keys = keys
        self._patients = patients
        self._up = up  # set while there is a server to ask

    async def work(self, random: Random, closing: Closing) -> None:
        """Visit after visit until the door is closed."""
        while not closing.closed:
            await self._visit(random)

    async def _visit(self, random: Random) -> None:
        nurse = random.choice(self._keys.nurses)
        first, second = random.sample(self._keys.doctors, 2)
        arrived = await self._ask(
            "arrival", f"/api/units/{UNIT}/arrivals", nurse, self._arrival, random=random
        )
        if arrived.outcome != "ok":
            return
        encounter = str(arrived.answer["id"])
        path = f"/api/encounters/{encounter}"
        await self._ask("assessment", f"{path}/assessments", nurse, _assessment, encounter, random=random)
        await self._ask(
            "place", f"{path}/place", nurse, lambda _: {"place": "Rom 1"}, encounter, random=random
        )
        seen = await self._ask("seen", f"{path}/seen", nurse, lambda _: {}, encounter, random=random)
        if random.random() < 0.1:
            await self._ask(
                "left", f"{path}/left", nurse, lambda _: {}, encounter, etag=seen.etag, random=random
            )
            return
        doctor, taken = await self._take(path, encounter, first, second, random)
        await self._treat(path, encounter, doctor, taken, random)

    async def _take(
        self, path: str, encounter: str, first: Headers, second: Headers, random: Random
    ) -> tuple[Headers, Change]:
        """One doctor takes the patient; every fourth time two do at the same moment."""
        wanting = [first, second] if random.random() < 0.25 else [first]
        asked = await asyncio.gather(
            *(
                self._ask("take", f"{path}/take", each, lambda _: {}, encounter, random=random)
                for each in wanting
            )
        )
        won = next((n for n, change in enumerate(asked) if change.outcome == "ok"), 0)
        return wanting[won], asked[won]

    async def _treat(self, path: str, encounter: str, doctor: Headers, taken: Change, random: Random) -> None:
        """Draft, note, diagnosis, a last draft, and usually the end of the visit."""
        etag = taken.etag

        async def step(kind: str, where: str, body: Any) -> Change:
            nonlocal etag
            change = await self._ask(
                kind, f"{path}/{where}", doctor, body, encounter, etag=etag, random=random
            )
            etag = change.etag or etag
            return change

        await step("draft", "draft", _note)
        await step("note", "notes", _note)
        await step("diagnosis", "diagnoses", lambda change: _diagnosis(change, random))
        await step("draft", "draft", _note)
        if random.random() < 0.85:
            await step("finish", "finish", _finishing)
            if random.random() < 0.3:
                undone = await step("undo", "finish/undo", lambda _: {})
                if undone.outcome == "ok" and random.random() < 0.8:
                    await step("finish", "finish", _finishing)

    async def _ask(
        self,
        kind: str,
        path: str,
        who: Headers,
        body: Any,
        encounter: str | None = None,
        *,
        etag: str | None = None,
        random: Random,
    ) -> Change:
        """Ask until there is an answer, always with the same key; sometimes once more after the answer."""
        await asyncio.sleep(random.uniform(0, _THINKING))
        change = self._ledger.begin(kind, encounter)
        headers = {**who, "Idempotency-Key": change.key} | ({"If-Match": etag} if etag else {})
        method, sent = ("PUT" if kind == "draft" else "POST"), body(change)
        answer = await self._until_answered(change, method, path, sent, headers)
        if change.outcome == "ok" and random.random() < 0.15:
            again = await self._until_answered(change, method, path, sent, headers)
            self._ledger.repeated += 1
            if _essence(again) != _essence(answer):
                self._ledger.repeats_differed.append(f"{kind} {change.key}: the second answer was another")
        return change

    async def _until_answered(
        self, change: Change, method: str, path: str, sent: Any, headers: Headers
    ) -> httpx.Response:
        while True:
            await self._up.wait()
            change.tries += 1
            try:
                answer = await self._http.request(method, path, json=sent, headers=headers, timeout=_PATIENCE)
            except httpx.ConnectError:
                pass  # never left us
            except httpx.TransportError:
                change.in_doubt += 1
            else:
                if answer.status_code < 500:
                    _note_answer(change, answer)
                    return answer
                change.in_doubt += 1
            await asyncio.sleep(_NOT_YET)

    def _arrival(self, change: Change) -> dict[str, Any]:
        number = next(self._patients)
        born = date(1930, 1, 1) + timedelta(days=number)
        return {
            "called": "Ingrid Solvang",
            "complaint": f"Brystsmerter {change.marker}",
            "given": "Ingrid",
            "family": "Solvang",
            "birth_date": born.isoformat(),
            "sex": "female",
            "national_id": synthetic(Random(number), born),
            "general_practitioner": GP,
        }


def _note_answer(change: Change, answer: httpx.Response) -> None:
    if answer.is_success:
        change.outcome, change.answer, change.etag = "ok", answer.json(), answer.headers.get("etag")
    else:
        change.outcome = "refused"
        change.problem = str(answer.json().get("code", answer.status_code))


def _essence(answer: httpx.Response) -> Any:
    # What is under way to receivers may have come further between two answers; all else is the same.
    said = answer.json()
    return answer.status_code, {name: said[name] for name in said if name != "messages"}


def _assessment(change: Change) -> dict[str, Any]:
    return {
        "scale": "sats",
        "vital_signs": _VITAL_SIGNS,
        "discriminators": ["chest_pain"],
        "level": "yellow",
        "reason": change.marker,
    }


def _note(change: Change) -> dict[str, Any]:
    return {"subjective": f"Brystsmerter i to timer. {change.marker} ", "plan": "Ny vurdering om én time."}


def _diagnosis(change: Change, random: Random) -> dict[str, Any]:
    return {"system": "icpc-2", "code": random.choice(_CODES), "display": f"Diagnose {change.marker}"}


def _finishing(_change: Change) -> dict[str, Any]:
    return {"outcome": "home-gp", "asked_of_gp": "Kontroll om tre dager.", "told_to_patient": "Ring 113."}
