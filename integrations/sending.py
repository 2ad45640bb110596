"""What every way out has in common: how sending ends, and what a channel is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The receiver's own word (kvittering) on one message; `raw` is kept as it came."""

    status: Literal["ok", "rejected", "partly"]
    errors: tuple[str, ...]  # codes, e.g. "E21"
    raw: bytes
    sender: str | None = None  # who says so, as they call themselves
    sender_her_ids: frozenset[int] = frozenset()  # theirs in Adresseregisteret; empty: it does not say


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The carrier has taken it over. Without a receipt this is not yet delivered."""

    external_id: str  # what the carrier calls it
    receipt: Receipt | None


class TryAgain(Exception):
    """Not sent, or nobody knows: the same bytes must be sent again later. `reason` is a stable code.

    `posted` False: they certainly never left.
    """

    def __init__(self, reason: str, *, after: timedelta | None = None, posted: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after = after  # what the other side asked for (Retry-After)
        self.posted = posted


class RefusedForGood(Exception):
    """These bytes will never be taken; a person must look. `detail` is the other side's own words."""

    def __init__(self, reason: str, *, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


class Channel(Protocol):
    """A way out (kanal). Sending the same message twice must have the effect of once at the receiver."""

    @property
    def name(self) -> str:
        """As in the balance and on the page, e.g. `gp-summary`."""
        ...

    @property
    def content_type(self) -> str:
        """The media type of the bytes."""
        ...

    async def send(self, message_id: str, body: bytes) -> Sent:
        """Hand the bytes over; raises TryAgain or RefusedForGood, and nothing else for what others do."""
        ...
