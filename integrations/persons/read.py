"""A person as the register tells of them, read into what the ward shows; what cannot be read is no answer.

History comes along, because a number that has been replaced must be found again in the answer; of everything
else only what is valid now is read. Where somebody with a protected address lives is never read at all.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from integrations.registers.port import RegisterAway

Tree = Mapping[str, Any]

LEVELS = {
    "Unclassified": "ugradert",
    "ClientAddress": "klientadresse",
    "Confidential": "fortrolig",
    "StrictlyConfidential": "strengtFortrolig",
}
"""The register's levels of protection (graderingsnivå) in the words the ward keeps them in, least first."""
_SEXES = {"Female": "female", "Male": "male"}
_ADULT = 18
_MOST_BYTES = 2_000_000


def tree(body: bytes) -> Tree:
    """An answer's body."""
    if len(body) > _MOST_BYTES:
        raise RegisterAway("unexpected-answer")
    try:
        found = json.loads(body)
    except ValueError as fault:
        raise RegisterAway("unexpected-answer") from fault
    if not isinstance(found, dict):
        raise RegisterAway("unexpected-answer")
    return found


def require_not_found(body: bytes) -> None:
    """The register's own "no such person" (ProblemDetails); a wrong address has no such words: no answer."""
    if not {"status", "title"} <= tree(body).keys():
        raise RegisterAway("unexpected-answer")


def person(found: Tree, asked: str) -> dict[str, Any]:
    """What the register says of whoever has this number."""
    try:
        return _person(found, asked)
    except (AttributeError, KeyError, TypeError, ValueError) as fault:
        raise RegisterAway("unexpected-answer") from fault


def _person(found: Tree, asked: str) -> dict[str, Any]:
    name, status = _now(found, "name"), _now(found, "status").get("status")
    death = found.get("death") or {}
    born = _day(_now(found, "birth").get("birthDate"))
    protection = _protection(found)
    return {
        "given": _words(name.get("givenName"), name.get("middleName")),
        "family": name.get("familyName"),
        "birth_date": born.isoformat() if born else None,
        "sex": _SEXES.get(_now(found, "gender").get("gender") or ""),
        "status": status,
        "dead_on": died.isoformat() if (died := _day(death.get("deceasedDate"))) else None,
        "number_now": _number_now(found, asked),
        "false_identity": bool((found.get("falseIdentity") or {}).get("isFalseIdentity")),
        "protection": protection,
        "address": _address(found) if protection == "ugradert" else None,
        "responsible": [],
    }


def is_child(told: Tree, today: date) -> bool:
    """Whether others decide for the person, by the register's own birth date."""
    born = _day(told["birth_date"])
    return born is not None and today < _birthday(born, _ADULT)


def _birthday(born: date, years: int) -> date:
    try:
        return born.replace(year=born.year + years)
    except ValueError:  # the 29th of February
        return date(born.year + years, 3, 1)


def responsible(found: Tree, asked: str) -> list[dict[str, Any]]:
    """Who has parental responsibility for the child, and appointed guardians; names are not always there."""
    try:
        return [*_parents(found, asked), *_guardians(found)]
    except (AttributeError, KeyError, TypeError, ValueError) as fault:
        raise RegisterAway("unexpected-answer") from fault


def _parents(found: Tree, asked: str) -> Iterator[dict[str, Any]]:
    roles = {
        each.get("relatedPerson"): each.get("relatedPersonsRole")
        for each in _all_now(found, "familyRelation")
    }
    for each in _all_now(found, "parentalResponsibility"):
        number, kind = each.get("responsible"), each.get("responsibilityType")
        if number == asked:
            continue  # what the person is responsible for is not what we asked
        role = kind if kind not in ("Joint", None) else roles.get(number) or "Other"
        name = _full_name((each.get("responsibleWithoutIdentifier") or {}).get("name"))
        yield {"role": role, "name": name, "number": number}


def _guardians(found: Tree) -> Iterator[dict[str, Any]]:
    for each in _all_now(found, "guardianshipOrFuturePowerOfAttorney"):
        guardian = each.get("guardian") or {}
        name = _full_name(guardian.get("name"))
        yield {"role": "Guardian", "name": name, "number": guardian.get("identificationNumber")}


def _all_now(found: Tree, part: str) -> Sequence[Tree]:
    return [each for each in found.get(part) or () if each.get("isValid") is not False]


def _now(found: Tree, part: str) -> Tree:
    return next(iter(_all_now(found, part)), {})


def _number_now(found: Tree, asked: str) -> str | None:
    """The number that has taken this one's place. Without the number asked it is about somebody else."""
    numbers = found.get("norwegianIdentificationNumber") or ()
    if asked not in [each.get("identificationNumber") for each in numbers]:
        raise RegisterAway("unexpected-answer")
    used = [
        each["identificationNumber"]
        for each in _all_now(found, "norwegianIdentificationNumber")
        if each.get("status") != "Discontinued"
    ]
    return None if asked in used or not used else str(used[0])


def _protection(found: Tree) -> str:
    """The strictest of what is said of all addresses and of any single one. An unknown level is strict."""
    said = [each.get("protectionLevel") for each in _all_now(found, "addressProtection")]
    said += [each.get("addressConfidentiality") for each in _all_now(found, "residentialAddress")]
    ranks = list(LEVELS)
    return LEVELS[max((each for each in said if each), key=ranks.index, default=ranks[0])]


def _address(found: Tree) -> str | None:
    home = _now(found, "residentialAddress")
    where = home.get("streetAddress") or home.get("cadastralAddress") or {}
    number, city = where.get("addressNumber") or {}, where.get("city") or {}
    house = f"{number.get('houseNumber') or ''}{number.get('houseLetter') or ''}"
    street = _words(where.get("addressName") or where.get("addressAdditionalName"), house)
    place = _words(city.get("postalCode"), city.get("cityName"))
    unknown = (home.get("unknownResidence") or {}).get("municipalityName")
    return ", ".join(filter(None, (street, place or where.get("municipalityName")))) or unknown


def _full_name(name: Tree | None) -> str | None:
    name = name or {}
    return _words(name.get("givenName"), name.get("middleName"), name.get("familyName"))


def _words(*parts: str | None) -> str | None:
    return " ".join(part for part in parts if part) or None


def _day(value: str | None) -> date | None:
    """A day; the register says of its times of day that they must be ignored."""
    return date.fromisoformat(value[:10]) if value else None
