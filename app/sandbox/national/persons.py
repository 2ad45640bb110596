"""What the sandbox's person register knows, and how Persontjenesten version 3 tells it. All are invented."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

PARTS = {
    "NorwegianIdentificationNumber": "norwegianIdentificationNumber",
    "FalseIdentity": "falseIdentity",
    "Status": "status",
    "Death": "death",
    "Name": "name",
    "Birth": "birth",
    "Gender": "gender",
    "AddressProtection": "addressProtection",
    "ResidentialAddress": "residentialAddress",
    "FamilyRelation": "familyRelation",
    "ParentalResponsibility": "parentalResponsibility",
    "GuardianshipOrFuturePowerOfAttorney": "guardianshipOrFuturePowerOfAttorney",
}


class Citizen(BaseModel):
    """One person as the register has them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    given: str
    family: str
    born: date
    gender: Literal["Female", "Male"]
    status: str = "Resident"
    died: date | None = None
    protection: Literal["Unclassified", "ClientAddress", "Confidential", "StrictlyConfidential"] = (
        "Unclassified"
    )
    street: str = "Storgata"
    house: str = "1"
    postal_code: str = "0155"
    city: str = "OSLO"
    earlier_numbers: tuple[str, ...] = ()
    replaced_by: str | None = None  # this number is discontinued
    false_identity: bool = False
    parents: tuple[tuple[str, Literal["Mother", "Father"]], ...] = ()  # numbers of those who are responsible
    guardian: str | None = None
    somebody_else: str | None = None  # answers with this number instead: a fault that must be caught


class Told(BaseModel):
    """What the register is to know from now on."""

    model_config = ConfigDict(extra="forbid")

    people: dict[str, Citizen] = Field(default_factory=dict)


@dataclass(slots=True)
class Persons:
    """The register, by number."""

    people: dict[str, Citizen] = field(default_factory=dict)
    asked: int = 0

    def answer(self, number: str, parts: Iterable[str]) -> dict[str, Any] | None:
        """The person with only the parts that were asked for; None for a number nobody has."""
        known = self.people.get(number)
        if known is None:
            return None
        told = _told(known, known.somebody_else or number)
        return {PARTS[part]: told[PARTS[part]] for part in parts}


def _told(known: Citizen, number: str) -> dict[str, Any]:
    return {
        "norwegianIdentificationNumber": _numbers(known, number),
        "falseIdentity": {"isFalseIdentity": True} if known.false_identity else None,
        "status": [{"isValid": True, "status": known.status}],
        "death": {"isValid": True, "deceasedDate": _day(known.died)} if known.died else None,
        "name": [
            {"isValid": False, "givenName": known.given, "familyName": "Før"},
            {"isValid": True, "givenName": known.given, "middleName": None, "familyName": known.family},
        ],
        "birth": [{"isValid": True, "birthDate": _day(known.born)}],
        "gender": [{"isValid": True, "gender": known.gender}],
        "addressProtection": [{"isValid": True, "protectionLevel": known.protection}],
        "residentialAddress": [_home(known)],
        "familyRelation": [
            {"isValid": True, "relatedPerson": parent, "relatedPersonsRole": role}
            for parent, role in known.parents
        ],
        "parentalResponsibility": [
            {
                "isValid": True,
                "responsibilityType": "Joint",
                "responsible": parent,
                "subjectOfResponsibility": number,
            }
            for parent, _ in known.parents
        ],
        "guardianshipOrFuturePowerOfAttorney": _guardianship(known),
    }


def _numbers(known: Citizen, number: str) -> list[dict[str, Any]]:
    kind = "DNumber" if number[0] in "4567" else "NationalIdentityNumber"
    own = {"identificationNumber": number, "identificationNumberType": kind}
    if known.replaced_by:
        now = {
            "identificationNumber": known.replaced_by,
            "identificationNumberType": "NationalIdentityNumber",
        }
        return [
            own | {"isValid": False, "status": "Discontinued"},
            now | {"isValid": True, "status": "InUse"},
        ]
    earlier = [
        {"identificationNumber": each, "identificationNumberType": "DNumber", "isValid": False}
        | {"status": "Discontinued"}
        for each in known.earlier_numbers
    ]
    return [*earlier, own | {"isValid": True, "status": "InUse"}]


def _home(known: Citizen) -> dict[str, Any]:
    street = {
        "addressName": known.street,
        "addressNumber": {"houseNumber": known.house},
        "city": {"postalCode": known.postal_code, "cityName": known.city},
        "municipalityName": known.city.title(),
    }
    return {"isValid": True, "addressConfidentiality": known.protection, "streetAddress": street}


def _guardianship(known: Citizen) -> list[dict[str, Any]]:
    if known.guardian is None:
        return []
    given, _, family = known.guardian.rpartition(" ")
    guardian = {"name": {"givenName": given, "familyName": family}}
    return [{"isValid": True, "guardianshipType": "Minor", "guardian": guardian}]


def _day(value: date | None) -> str | None:
    return f"{value.isoformat()}T00:00:00+00:00" if value else None
