"""The application, built once: database, routes, screens, sockets and jobs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from app import health, pages
from app.jobs import Clockwork, jobs
from app.migrations.run import migrate
from app.wiring import SOFTWARE, TOPICS, Ways, reactions
from app.words import problem_words
from core.clock import Clock, utc_now
from core.http import problem
from core.http import routes as sign_in
from core.http.guards import Guards
from core.settings import Settings
from core.store.database import Database
from core.store.work import Store
from integrations import outbox
from integrations import routes as forwarding
from integrations.dispatcher import forwarding as forwarding_actor
from integrations.messages import messages_of
from journal.queries.encounter_page import no_messages
from journal.routes import journal_router
from realtime import socket
from realtime.feed import Feed
from realtime.hub import Hub
from realtime.protocol import Close
from triage import routes as triage

STATIC = Path(__file__).parent / "static"


def create_app(settings: Settings, *, clock: Clock = utc_now) -> FastAPI:
    """Everything a unit needs, by its settings. Modules that are off leave nothing in the API."""
    store = Store(Database(settings.database_url), clock, reactions(settings))
    app = FastAPI(
        title="legevakt",
        version=SOFTWARE.partition("/")[2],
        lifespan=_lifespan,
        docs_url=None,  # both pages load scripts from another server
        redoc_url=None,
        redirect_slashes=False,  # a redirect would be built from the Host header
    )
    app.state.settings = settings
    app.state.store = store
    app.state.pages = pages.Pages(settings, STATIC)
    app.state.hub = Hub(store, TOPICS, version=app.state.pages.asset_version)
    app.state.words = problem_words
    problem.install(app, problem_words)
    _include_routes(app, settings)
    app.mount(f"/static/{app.state.pages.asset_version}", StaticFiles(directory=STATIC), name="static")
    app.add_middleware(Guards, words=problem_words, allowed_origins=settings.allowed_origins)
    return app


def _include_routes(app: FastAPI, settings: Settings) -> None:
    forwards = "integrations" in settings.modules
    app.include_router(health.router)
    app.include_router(sign_in.router)
    app.include_router(triage.router)
    if "journal" in settings.modules:
        app.include_router(journal_router(messages_of if forwards else no_messages))
    if forwards:
        app.include_router(forwarding.router)
    app.include_router(socket.router)
    app.include_router(pages.router)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    store: Store = app.state.store
    hub: Hub = app.state.hub
    await migrate(store.database)
    if store.database.is_sqlite:
        await store.write(forwarding_actor(None), outbox.release_leases)
    feed = Feed(hub, poll_seconds=settings.poll_seconds, beat_seconds=settings.beat_seconds)
    store.on_commit(feed.ring)
    feed.start(bell=None if store.database.is_sqlite else store.database.url)
    ways = Ways(settings)
    clockwork = Clockwork(jobs(store, ways, settings))
    clockwork.start()
    try:
        yield
    finally:
        hub.close_all(Close.RESTART)
        await clockwork.stop()
        await feed.stop()
        await asyncio.shield(store.drain())  # an engine left open keeps the process from ending
        await ways.close()
