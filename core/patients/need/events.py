"""What is told in the record about access to it (hendelser om innsyn). The reason is not in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.store.event_log import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class GlassBroken(Event):
    """Somebody opened with a reason of their own (åpnet med begrunnelse)."""

    kind: ClassVar[str] = "glass-broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessBlocked(Event):
    """The patient has said who may not see, or that nothing is to be sent (sperring satt)."""

    kind: ClassVar[str] = "access-blocked"


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockWithdrawn(Event):
    """The patient has taken it back (sperring opphevet)."""

    kind: ClassVar[str] = "block-withdrawn"
