"""Requests about codes, documents and templates that would succeed if they were allowed."""

from __future__ import annotations

from typing import Any

from core.ids import new_id
from journal.commands.codes.import_codes import import_codes
from journal.rules.codes.reading import read_pack
from tests.cast import DIAGNOSIS, system
from tests.conftest import Served
from tests.house.identity_cases import NOBODY_HAS, Case, Made

_PARTS = ("/codes", "/performed", "/settlement", "/compositions", "/writing-aids")
_PACK = {
    "system": "ncmp",
    "kind": "procedure",
    "uri": "urn:oid:1.2.3",
    "version": "2026",
    "valid_from": "2020-01-01",
    "source": "Et eksempel",
}
_NEW = {"system": "ncmp", "code": "QAB00"}
_SICK = {
    "kind": "sick-note",
    "diagnosis": "K74 Angina pectoris",
    "from_day": "2199-01-01",
    "to_day": "2199-01-03",
    "grade": 100,
    "limits": "Kan ikke bære tungt.",
}


def is_one(path: str) -> bool:
    """Whether the address is about any of these."""
    return any(part in path for part in _PARTS)


async def prepare(served: Served, path: str, encounter: str | None) -> Case:
    """What the address needs: a pack, a patient of Dag's, a document, a phrase of the unit."""
    made = _Made(served)
    case = Case(encounter or NOBODY_HAS, ids=dict.fromkeys(_IDS, NOBODY_HAS), etag='"1"')
    last = path.rpartition("/")[2]
    if path.endswith("settlement.csv"):
        case.ids["settlement.csv"] = "settlement.csv?day=2026-11-27"
    case.body = {
        "performed": _NEW,
        "compositions": {"kind": "sick-note"},
        "{composition}": {"form": _SICK},
        "sign": {},
        "renew": {"reason": "Feil periode"},
        "handed-over": {"way": "patient", "receiver": "Ingrid Solvang"},
    }.get(last, _phrase())
    if "{aid}" in path:
        case.ids["{aid}"] = await made.phrase()
    if encounter is None and "{encounter" in path:
        await made.prepare(case, path)
    return case


_IDS = ("{performed}", "{composition}", "{aid}")


def _phrase() -> dict[str, Any]:
    trigger = f".{new_id()[:8]}"
    return {"kind": "phrase", "shared": True, "trigger": trigger, "text": "Svelg: [[funn]]"}


class _Made(Made):
    async def prepare(self, case: Case, path: str) -> None:
        """A patient Dag has taken, and the document or code that the address is about."""
        case.encounter = (await self.arrived(given="Ingrid", family="Solvang"))["id"]
        where = f"/api/encounters/{case.encounter}"
        taken = await self._dag("POST", f"{where}/take", {})
        etag = taken.headers["etag"]
        if "/performed" in path:
            await self.served.store.write(system(), import_codes, read_pack("QAB00\tSutur av sår", _PACK))
            case.etag = etag
            if "{performed}" in path:
                done = await self._dag("POST", f"{where}/performed", _NEW, etag)
                case.ids["{performed}"], case.etag = done.json()["performed_id"], done.headers["etag"]
        if "{composition}" in path:
            await self._dag("POST", f"{where}/diagnoses", DIAGNOSIS, etag)
            begun = await self._dag("POST", f"{where}/compositions", {"kind": "sick-note"})
            id = case.ids["{composition}"] = begun.json()["composition"]
            case.etag = begun.headers["etag"]
            if path.endswith(("/sign", "/renew", "/handed-over")):
                saved = await self._dag("PUT", f"{where}/compositions/{id}", {"form": _SICK}, case.etag)
                case.etag = saved.headers["etag"]
            if path.endswith(("/renew", "/handed-over")):
                await self._dag("POST", f"{where}/compositions/{id}/sign", {}, case.etag)

    async def phrase(self) -> str:
        """One of the unit's."""
        made = await self._dag("POST", "/api/units/nordvik/writing-aids", _phrase())
        return str(made.json()["id"])

    async def _dag(self, method: str, path: str, body: Any, etag: str | None = None) -> Any:
        headers = {**self.served.cast.dag.headers, **({"If-Match": etag} if etag else {})}
        answer = await self.served.http.request(method, path, json=body, headers=headers)
        assert answer.is_success, f"{path}: {answer.text}"
        return answer
