"""Two units with patients whose words cannot come from anywhere else: where one is read, it was told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import httpx

from core.ids import new_id
from tests.cast import DIAGNOSIS, OTHER_UNIT, UNIT, Cast, Person, finishing, full_arrival, note

HERE, THERE = "ZQHER7", "ZQDER7"  # names and complaints at Nordvik, and everything at Sørvik
NOTED = "ZQNOTAT7"  # what the doctor wrote
BLOCKED = "ZQSPERRET7"  # what was written about a patient who has blocked the whole unit
HIDDEN = "ZQSKJULT7"  # where somebody with a protected address can be found


@dataclass(slots=True)
class Known:
    """Ids that exist, by the name they have in addresses."""

    cast: Cast
    ids: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, id: str) -> None:
        """One more."""
        self.ids.setdefault(name, []).append(id)


async def furnish(http: httpx.AsyncClient, cast: Cast) -> Known:
    """Somebody under treatment, signed, blocked and hidden at Nordvik; somebody at Sørvik."""
    known = Known(cast)
    known.ids |= {"unit": [UNIT, OTHER_UNIT], "scale": ["sats"], "topic": ["board", "calls", "waiting-room"]}
    maker = _Maker(http, known)
    await maker.treated(cast.dag, 1, HERE, NOTED)
    signed = await maker.treated(cast.dag, 2, HERE, NOTED)
    await maker.sign(cast.dag, signed)
    blocked = await maker.treated(cast.dina, 3, HERE, BLOCKED)
    await maker.post(f"/api/encounters/{blocked}/blocks", cast.kari, {"kind": "unit"})
    await maker.hidden(4)
    await maker.treated(cast.stranger, 5, THERE, THERE, unit=OTHER_UNIT)
    heard = await maker.post(f"/api/units/{UNIT}/calls", cast.nora, {"complaint": HERE, "caller": "90123456"})
    known.add("call_id", heard.json()["id"])
    return known


@dataclass(slots=True)
class _Maker:
    http: httpx.AsyncClient
    known: Known

    async def post(self, path: str, who: Person, body: Any, etag: str | None = None) -> httpx.Response:
        headers = {**who.headers, "Idempotency-Key": new_id(), **({"If-Match": etag} if etag else {})}
        answer = await self.http.post(path, json=body, headers=headers)
        assert answer.is_success, f"{path}: {answer.text}"
        return answer

    async def arrived(
        self, who: Person, number: int, word: str, unit: str, **changes: Any
    ) -> tuple[str, str]:
        named = {"called": f"{word} Solvang", "family": word, "complaint": word}
        body = full_arrival(number) | named | changes
        came = await self.post(f"/api/units/{unit}/arrivals", who, body)
        self.known.add("encounter", came.json()["id"])
        self.known.add("patient", came.json()["patient_id"])
        return came.json()["id"], came.headers["etag"]

    async def treated(self, who: Person, number: int, word: str, written: str, unit: str = UNIT) -> str:
        """With a doctor, a diagnosis and a note; the notes are the marker's."""
        id, _ = await self.arrived(who, number, word, unit)
        where = f"/api/encounters/{id}"
        etag = (await self.post(f"{where}/take", who, {})).headers["etag"]
        diagnosis = {**DIAGNOSIS, "display": f"{DIAGNOSIS['display']} {written}"}
        etag = (await self.post(f"{where}/diagnoses", who, diagnosis, etag)).headers["etag"]
        await self.post(f"{where}/notes", who, note(plan=written, assessment=written), etag)
        made = await self.post(f"{where}/orders", who, {"items": [{"code": "crp"}]})
        self.known.add("order", str(made.json()["orders"][0]))
        return id

    async def sign(self, who: Person, id: str) -> None:
        """Finished; what may be asked for afterwards is asked for by whoever comes upon it."""
        where = f"/api/encounters/{id}"
        order = self.known.ids["order"][-1]
        page = await self.http.get(where, headers=who.headers)
        await self.post(f"{where}/orders/{order}/revoke", who, {"reason": "Ikke nødvendig"}, '"1"')
        page = await self.http.get(where, headers=who.headers)
        told = finishing(asked_of_gp=NOTED)
        done = await self.post(f"{where}/finish", who, told, page.headers["etag"])
        for message in done.json().get("messages", ()):
            self.known.add("message", message["id"])

    async def hidden(self, number: int) -> None:
        """Where she lives, her number and her doctor's office were known before it was protected."""
        nora = self.known.cast.nora
        gp = {**full_arrival(number)["general_practitioner"], "office_name": f"{HIDDEN} legesenter"}
        id, etag = await self.arrived(nora, number, HERE, UNIT, general_practitioner=gp)
        where = f"/api/encounters/{id}/identity"
        lives = {"address": f"{HIDDEN} 7", "phone": HIDDEN, "reason": "Opplyst"}
        etag = (await self.post(where, nora, lives, etag)).headers["etag"]
        await self.post(where, nora, {"protection": "strengtFortrolig", "reason": "Folkeregisteret"}, etag)
