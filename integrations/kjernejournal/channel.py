"""The way to kjernejournal: first whether there is critical information, then what it says.

The first is asked of the portal's helseindikator (status 4 is critical information), as a client must, since
the patient may have blocked; the second of the FHIR interface. The number stands in the body, never in an
address. Statuses below 4 are read as "nothing critical", 0 as "no access": the public description names
only 4, so a site checks this against its own agreement (decision 29).
"""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any

import httpx

from core.clock import NORWAY, as_utc
from integrations.clinical.channel import post
from integrations.clinical.fhir import SYSTEMS, resource
from integrations.clinical.port import AskedAbout, ClinicalAnswer
from integrations.kjernejournal import read
from integrations.registers.port import RegisterAway

_CRITICAL, _NO_ACCESS = 4, 0
_TYPE = "application/fhir+json"


class Kjernejournal:
    """The register by REST. `basis` is the code for why we may look, as kjernejournal has them."""

    def __init__(
        self, portal: httpx.AsyncClient, fhir: httpx.AsyncClient, *, basis: str, source_system: str
    ) -> None:
        self._portal = portal
        self._fhir = fhir
        self._basis = basis
        self._source_system = source_system

    async def ask(self, patient: AskedAbout) -> ClinicalAnswer:
        """What is critical about the patient now."""
        status, changed = await self._indicator(patient.number)
        as_of = _moment(changed)
        if status == _NO_ACCESS:
            return ClinicalAnswer("no-access")
        if status != _CRITICAL:
            return ClinicalAnswer("nothing", as_of=as_of)
        system = SYSTEMS[patient.kind]
        allergies = await self._search("AllergyIntolerance", "patient.identifier", system, patient.number)
        flags = await self._search("Flag", "subject.identifier", system, patient.number)
        if allergies is None or flags is None:
            return ClinicalAnswer("no-access")
        lines = (*read.allergies(allergies, patient.number), *read.flags(flags, patient.number))
        return ClinicalAnswer("found" if lines else "nothing", lines, as_of)

    async def _indicator(self, number: str) -> tuple[int, Any]:
        headers = {"x-epj-system": self._source_system}
        asked = {"fnr": number, "samtykke": self._basis}
        answer = await post(self._portal, "v1/helseindikator", json=asked, headers=headers)
        if answer.status_code == HTTPStatus.FORBIDDEN:
            raise RegisterAway("not-allowed")
        try:
            said = answer.json()
            return int(said["status"]), said.get("sistEndretKritiskInfoDato")
        except (ValueError, TypeError, KeyError, AttributeError) as fault:
            raise RegisterAway("unexpected-answer") from fault

    async def _search(self, kind: str, by: str, system: str, number: str) -> Any:
        headers = {"accept": _TYPE, "nhn-source-system": self._source_system}
        answer = await post(self._fhir, f"{kind}/_search", data={by: f"{system}|{number}"}, headers=headers)
        return None if answer.status_code == HTTPStatus.FORBIDDEN else resource(answer.content, "Bundle")


def _moment(value: Any) -> datetime | None:
    """Without an offset it is Norwegian time; what cannot be read is not guessed."""
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return as_utc(at if at.tzinfo else at.replace(tzinfo=NORWAY)) if at else None
