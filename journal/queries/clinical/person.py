"""What the person register says of a patient, beside what is written here."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.patients.identity.id_numbers import masked
from core.patients.protection import is_protected, stricter
from core.patients.tables import Patient
from core.text import Answer
from journal.clinical_tables import lookup_of
from journal.queries.clinical.register import register_of
from journal.queries.clinical.view import PageRegister
from journal.rules.clinical.person import PRESENT, Difference, differences


class RegisterDiffers(Answer):
    """One value that the register has otherwise."""

    field: str
    here: str | None
    register_says: str


class Responsible(Answer):
    """A parent or guardian by the register; without a name the register gives only that there is one."""

    role: str
    name: str | None


class PageRegistered(Answer):
    """The register's word, with its age. Everything but `looked_up` is empty until it has answered."""

    looked_up: PageRegister
    status: str | None = None  # only where it is worth a word: dead, emigrated, disappeared, …
    dead_on: date | None = None
    number_now: str | None = None  # masked: the number that has taken this one's place
    false_identity: bool = False
    less_protected: bool = False  # the ward protects the address and the register does not
    differs: tuple[RegisterDiffers, ...] = ()
    responsible: tuple[Responsible, ...] = ()


async def registered_person(session: AsyncSession, patient: Patient) -> PageRegistered | None:
    """What is known from the register; None where it is not asked about anybody."""
    row = await lookup_of(session, patient.id, "person-register")
    register = await register_of(session, row, "person-register")
    if register is None:
        return None
    told = row.answer["lines"][0] if row and row.answer and row.answer["lines"] else None
    return PageRegistered(looked_up=register) if told is None else _told(patient, register, told)


def _told(patient: Patient, register: PageRegister, told: dict[str, Any]) -> PageRegistered:
    status, number = told["status"], told["number_now"]
    return PageRegistered(
        looked_up=register,
        status=None if status in PRESENT else status,
        dead_on=told["dead_on"],
        number_now=masked("fnr", number) if number else None,
        false_identity=told["false_identity"],
        less_protected=stricter(patient.protection, told["protection"]),
        differs=tuple(_shown(each) for each in differences(_here(patient), told | _kept_quiet(patient))),
        responsible=tuple(Responsible(role=each["role"], name=each["name"]) for each in told["responsible"]),
    )


def _here(patient: Patient) -> dict[str, str | None]:
    born = patient.birth_date.isoformat() if patient.birth_date else None
    here = {"given": patient.given, "family": patient.family, "birth_date": born, "sex": patient.sex}
    return here | {"address": patient.address} | _kept_quiet(patient)


def _kept_quiet(patient: Patient) -> dict[str, Any]:
    """What is not spoken of while the address is protected here, whatever the register would say."""
    return {"address": None} if is_protected(patient.protection) else {}


def _shown(each: Difference) -> RegisterDiffers:
    return RegisterDiffers(field=each.field, here=each.here, register_says=each.register)
