"""The way to the medication list: `Patient/$getMedication` of SFM (FHIR R4). Asks only, changes nothing."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import httpx

from integrations.clinical.channel import post
from integrations.clinical.fhir import SYSTEMS, resource
from integrations.clinical.port import AskedAbout, ClinicalAnswer
from integrations.pll import read

_TYPE = "application/fhir+json"


class MedicationList:
    """Pasientens legemiddelliste as SFM hands it out."""

    def __init__(self, http: httpx.AsyncClient, *, source_system: str) -> None:
        self._http = http
        self._source_system = source_system

    async def ask(self, patient: AskedAbout) -> ClinicalAnswer:
        """The list now. Refused: the patient has blocked us."""
        headers = {"accept": _TYPE, "content-type": _TYPE, "nhn-source-system": self._source_system}
        answer = await post(self._http, "Patient/$getMedication", json=question(patient), headers=headers)
        if answer.status_code == HTTPStatus.FORBIDDEN:
            return ClinicalAnswer("no-access")
        return read.answer(resource(answer.content, "Parameters"), patient.number)


def question(patient: AskedAbout) -> dict[str, Any]:
    """Parameters with the patient as far as known; no address goes along."""
    name = {"family": patient.family, "given": [patient.given] if patient.given else None}
    known = {key: value for key, value in name.items() if value}
    about: dict[str, Any] = {
        "resourceType": "Patient",
        "identifier": [{"use": "official", "system": SYSTEMS[patient.kind], "value": patient.number}],
        "gender": patient.sex,
    }
    if known:
        about["name"] = [{"use": "official", **known}]
    if patient.birth_date:
        about["birthDate"] = patient.birth_date.isoformat()
    return {"resourceType": "Parameters", "parameter": [{"name": "patient", "resource": about}]}
