"""What the person register says against what the ward has written (folkeregisteret): pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

COMPARED = ("given", "family", "birth_date", "sex", "address")
"""What a nurse takes over with one press, in the order of the page."""
PRESENT = frozenset({"Resident", "Active", "Temporary", "RegisteredAtBirth", None})
"""Standing in the register that needs no word; of all others the page tells."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One value where the register says something else than is written here, or something more."""

    field: str
    here: str | None
    register: str


def differences(here: Mapping[str, str | None], told: Mapping[str, Any]) -> tuple[Difference, ...]:
    """What the register knows otherwise or better; what it does not know is no difference."""
    known: dict[str, str] = {field: told[field] for field in COMPARED if told.get(field) is not None}
    return tuple(
        Difference(field, here.get(field), says)
        for field, says in known.items()
        if _plain(here.get(field)) != _plain(says)
    )


def _plain(value: str | None) -> str:
    return " ".join((value or "").split()).casefold()
