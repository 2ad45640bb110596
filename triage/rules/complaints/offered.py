"""What people come with here at this time of day (vanligst her): counted, and filled up from a short list.

Free text may hold what only those present should know, so it is offered to others only when many have
written the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from core.clock import local
from core.text import Answer
from triage.rules.complaints.pack import Complaint, complaint_in, plain

HOURS_AROUND = 3
"""Three hours before to three hours after: an evening has other complaints than a morning."""
LEAST, LEAST_FREE_TEXT = 2, 5
"""How often it must have been seen before it says anything of the ward."""
MOST = 8


class CommonComplaint(Answer):
    """One of the complaints offered first; `here` when the ward's own contacts say so."""

    code: str | None
    text: str
    here: bool


def near(at: datetime, now: datetime) -> bool:
    """Whether it was about this time of day, on the ward's own clock."""
    apart = abs(local(at).hour - local(now).hour)
    return min(apart, 24 - apart) <= HOURS_AROUND


def most_common(
    seen: Iterable[tuple[str, datetime]],
    *,
    now: datetime,
    complaints: tuple[Complaint, ...],
    start: Sequence[str],
    language: str,
) -> tuple[CommonComplaint, ...]:
    """The ward's own, most often first, then those of the starting list that are not among them."""
    counted: Counter[str] = Counter()
    texts: dict[str, str] = {}
    for text, at in seen:
        if near(at, now):
            counted[plain(text)] += 1
            texts.setdefault(plain(text), text)
    by_code: Counter[str] = Counter()
    for said, number in counted.items():
        meant = complaint_in(said, complaints)
        if meant:
            by_code[meant.code] += number
            texts.pop(said)
    known = {each.code: each for each in complaints}
    ranked = [(number, code, known[code].word(language)) for code, number in by_code.items()]
    ranked = [each for each in ranked if each[0] >= LEAST]
    ranked += [(counted[said], "", text) for said, text in texts.items() if counted[said] >= LEAST_FREE_TEXT]
    ranked.sort(key=lambda each: (-each[0], each[2]))
    own = [CommonComplaint(code=code or None, text=text, here=True) for _, code, text in ranked[:MOST]]
    named = {each.code for each in own}
    fill = [
        CommonComplaint(code=code, text=known[code].word(language), here=False)
        for code in start
        if code not in named
    ]
    return (*own, *fill[: MOST - len(own)])
