"""What the sandbox's two registers know: whose GP is who, and who can be reached. All are invented."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, Field


class Entry(BaseModel):
    """One entry of Adresseregisteret."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    her_id: int = Field(ge=1)
    name: str
    parent_her_id: int | None = None
    parent_name: str | None = None
    hpr_number: int | None = None
    valid: bool = True  # IsValidCommunicationParty


class Listed(BaseModel):
    """A patient on a GP's list; `her_id` 0: the GP has no entry in Adresseregisteret."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    national_id: str
    her_id: int | None = None  # None: on no list


@dataclass(slots=True)
class Registers:
    """Both registers. With `everybody` each number without a list of its own is on that GP's."""

    entries: dict[int, Entry] = field(default_factory=dict)
    lists: dict[str, int | None] = field(default_factory=dict)
    everybody: tuple[int, ...] = ()
    asked: int = 0  # times Fastlegeregisteret was asked

    def gp_of(self, national_id: str) -> int | None:
        """The HER-id of the patient's GP; None when on no list."""
        if national_id in self.lists:
            return self.lists[national_id]
        return self.everybody[int(national_id) % len(self.everybody)] if self.everybody else None
