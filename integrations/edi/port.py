"""What we ask of a message carrier (meldingstjener), whatever version of its API is in use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, Protocol

INBOX_PAGE = 100
"""So many messages are asked for at a time; a page that is full may have more behind it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingMessage:
    """One unread message addressed to us. `document_id` is the MsgId inside it."""

    id: str
    receiver_her_id: int | None
    sender_her_id: int | None = None
    document_id: str | None = None
    is_apprec: bool | None = None  # None: the carrier does not say
    position: str | None = None  # where in the carrier's queue; None: it remembers itself what is unread
    is_document: bool = True  # False: news about something else, with nothing to fetch


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How far one message has come to one receiver, as the carrier knows it."""

    receiver_her_id: int
    transport: Literal["unconfirmed", "acknowledged", "rejected", "abandoned"]
    receipt: Literal["ok", "rejected", "partly"] | None


class EdiRefused(Exception):
    """The carrier understood and will never take this; asking again changes nothing."""

    def __init__(self, reason: str, *, detail: str = "", request_id: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail
        self.request_id = request_id


class EdiUnavailable(Exception):
    """No usable answer: what was asked may or may not have happened. Ask again, the same."""

    def __init__(self, reason: str, *, after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after = after


class MessageExchange(Protocol):
    """Sending and fetching messages. Every call may raise EdiRefused or EdiUnavailable, nothing else."""

    async def send(self, document: bytes) -> str:
        """Hand over one XML document; the carrier reads the receivers in it. Returns the carrier's id."""
        ...

    async def prepare(self, her_ids: Sequence[int]) -> None:
        """Tell the carrier that we look after these HER-ids; may be said again at any time."""
        ...

    async def inbox(self, her_ids: Sequence[int], after: str | None = None) -> list[IncomingMessage]:
        """Messages to these HER-ids, oldest first, a page of them: unread, or after this position."""
        ...

    async def fetch(self, message_id: str) -> bytes:
        """The document of one message."""
        ...

    async def status(self, message_id: str) -> list[Delivery]:
        """How far a message we sent has come."""
        ...

    async def mark_read(self, message_id: str, her_id: int) -> None:
        """Take a message out of the inbox; only after it is stored safely with us."""
        ...
