"""Which screens are there (til stede): noted for the coordinator's list, with as few writes as will do."""

from __future__ import annotations

from collections.abc import Collection

from core.access.displays import note_seen
from core.ids import DISPLAYS, Actor, Role, StaffId
from core.store.work import Store
from realtime.hub import Hub

LOOK_SECONDS = 5.0
"""A screen that was just hung up is seen on the list this soon."""

_EVERY = 6  # looks; those who stay are noted each half minute
_WATCHMAN = Actor(StaffId("presence"), "Presence", Role.SYSTEM, None)


class Presence:
    """Looks at who follows in this process and notes it: one statement for all, seldom for those who stay."""

    def __init__(self, store: Store, hub: Hub) -> None:
        self._store = store
        self._hub = hub
        self._noted: Collection[str] = frozenset()
        self._looks = 0

    async def look(self) -> None:
        """Note those who came since the last look; now and then everybody."""
        here = {actor for actor in self._hub.followed_by() if actor.role in DISPLAYS}
        ids = {actor.id for actor in here}
        self._looks = (self._looks + 1) % _EVERY
        news = here if self._looks == 0 else {actor for actor in here if actor.id not in self._noted}
        if news:
            await self._store.write(_WATCHMAN, note_seen, news)
        self._noted = ids
