"""What we ask registers about a patient, and what they can answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, Protocol

Outcome = Literal["found", "nothing", "no-access"]
"""Something; asked and nothing there; the patient has blocked or opted out (sperret, reservert)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedAbout:
    """Who the question is about, by the number that counts; `kind` is fnr or dnr."""

    number: str
    kind: str
    given: str | None
    family: str | None
    birth_date: date | None
    sex: str  # female, male, unknown


@dataclass(frozen=True, slots=True)
class ClinicalAnswer:
    """The register's word. `lines` in JSON; `as_of` is how new the register says its list is."""

    outcome: Outcome
    lines: tuple[dict[str, Any], ...] = ()
    as_of: datetime | None = None


class ClinicalRegister(Protocol):
    """A register. Raises RegisterAway, and nothing else for what others do."""

    async def ask(self, patient: AskedAbout) -> ClinicalAnswer:
        """What it knows now."""
        ...
