"""Protected address (adressesperre): where somebody lives is not ours to tell, not even to each other.

Levels are the person register's own words (Folkeregisteret, graderingsnivå). `fortrolig` is what was called
kode 7, `strengtFortrolig` kode 6. This file alone reads `Patient.address` and `Patient.phone` for showing.
"""

from __future__ import annotations

from typing import Literal, TypeVar, get_args

from core.errors import Invalid
from core.patients.tables import Patient

Protection = Literal["ugradert", "klientadresse", "fortrolig", "strengtFortrolig"]
UNPROTECTED = "ugradert"
HIDDEN = "•••"
"""Stands where a place would tell where somebody lives, such as the GP's office."""

T = TypeVar("T")


class AddressProtected(Invalid):
    """The address is protected: it is not written down here."""

    code = "address-protected"


def is_protected(protection: str) -> bool:
    """Whether nothing that tells where the person lives may be shown, sent or logged."""
    return protection != UNPROTECTED


def stricter(told: str, here: str) -> bool:
    """Whether `told` protects more than `here`; a word the register does not have protects nothing."""
    order = get_args(Protection)
    return told in order and order.index(told) > order.index(here)


def require_address_wanted(protection: str, address: str | None) -> None:
    """Refuse to keep an address that must not be known."""
    if address is not None and is_protected(protection):
        raise AddressProtected


def shown(patient: Patient, value: T) -> T | None:
    """A value that tells where somebody lives or how to reach them; None when it is protected."""
    return None if is_protected(patient.protection) else value
