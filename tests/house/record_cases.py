"""Requests about the record after signing that would succeed if they were allowed."""

from __future__ import annotations

from typing import Any

from tests.cast import DIAGNOSIS, finishing, note
from tests.conftest import Served
from tests.house.identity_cases import NOBODY_HAS, Case, Made

_ASKED = {"what": "note", "asked_by": "patient", "wish": "Det stemmer ikke."}
_COPY = {"asked_by": "patient", "identity_seen": "Viste pass"}
_KEPT = {"what": "note", "from_whom": ["patient"], "basis": "pbrl-5-1-2-life", "reason": "Fare for selvmord."}
_GRANTED = {"granted": True, "basis": "hpl-43-1-deletion", "reason": "Opplysningen er feil."}


def is_one(path: str) -> bool:
    """Whether the address is about corrections, deletion, or what the patient reads."""
    about = ("/corrections", "/deletion", "/full-copy", "/record-copies", "/withheld")
    return any(part in path for part in about)


async def prepare(served: Served, path: str, encounter: str | None) -> Case:
    """An encounter that Dina signed, and what the address needs of it."""
    nobodys = dict.fromkeys(("{deletion}", "{withheld}", "{copy_id}"), NOBODY_HAS)
    case = Case(encounter or NOBODY_HAS, ids=nobodys)
    note_id = NOBODY_HAS
    if encounter is None:
        made = _Made(served)
        case.encounter, case.etag, note_id = await made.signed()
        if "{deletion}" in path:
            case.ids["{deletion}"] = await made.asked(case.encounter, note_id)
        if "{withheld}" in path:
            case.ids["{withheld}"] = await made.done(case.encounter, "withheld", {**_KEPT, "id": note_id})
        if "{copy_id}" in path:
            case.ids["{copy_id}"] = await made.done(case.encounter, "record-copies", _COPY)
    addendum = {"kind": "addendum", "target": "note", "note": note_id, "reason": "Svar", "text": "CRP 8."}
    last = path.rpartition("/")[2]
    bodies = {"corrections": addendum, "deletions": {**_ASKED, "id": note_id}, "decide": _GRANTED}
    bodies |= {"withheld": {**_KEPT, "id": note_id}, "lift": {"reason": "Faren er over."}}
    case.body = {**bodies, "record-copies": _COPY}.get(last)
    return case


class _Made(Made):
    async def signed(self) -> tuple[str, str, str]:
        """Encounter, ETag and the note."""
        id = (await self.arrived())["id"]
        dina, where = self.served.cast.dina.headers, f"/api/encounters/{id}"
        answer = await self.served.http.post(f"{where}/take", json={}, headers=dina)
        for path, body in (("diagnoses", DIAGNOSIS), ("finish", finishing(note=note()))):
            match: dict[str, Any] = {**dina, "If-Match": answer.headers["etag"]}
            answer = await self.served.http.post(f"{where}/{path}", json=body, headers=match)
            assert answer.is_success, answer.text
        page = await self.served.http.get(where, headers=dina)
        return id, answer.headers["etag"], page.json()["notes"][0]["id"]

    async def done(self, encounter: str, what: str, body: dict[str, Any]) -> str:
        """Dina does it, and what it is called."""
        where, dina = f"/api/encounters/{encounter}/{what}", self.served.cast.dina.headers
        answer = await self.served.http.post(where, json=body, headers=dina)
        assert answer.is_success, answer.text
        return str(answer.json()["id"])

    async def asked(self, encounter: str, note_id: str) -> str:
        """Kari writes down what the patient wants."""
        answer = await self.served.http.post(
            f"/api/encounters/{encounter}/deletions",
            json={**_ASKED, "id": note_id},
            headers=self.served.cast.kari.headers,
        )
        assert answer.is_success, answer.text
        return str(answer.json()["id"])
