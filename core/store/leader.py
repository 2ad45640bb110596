"""Which of several processes runs the recurring jobs (leder): exactly one, and it can be replaced.

The leader renews a lease of some seconds. If it dies or freezes, another takes over when the time is up. If
the old one wakes and still believes, its first write is refused: each write it makes as leader checks the
lease in the same transaction.
"""

from __future__ import annotations

from datetime import timedelta

from core.ids import Actor, Role, StaffId, new_id
from core.store.lease import Lease, LeaseLost, give_back, require_held, take
from core.store.work import Store, Work

LASTS = timedelta(seconds=10)
RENEW_SECONDS = 3.0

_LEADER = Actor(StaffId("leader"), "Leader", Role.SYSTEM, None)


class Leader:
    """This process as a candidate; `store` is for the writes it makes while it leads."""

    def __init__(self, store: Store, name: str = "jobs", *, lasts: timedelta = LASTS) -> None:
        self.store = store.guarded(self._require_held)
        self._plain = store
        self._name = name
        self._me = new_id()
        self._lasts = lasts
        self._lease: Lease | None = None

    @property
    def leads(self) -> bool:
        """Whether this process has the lease, as far as it knows."""
        return self._lease is not None and self._plain.clock() < self._lease.until

    @property
    def fence(self) -> int:
        """How many times the lead has changed hands, as far as this process knows; 0 when it never led."""
        return self._lease.fence if self._lease else 0

    async def renew(self, *, by_force: bool = False) -> None:
        """Take the lead if it is free, or keep it. `by_force` where there can be no other process."""
        self._lease = await self._plain.write(
            _LEADER, take, self._name, self._me, self._lasts, by_force=by_force
        )

    async def resign(self) -> None:
        """Let another process begin at once."""
        if self._lease is not None:
            await self._plain.write(_LEADER, give_back, self._lease)
            self._lease = None

    async def _require_held(self, work: Work) -> None:
        if self._lease is None:
            raise LeaseLost(lease=self._name)
        await require_held(work, self._lease)
