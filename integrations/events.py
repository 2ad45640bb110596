"""What happens to messages out (hendelser i videresending)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core.store.event_log import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class _MessageEvent(Event):
    channel: str
    receiver: str | None

    def facts(self) -> dict[str, Any]:
        return {"channel": self.channel, "receiver": self.receiver}


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSent(_MessageEvent):
    """The carrier has it (sendt). Not yet delivered."""

    kind: ClassVar[str] = "message-sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageAcknowledged(_MessageEvent):
    """The receiver says it has it (levert)."""

    kind: ClassVar[str] = "message-acknowledged"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRejected(_MessageEvent):
    """The receiver, or the carrier for good, says no (avvist): work for a person."""

    kind: ClassVar[str] = "message-rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageGivenUp(_MessageEvent):
    """We stopped trying, or there was nobody to send to (gitt opp): work for a person."""

    kind: ClassVar[str] = "message-given-up"
