"""A ward where everything that should happen by itself does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from app.wiring import reactions
from core.settings import Settings
from core.store.database import Database
from core.store.work import Store
from tests.cast import move_in
from tests.conftest import SettableClock
from tests.core.patients.identity.hand import Hand


@pytest.fixture
async def ward(
    database_url: str, clock: SettableClock, settings_for: Callable[..., Settings]
) -> AsyncIterator[Hand]:
    """Nora and Kari, on duty."""
    store = Store(Database(database_url), clock, reactions(settings_for(database_url)))
    yield Hand(store, await move_in(store))
    await store.drain()
