"""How a way out fares (leveringsvei): how many letters are on it, and whether anybody answers there.

When nobody does, one letter asks now and then, not the whole queue: an outage of a second would else meet
every letter of a backlog, and each of them would wait for minutes after it is over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

AT_ONCE = 8
"""Letters under way at a time on each way; more gain nothing, and no receiver asked for them."""
_SILENT = 8
"""So many in a row without an answer, and nobody is there. By chance that does not happen."""
_ASK_AGAIN = timedelta(seconds=2)


@dataclass(slots=True)
class Way:
    """One way out, as seen by this process."""

    under_way: int = 0
    unanswered: int = 0  # in a row
    last_unanswered: datetime | None = None

    def room(self, now: datetime) -> int:
        """How many more letters may go this way now."""
        if self.last_unanswered is None or self.unanswered < _SILENT:
            return AT_ONCE - self.under_way
        # A clock that was put back must not keep the way shut.
        lately = timedelta(0) <= now - self.last_unanswered < _ASK_AGAIN
        return 0 if self.under_way or lately else 1

    def answered(self) -> None:
        """Somebody is there, whatever was said."""
        self.unanswered = 0

    def silence(self, now: datetime) -> None:
        """Nobody took it: away, overloaded, or not willing to speak with us."""
        self.unanswered += 1
        self.last_unanswered = now
