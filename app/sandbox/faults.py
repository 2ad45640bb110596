"""Misbehaviour on request: what networks, carriers and GP systems do on a bad night."""

from __future__ import annotations

from collections import deque
from random import Random
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Place = Literal["edi", "inbox", "mhd", "helseid", "flr", "ar", "kj", "sfm", "person"]
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
    contradict: bool = False  # the GP's system says the opposite too, a moment later
    receipt_after: float = Field(default=0.0, ge=0, le=86_400)  # seconds more than usual, until it answers
    stray: Literal["unknown", "unreadable", "other-receiver"] | None = None  # something else comes as well
    end_tokens: bool = False  # no token given until now is good any more


class Weather(BaseModel):
    """Trouble by chance: this share of the calls to a place meets this fault; a seed makes it repeatable."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: int
    chances: dict[Place, list[tuple[float, Fault]]]


class Faults:
    """The trouble that is still to come, in order, per place; and the weather, for calls that meet none."""

    def __init__(self) -> None:
        self._waiting: dict[Place, deque[Fault]] = {}
        self._weather: Weather | None = None
        self._random = Random(0)  # noqa: S311 - repeatable on purpose
        self.day: str | None = None  # the bad day it is, when it is one with a name

    def let_be(self, weather: Weather, day: str | None = None) -> None:
        """From now on trouble comes by chance as well."""
        self._weather, self._random, self.day = weather, Random(weather.seed), day  # noqa: S311

    def add(self, place: Place, fault: Fault) -> None:
        """Line up a fault after those already waiting."""
        self._waiting.setdefault(place, deque()).append(fault)

    def clear(self) -> None:
        """Behave again."""
        self._waiting.clear()
        self._weather = self.day = None

    def take(self, place: Place) -> Fault:
        """What is to go wrong with this call; an empty fault when nothing is."""
        waiting = self._waiting.get(place)
        if not waiting:
            return self._by_chance(place)
        fault = waiting[0]
        if fault.times > 1:
            waiting[0] = fault.model_copy(update={"times": fault.times - 1})
        else:
            waiting.popleft()
        return fault

    def _by_chance(self, place: Place) -> Fault:
        drawn = self._random.random() if self._weather else 1.0
        for share, fault in self._weather.chances.get(place, []) if self._weather else []:
            if drawn < share:
                return fault
            drawn -= share
        return Fault()
