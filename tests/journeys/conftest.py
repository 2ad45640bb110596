"""The ward with those who receive from it beside it, over real sockets."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from app.main import create_app
from app.sandbox.main import create_sandbox
from core.settings import Settings
from core.store.work import Store
from tests.cast import HER_ID, Cast, move_in
from tests.conftest import client, serving

CARRIER_TOKEN = "hemmelig"


@dataclass(frozen=True, slots=True)
class Region:
    """The ward, the GP's system and the shared record."""

    url: str
    beyond: str
    store: Store
    cast: Cast
    http: httpx.AsyncClient


@pytest.fixture
async def region(
    database_url: str, settings_for: Callable[..., Settings], tmp_path: Path
) -> AsyncIterator[Region]:
    """A ward whose letters go over real sockets to a GP's system and the shared record."""
    sandbox = create_sandbox(
        receipt_delay_seconds=0.2, token=CARRIER_TOKEN, our_her_id=HER_ID, storage=tmp_path / "receivers.db"
    )
    async with serving(sandbox) as beyond:
        settings = settings_for(
            database_url,
            edi_url=f"{beyond}/edi/",
            edi_token=CARRIER_TOKEN,
            record_url=f"{beyond}/mhd/",
            record_token=CARRIER_TOKEN,
        )
        app = create_app(settings)
        async with serving(app) as url:
            cast = await move_in(app.state.store)
            async with client(url, timeout=20) as http:
                yield Region(url, beyond, app.state.store, cast, http)
