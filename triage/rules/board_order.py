"""What stands above what on the board (rekkefølge på tavla): one function, and the same in the browser.

1. Level: 1, 2, then those nobody has triaged yet, then 3, 4, 5. The untriaged stand below level 2, whose
   need is known, and above level 3: an unknown patient may be worse than one known to be able to wait.
2. Share of the deadline used, most first: 50 of 60 minutes goes before 20 of 60, whoever came first. A
   deadline of 0 is at once, before all others. The share stands still from when a doctor took the patient.
3. Arrival, oldest first; then the encounter's id, so that the order is the same on every screen.

Expected patients (ventet) who are not here yet stand last.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import inf
from typing import Protocol

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNTRIAGED, _EXPECTED = 2.5, 99.0


class Ordered(Protocol):
    """What the order needs to know of a row."""

    @property
    def id(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def level(self) -> int | None: ...
    @property
    def arrived_at(self) -> datetime: ...
    @property
    def target_at(self) -> datetime | None: ...
    @property
    def target_minutes(self) -> int | None: ...
    @property
    def doctor_since(self) -> datetime | None: ...


def order_key(row: Ordered, now: datetime) -> tuple[float, float, int, str]:
    """Sort rows by this, smallest first. Whole milliseconds, as the browser counts them."""
    return (_place(row), -_share(row, now), _ms(row.arrived_at), row.id)


def _place(row: Ordered) -> float:
    if row.status == "planned":
        return _EXPECTED
    return _UNTRIAGED if row.level is None else float(row.level)


def _share(row: Ordered, now: datetime) -> float:
    if row.target_at is None or row.target_minutes is None:
        return 0.0
    if row.target_minutes == 0:
        return inf
    until = now if row.doctor_since is None else min(now, row.doctor_since)
    whole = row.target_minutes * 60_000
    return (_ms(until) - _ms(row.target_at) + whole) / whole


def _ms(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)
