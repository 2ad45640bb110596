"""What happens to messages out (hendelser i videresending)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core.store.event_log import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class _MessageEvent(Event):
    paper_only: ClassVar[bool] = True

    channel: str
    receiver: str | None

    def facts(self) -> dict[str, Any]:
        return {"channel": self.channel, "receiver": self.receiver}


@dataclass(frozen=True, slots=True, kw_only=True)
class GpAnswered(Event):
    """Fastlegeregisteret has said who the GP is, or that there is none (fastlege slått opp)."""

    kind: ClassVar[str] = "gp-answered"

    encounter_id: str
    outcome: str

    def facts(self) -> dict[str, Any]:
        return {"outcome": self.outcome}


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageByHand(_MessageEvent):
    """A person took it over and gave it to somebody in another way (levert på annen måte)."""

    kind: ClassVar[str] = "message-by-hand"


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
class MessageContradicted(_MessageEvent):
    """The receiver has said both yes and no (motstridende kvitteringer): work for a person."""

    kind: ClassVar[str] = "message-contradicted"


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxTaskSettled(Event):
    """A person wrote down what was done about something in the inbox (avklart)."""

    kind: ClassVar[str] = "inbox-task-settled"

    task: str

    def facts(self) -> dict[str, Any]:
        return {"task": self.task}


@dataclass(frozen=True, slots=True, kw_only=True)
class _DialogueEvent(Event):
    about: str  # question, answer or note
    party: str | None  # the office at the other end

    def facts(self) -> dict[str, Any]:
        return {"about": self.about, "party": self.party}


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogueReceived(_DialogueEvent):
    """A GP has written to the legevakt (dialogmelding mottatt)."""

    kind: ClassVar[str] = "dialogue-received"


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogueWritten(_DialogueEvent):
    """A doctor here has written to the GP (dialogmelding skrevet). Not yet delivered."""

    kind: ClassVar[str] = "dialogue-written"


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogueClosed(_DialogueEvent):
    """What a GP wrote has been dealt with (besvart eller lest)."""

    kind: ClassVar[str] = "dialogue-closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogueAssigned(_DialogueEvent):
    """Somebody has said that they will answer (tatt av)."""

    kind: ClassVar[str] = "dialogue-assigned"


@dataclass(frozen=True, slots=True, kw_only=True)
class DialoguePlaced(_DialogueEvent):
    """A person has said whom it is about (plassert)."""

    kind: ClassVar[str] = "dialogue-placed"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageHeld(_MessageEvent):
    """Not to be sent until a person has decided: who it is about has changed (holdt tilbake)."""

    kind: ClassVar[str] = "message-held"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageQuestioned(_MessageEvent):
    """It had gone out, and who it is about has changed since: work for a person (må følges opp)."""

    kind: ClassVar[str] = "message-questioned"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReviewed(_MessageEvent):
    """A person decided what to do about it (avklart)."""

    kind: ClassVar[str] = "message-reviewed"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageWantedAnew(_MessageEvent):
    """The same letter is to be written again, about the person as known now (skrives på nytt)."""

    kind: ClassVar[str] = "message-wanted-anew"

    encounter_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageGivenUp(_MessageEvent):
    """We stopped trying, or there was nobody to send to (gitt opp): work for a person."""

    kind: ClassVar[str] = "message-given-up"
