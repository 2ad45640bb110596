"""Misbehaviour on request: what networks, carriers and GP systems do on a bad night."""

from __future__ import annotations

from collections import deque
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Place = Literal["edi", "inbox", "mhd", "helseid", "flr", "ar"]
"""Where: posting a message, everything else of the carrier, the shared record, tokens, or a register."""


class Fault(BaseModel):
    """One kind of trouble, for the next `times` calls."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    times: int = Field(default=1, ge=1, le=10_000)
    status: int | None = Field(default=None, ge=400, le=599)  # answers this, does nothing
    retry_after: int | None = Field(default=None, ge=0)
    hang_seconds: float = Field(default=0.0, ge=0, le=600)  # waits first; then does it
    lose_answer: bool = False  # does it, and breaks off in the middle of the answer
    reject: str | None = None  # the GP's system rejects with this code of list 8221
    duplicate_receipt: bool = False  # the same receipt comes twice
    transport: Literal["Unconfirmed", "Rejected"] | None = None  # what the carrier says of the transport
    no_receipt: bool = False  # the GP's system never answers


class Faults:
    """The trouble that is still to come, in order, per place."""

    def __init__(self) -> None:
        self._waiting: dict[Place, deque[Fault]] = {}

    def add(self, place: Place, fault: Fault) -> None:
        """Line up a fault after those already waiting."""
        self._waiting.setdefault(place, deque()).append(fault)

    def clear(self) -> None:
        """Behave again."""
        self._waiting.clear()

    def take(self, place: Place) -> Fault:
        """What is to go wrong with this call; an empty fault when nothing is."""
        waiting = self._waiting.get(place)
        if not waiting:
            return Fault()
        fault = waiting[0]
        if fault.times > 1:
            waiting[0] = fault.model_copy(update={"times": fault.times - 1})
        else:
            waiting.popleft()
        return fault
