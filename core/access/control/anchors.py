"""Noting elsewhere how far the log had come (forankring): a line per unit and run, in a text file.

Who cuts off the end of the log and mends what the database says of it, is caught by this file alone. It
belongs where whoever runs the database cannot write: a backup, another machine, a printed page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from core.access.control.verify import Anchor
from core.errors import Invalid

_LINE = re.compile(r"^(\S+) ([a-z0-9-]{1,40}) (\d{1,12}) ([0-9a-f]{64})$")


class AnchorsUnreadable(Invalid):
    """A line of the file is not one that was noted; it may have been altered itself."""

    code = "anchors-unreadable"


def noted(text: str) -> tuple[Anchor, ...]:
    """What the file says."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        parts = _LINE.match(line)
        if parts is None:
            raise AnchorsUnreadable(line=number)
        found.append(Anchor(parts[2], int(parts[3]), parts[4]))
    return tuple(found)


def to_note(heads: Iterable[Anchor], at: datetime) -> str:
    """What to add to the file now."""
    return "".join(
        f"{at.isoformat(timespec='seconds')} {head.unit} {head.seq} {head.hash}\n"
        for head in heads
        if head.seq
    )
