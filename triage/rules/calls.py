"""Calls (oppkall): how long a number stands on the board in the waiting room.

A call stands until it is answered: the patient is placed in a room (the command takes the call down), is
assessed or looked to, or taken by a doctor; or the visit ends. It is never shown for longer than `SHOWN`, and
a screen counts that by itself: an old number on the wall would send the wrong person in.
"""

from __future__ import annotations

from datetime import datetime, timedelta

SHOWN = timedelta(minutes=5)
"""Long enough to come back from the toilet or the door; then the number is called again, or by voice."""


def stands(called_at: datetime | None, *met_at: datetime | None) -> bool:
    """Whether nobody has met the patient since (oppkallet står); a doctor may take first and call then."""
    return called_at is not None and all(met is None or met <= called_at for met in met_at)


def is_shown(called_at: datetime | None, now: datetime) -> bool:
    """Whether a call that stands is young enough to be shown."""
    return called_at is not None and now - called_at < SHOWN
