"""Slowing those who guess (bremse), and never locking out whoever is on duty.

Each attempt is counted before it is looked at, so that many at once are many. The wait grows with each
failure and has a ceiling; after a quarter of an hour without one it is forgotten. A machine that the person
has signed in at before has a count of its own: who guesses from elsewhere does not slow the doctor on duty.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from core.access.sign_in.tables import SignInAttempts
from core.errors import Refused
from core.store.work import Work

FORGOTTEN_AFTER = timedelta(minutes=15)


class TooManyAttempts(Refused):
    """Wrong too often just now: the next attempt is looked at in `retry_after` seconds (vent)."""

    code, status = "too-many-attempts", 429


@dataclass(frozen=True, slots=True)
class Gate:
    """Something attempts are counted by, how many may be wrong for free, and the longest wait in seconds."""

    name: str
    free: int
    ceiling: int

    def wait(self, failures: int) -> timedelta:
        """Until the next attempt is looked at: 1, 2, 4 … seconds."""
        over = failures - self.free
        return timedelta(seconds=min(2 ** min(over, 10), self.ceiling) if over >= 0 else 0)


def gates(username: str, address: str, machine: str | None) -> tuple[Gate, ...]:
    """What counts for this attempt. On a machine the person is known at, that alone."""
    if machine is not None:
        return (Gate(_name("here", username, machine), 5, 60),)
    return (
        Gate(_name("from", username, address), 5, 60),
        # Guessing one account from many addresses: seventeen thousand a day at most, against twelve letters.
        Gate(_name("account", username), 20, 5),
        # A whole ward may stand behind one address, and forget its passwords on the same Monday.
        Gate(_name("address", address), 30, 60),
    )


def gate(what: str, counted: str, *, free: int, ceiling: int) -> Gate:
    """Anything else that is counted at the door; `counted` is kept as a hash."""
    return Gate(_name(what, counted), free, ceiling)


async def claim(work: Work, listed: Sequence[Gate]) -> None:
    """Count this attempt as a failure until it is known to be none; refuse it when it is too soon."""
    await work.session.execute(delete(SignInAttempts).where(SignInAttempts.at < work.now - FORGOTTEN_AFTER))
    rows = [(gate, await _row(work, gate)) for gate in sorted(listed, key=lambda gate: gate.name)]
    wait = max((row.next_at - work.now for _, row in rows), default=timedelta())
    if wait > timedelta():
        raise TooManyAttempts(retry_after=max(1, -(-int(wait.total_seconds() * 1000) // 1000)))
    for gate, row in rows:
        row.failures += 1
        row.at, row.next_at = work.now, work.now + gate.wait(row.failures)


async def succeed(work: Work, listed: Sequence[Gate]) -> None:
    """It was the right person: the own count is forgotten, and this attempt is no failure of the others."""
    for number, gate in enumerate(listed):
        row = await work.session.get(SignInAttempts, gate.name)
        if row is not None and number == 0:
            await work.session.delete(row)
        elif row is not None:
            row.failures = max(0, row.failures - 1)
            row.next_at = work.now


async def _row(work: Work, gate: Gate) -> SignInAttempts:
    # Two who come first in the same moment, at two processes, make one row and wait for each other.
    dialect = sqlite if work.session.get_bind().dialect.name == "sqlite" else postgresql
    new = dialect.insert(SignInAttempts).values(name=gate.name, failures=0, next_at=work.now, at=work.now)
    await work.session.execute(new.on_conflict_do_nothing())
    found = await work.session.execute(
        select(SignInAttempts).where(SignInAttempts.name == gate.name).with_for_update()
    )
    return found.scalar_one()


def _name(*parts: str) -> str:
    # A wrong user name is often a password in the wrong field: neither is kept.
    return parts[0] + ":" + hashlib.sha256("\0".join(parts).encode()).hexdigest()
