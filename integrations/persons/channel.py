"""The way to Persontjenesten, version 3: one person by number, which stands in the body and in no address.

The contract is the client that Norsk helsenett itself publishes (decision 41).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import httpx

from core.clock import Clock, local
from integrations.clinical.channel import post
from integrations.clinical.port import AskedAbout, ClinicalAnswer
from integrations.persons import read
from integrations.registers.port import RegisterAway

VERSION = "3"
PARTS = (
    *("NorwegianIdentificationNumber", "FalseIdentity", "Status", "Death", "Name", "Birth", "Gender"),
    *("AddressProtection", "ResidentialAddress"),
    *("FamilyRelation", "ParentalResponsibility", "GuardianshipOrFuturePowerOfAttorney"),
)
"""What the ward has use for; the register hands out no more than is asked for (dataminimering)."""


class Persontjenesten:
    """The register by REST. `access`: the right the ward was granted, as the register's addresses have it."""

    def __init__(self, http: httpx.AsyncClient, clock: Clock, *, access: str) -> None:
        self._http = http
        self._clock = clock
        self._address = f"api/v{VERSION}/{access}/person/get-by-nin"

    async def ask(self, patient: AskedAbout) -> ClinicalAnswer:
        """Who it is now, and for a child who is responsible for it."""
        found = await self._person(patient.number, PARTS)
        if found is None:
            return ClinicalAnswer("nothing")
        told = read.person(found, patient.number)
        if read.is_child(told, local(self._clock()).date()):
            told["responsible"] = [
                {"role": each["role"], "name": each["name"] or await self._name(each["number"])}
                for each in read.responsible(found, patient.number)
            ]
        return ClinicalAnswer("found", (told,))

    async def _name(self, number: str | None) -> str | None:
        """The name of a parent, of whom the child's entry has only the number."""
        found = await self._person(number, ("NorwegianIdentificationNumber", "Name")) if number else None
        if found is None or number is None:
            return None
        told = read.person(found, number)
        return " ".join(filter(None, (told["given"], told["family"]))) or None

    async def _person(self, number: str, parts: Iterable[str]) -> Mapping[str, Any] | None:
        answer = await post(
            self._http,
            self._address,
            params={"informationParts": list(parts), "includeHistory": "true"},
            data={"nin": number},
            headers={"accept": "application/json", "Api-Version": VERSION},
            also=(HTTPStatus.NOT_FOUND,),
        )
        if answer.status_code == HTTPStatus.FORBIDDEN:
            raise RegisterAway("not-allowed")
        if answer.status_code == HTTPStatus.NOT_FOUND:
            read.require_not_found(answer.content)
            return None
        return read.tree(answer.content)
