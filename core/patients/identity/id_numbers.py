"""Numbers that tell who somebody is (id-numre): Norwegian ones, and those of other countries.

Foreign numbers have no form we can check, so they are only kept readable: capitals, no spaces.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from sqlalchemy import case, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import Invalid
from core.patients.national_id import Environment, parse
from core.patients.tables import Patient, PatientIdentifier
from core.text import Request, ShortText

NATIONAL = ("fnr", "dnr", "fhn")
NORWAY = "NO"
_CODES = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS "
    "BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE "
    "EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM "
    "HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC "
    "LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA "
    "NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW "
    "SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO "
    "TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW"
)
COUNTRIES = tuple(re.findall("[A-Z]{2}", _CODES))
"""ISO 3166-1, and XK, which passports of Kosovo carry."""

_VALUE = re.compile(r"[A-Z0-9][A-Z0-9./+-]{1,39}")


class ForeignNumberForm(Invalid):
    """Not a number of a passport or register: letters A-Z, digits and . / + - only."""

    code = "foreign-number-form"


class CountryUnknown(Invalid):
    """No country has this code (ISO 3166-1, two letters)."""

    code = "country-unknown"


def _country(code: str) -> str:
    if code.upper() not in COUNTRIES:
        raise ValueError("country-unknown")
    return code.upper()


Country = Annotated[str, Field(min_length=2, max_length=2), AfterValidator(_country)]
"""A country by its two letters."""


class ForeignNumber(Request):
    """A passport, another country's number, or a DUF number, with who gave it out."""

    kind: Literal["passport", "foreign", "duf"]
    country: Country = NORWAY  # of a DUF number, which Norwegian immigration authorities give
    value: ShortText


@dataclass(frozen=True, slots=True)
class Number:
    """A number that identifies one person. Its digits are kept out of `repr`, and so out of logs."""

    kind: str
    country: str
    value: str = field(repr=False)
    birth_date_hint: date | None = field(default=None, repr=False, compare=False)

    @property
    def key(self) -> str:
        """As the history of changes names it."""
        return f"{self.kind}:{self.country}:{self.value}"


def number_of(
    national_id: str | None, foreign: ForeignNumber | None, environment: Environment
) -> Number | None:
    """The number given, if any; refused with what is wrong with it. A Norwegian one goes first."""
    if national_id:
        known = parse(national_id, environment=environment)
        return Number(known.kind, NORWAY, known.digits, known.birth_date_hint)
    if foreign is None:
        return None
    value = re.sub(r"\s+", "", foreign.value).upper()
    if not _VALUE.fullmatch(value):
        raise ForeignNumberForm()
    return Number(foreign.kind, NORWAY if foreign.kind == "duf" else foreign.country, value)


def masked(kind: str, value: str) -> str:
    """Enough to compare with a card, too little to copy: `098647 •••••`, `••••• T47`."""
    return f"{value[:6]} •••••" if kind in ("fnr", "dnr") else f"••••• {value[-3:]}"


async def numbers_of(session: AsyncSession, patient_id: str) -> list[PatientIdentifier]:
    """All numbers of a patient, the one to use first: a national one, and the newest of those."""
    national = case((PatientIdentifier.kind.in_(NATIONAL), 0), else_=1)
    found = await session.execute(
        select(PatientIdentifier)
        .where(PatientIdentifier.patient_id == patient_id)
        .order_by(national, PatientIdentifier.added_at.desc(), PatientIdentifier.kind)
    )
    return list(found.scalars())


async def holder_of(session: AsyncSession, number: Number) -> Patient | None:
    """Whose number it is, if anybody has it."""
    found = await session.execute(
        select(Patient)
        .join(PatientIdentifier, PatientIdentifier.patient_id == Patient.id)
        .where(
            PatientIdentifier.kind == number.kind,
            PatientIdentifier.country == number.country,
            PatientIdentifier.value == number.value,
        )
    )
    return found.scalar_one_or_none()
