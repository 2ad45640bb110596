"""A served ward for the table of routes and roles, in which nothing happens by itself."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from joserfc.jwk import ECKey

from app.main import create_app
from core.settings import Settings
from core.store.leader import Leader
from tests.cast import move_in
from tests.conftest import Served, client, serving
from tests.house.asking import Ward
from tests.house.sign_in_cases import KEY, SITE


class Follower(Leader):
    """Never runs the jobs: an alarm that rings between making a request and asking it changes its ETag."""

    async def renew(self, *, by_force: bool = False) -> None:
        """Not this one."""


@pytest.fixture
def engine() -> str:
    """Who may do what does not depend on the database."""
    return "sqlite"


@pytest.fixture
def helseid_key(tmp_path: Path) -> Path:
    """What the site would show HelseID."""
    path = tmp_path / "key.jwk"
    path.write_text(json.dumps(ECKey.generate_key("P-256", private=True).as_dict(private=True)))
    return path


@pytest.fixture
async def ward(
    database_url: str, settings_for: Callable[..., Settings], helseid_key: Path
) -> AsyncIterator[Ward]:
    """One served app for a whole table."""
    settings = settings_for(
        database_url,
        factor_key=KEY,
        sign_in_url=SITE.origin,
        helseid_url="https://helseid.test",
        helseid_sign_in_client="nordvik",
        helseid_sign_in_keys=(helseid_key,),
    )
    app = create_app(settings)
    app.state.leader = Follower(app.state.store)
    async with serving(app) as url:
        cast = await move_in(app.state.store)
        async with client(url, timeout=120) as http:  # however busy the machine is
            yield Ward(Served(url, app.state.store, cast, http, app))
