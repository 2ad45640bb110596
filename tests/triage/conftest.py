"""Nora at the door of a fresh ward."""

from __future__ import annotations

import pytest

from core.store.work import Store
from tests.cast import move_in
from tests.triage.hand import Hand


@pytest.fixture
async def nora(store: Store) -> Hand:
    """Nora, on duty."""
    return Hand(store, await move_in(store))
