"""What we ask of the two registers, and what they can answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol

Outcome = Literal["found", "no-gp", "no-address", "number-unknown"]
"""A GP with a valid address; no GP; a GP that takes no electronic messages; a number the register denies."""


class RegisterAway(Exception):
    """No usable answer now; the question stands. `reason` is a stable code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class GpAnswer:
    """The registers' word. `gp` as `GeneralPractitioner` in JSON; without an address its HER-ids are 0."""

    outcome: Outcome
    gp: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One entry of Adresseregisteret (kommunikasjonspart)."""

    her_id: int
    name: str
    parent_her_id: int | None
    parent_name: str | None
    hpr_number: str | None
    reachable: bool  # active, within its time, and a valid communication party


class GpRegister(Protocol):
    """Fastlegeregisteret. Raises RegisterAway, and nothing else for what others do."""

    async def gp_of(self, national_id: str) -> int | Literal["no-gp", "no-address", "number-unknown"]:
        """The HER-id of the patient's GP now, or why there is none."""
        ...


class AddressRegister(Protocol):
    """Adresseregisteret. Raises RegisterAway, and nothing else for what others do."""

    async def party(self, her_id: int) -> Party | None:
        """The entry with this HER-id; None when there is none."""
        ...
