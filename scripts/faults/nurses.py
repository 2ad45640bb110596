"""Nurses who work all the time: people come, are assessed, placed, looked to, and go."""

from __future__ import annotations

import asyncio
from random import Random
from typing import Any
from uuid import uuid4

import httpx

from scripts.faults.ledger import Ledger, Save
from scripts.faults.ward import ROOMS
from scripts.kill.ward import UNIT

_PATIENCE = 10.0
_NOT_YET = 0.1
_FULL = 40  # patients in the ward; more, and somebody goes before the next one comes
_LEVELS = ("red", "orange", "yellow", "green")
_VITAL_SIGNS: dict[str, Any] = {
    "rr": 18,
    "hr": 88,
    "sbp": 132,
    "temp": 37.2,
    "spo2": 97,
    "avpu": "A",
    "mobility": "walking",
    "trauma": "no",
    "air_or_oxygen": "air",
}


class Ward:
    """The patients that nurses know of, shared between them."""

    def __init__(self) -> None:
        self.patients: dict[str, int] = {}  # encounter -> version, as the last answer said
        self.busy: set[str] = set()  # somebody has gone to this one


class Nurse:
    """One nurse at one desk: one thing at a time, asked again with the same key until it is answered."""

    def __init__(
        self, urls: list[str], token: str, ward: Ward, ledger: Ledger, *, through_line: bool
    ) -> None:
        self._urls = urls
        self._headers = {"Authorization": f"Bearer {token}"}
        self._ward = ward
        self._ledger = ledger
        self._through_line = through_line
        self.pause = 0.4
        self.goes_home = False

    async def work(self, random: Random) -> None:
        """Until it is time to go home; what is asked is answered first."""
        async with httpx.AsyncClient(trust_env=False, timeout=_PATIENCE, headers=self._headers) as http:
            while not self.goes_home:
                await asyncio.sleep(random.uniform(0.5, 1.5) * self.pause)
                free = [id for id in self._ward.patients if id not in self._ward.busy]
                if len(self._ward.patients) < 8 or (random.random() < 0.25 and len(free) < _FULL):
                    await self._ask(http, random, f"/api/units/{UNIT}/arrivals", _arrival(random))
                elif free:
                    await self._look_after(http, random, random.choice(free))

    async def _look_after(self, http: httpx.AsyncClient, random: Random, encounter: str) -> None:
        self._ward.busy.add(encounter)
        try:
            what, body = _something(random, full=len(self._ward.patients) >= _FULL)
            path = f"/api/encounters/{encounter}/{what}"
            version = str(self._ward.patients[encounter])
            await self._ask(http, random, path, body, **{"If-Match": f'"{version}"'})
        finally:
            self._ward.busy.discard(encounter)

    async def _ask(self, http: httpx.AsyncClient, random: Random, path: str, body: Any, **more: str) -> None:
        headers = {"Idempotency-Key": str(uuid4()), **more}
        began = asyncio.get_running_loop().time()
        while True:
            try:
                answer = await http.post(random.choice(self._urls) + path, json=body, headers=headers)
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code < 500:
                break
            self._ledger.counts["asked again"] = self._ledger.counts.get("asked again", 0) + 1
            await asyncio.sleep(_NOT_YET)
        self._note(path, answer, began)

    def _note(self, path: str, answer: httpx.Response, began: float) -> None:
        if not answer.is_success:
            kind = f"refused: {answer.json().get('code', answer.status_code)}"
            self._ledger.counts[kind] = self._ledger.counts.get(kind, 0) + 1
            return
        said = answer.json()
        ended = asyncio.get_running_loop().time()
        self._ledger.saves.append(Save(began, ended, said["id"], said["version"], self._through_line))
        if path.endswith("/left"):
            self._ward.patients.pop(said["id"], None)
            self._ledger.left.add(said["id"])
        else:
            self._ward.patients[said["id"]] = said["version"]


def _arrival(random: Random) -> dict[str, Any]:
    complaints = ("Brystsmerter", "Falt på isen", "Feber hos barn", "Magesmerter", "Kutt i hånd")
    # Long, as on a busy evening: what a frozen screen does not take must not fit into the line for ever.
    return {
        "called": "Ingrid Solvang",
        "complaint": f"{random.choice(complaints)} {random.randint(1, 999)} " * 9,
    }


def _something(random: Random, *, full: bool) -> tuple[str, Any]:
    kind = random.choices(("seen", "place", "call", "assessments", "left"), (4, 3, 2, 3, 5 if full else 1))[0]
    if kind == "place":
        return kind, {"place": random.choice((None, *ROOMS))}
    if kind == "call":
        return kind, {"place": random.choice((None, *ROOMS))}
    if kind == "assessments":
        return kind, {
            "scale": "sats",
            "vital_signs": _VITAL_SIGNS,
            "discriminators": [],
            "level": random.choice(_LEVELS),
            "reason": "Kjent fra før",
        }
    return kind, {}
