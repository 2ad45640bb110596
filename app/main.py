"""The application, built once: database, routes, screens, sockets and jobs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from functools import cache
from pathlib import Path

from fastapi import APIRouter, FastAPI
from starlette.routing import BaseRoute
from starlette.staticfiles import StaticFiles

from app import pages
from app.access import pages as access_pages
from app.calls import pages as call_pages
from app.calls import routes as telephone
from app.clinical import routes as clinical
from app.codes import pages as settlement_pages
from app.codes import routes as codes
from app.compositions import pages as composition_pages
from app.compositions import routes as compositions
from app.coordinator import pages as coordinator
from app.dialogue import pages as dialogue_pages
from app.dialogue import routes as dialogue_routes
from app.displays import pages as display_pages
from app.displays import spare_page
from app.displays import waiting_room as public_board
from app.displays.presence import LOOK_SECONDS, Presence
from app.door import helseid_pages, login
from app.door.helseid import ends_elsewhere, people_of
from app.earlier import pages as earlier_pages
from app.full_copy import pages as full_copy_pages
from app.full_copy import routes as full_copy
from app.handing import pages as handing_pages
from app.handing import routes as handing
from app.health import routes as health
from app.identity import pages as identity_pages
from app.jobs import Clockwork, Job, jobs
from app.live import drafts as live_drafts
from app.live import line as live_line
from app.live.gathering import Gathering
from app.migrations.run import migrate
from app.operations import pages as operations_pages
from app.orders import pages as order_pages
from app.outward.ways import SOFTWARE, Ways
from app.own import pages as own_pages
from app.plain import pages as plain_pages
from app.preview import pages as preview_pages
from app.record import pages as record_pages
from app.ticket import pages as ticket_pages
from app.ticket.guesses import WrongGuesses
from app.ticket.line import Lines
from app.topics import described
from app.vitals import pages as standing_pages
from app.vitals import routes as vitals
from app.wiring import TOPICS, reactions
from app.words import problem_words
from app.writing import pages as writing_pages
from app.writing import routes as writing
from app.writing import versions as draft_versions
from core.clock import Clock, utc_now
from core.errors import Refused
from core.http import access_routes, display_routes, identity_routes, own_routes, problem
from core.http import routes as sign_in
from core.http.guards import Guards
from core.settings import Settings
from core.store.database import Database
from core.store.leader import Leader
from core.store.work import Store
from integrations import outbox
from integrations import routes as forwarding
from integrations.dispatcher import forwarding as forwarding_actor
from integrations.messages import messages_of
from journal.queries.encounter_page import no_messages
from journal.routes import journal_router, orders_router
from realtime import socket
from realtime.admission import Admission
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
        routes=list(_routes(settings.modules, timedelta(seconds=settings.undo_seconds))),
    )
    app.state.settings = settings
    app.state.store = store
    app.state.pages = pages.Pages(settings, STATIC)
    app.state.asyncapi = described(app.version)
    app.state.hub = Hub(store, TOPICS, version=app.state.pages.asset_version)
    app.state.feed = Feed(
        app.state.hub, poll_seconds=settings.poll_seconds, beat_seconds=settings.beat_seconds
    )
    app.state.gathering = Gathering(
        store, version=app.state.pages.asset_version, beat_seconds=settings.beat_seconds
    )
    app.state.leader = Leader(store)
    app.state.people = people_of(settings, clock)
    app.state.ends_elsewhere = ends_elsewhere(store, app.state.people)
    app.state.pairing_turn = asyncio.Lock()
    app.state.lines = Lines(store)
    app.state.wrong_guesses = WrongGuesses()
    app.state.admission = Admission(store, app.state.hub)
    app.state.words = problem_words
    problem.install(app, problem_words, pages.refusal_page)
    app.mount(f"/static/{app.state.pages.asset_version}", StaticFiles(directory=STATIC), name="static")
    app.add_middleware(Guards, words=problem_words, allowed_origins=settings.allowed_origins)
    return app


@cache
def _routes(modules: tuple[str, ...], undo_for: timedelta) -> tuple[BaseRoute, ...]:
    """Every address of such an installation. What each asks for is worked out once, at the first request:
    apps of the same process share that, which is most of what it takes to open one."""
    every, forwards = APIRouter(), "integrations" in modules
    every.include_router(health.router)
    every.include_router(sign_in.router)
    every.include_router(own_routes.router)
    every.include_router(display_routes.router)
    every.include_router(identity_routes.router)
    every.include_router(access_routes.router)
    every.include_router(triage.router)
    every.include_router(telephone.router)
    every.include_router(vitals.router)
    if "journal" in modules:
        every.include_router(journal_router(messages_of if forwards else no_messages, undo_for))
        every.include_router(live_drafts.router)
        every.include_router(draft_versions.router)
        every.include_router(orders_router())
        every.include_router(clinical.router)
        every.include_router(vitals.medicines)
        every.include_router(order_pages.router)
        every.include_router(standing_pages.router)
        for each in (codes, settlement_pages, compositions, composition_pages, writing, writing_pages):
            every.include_router(each.router)
    if forwards:
        every.include_router(forwarding.router)
        every.include_router(operations_pages.router)
        every.include_router(dialogue_routes.router)
        every.include_router(dialogue_pages.router)
        every.include_router(preview_pages.router)
    every.include_router(socket.router)
    every.include_router(live_line.router)
    every.include_router(pages.router)
    every.include_router(login.router)
    every.include_router(helseid_pages.router)
    every.include_router(own_pages.router)
    every.include_router(coordinator.router)
    every.include_router(call_pages.router)
    every.include_router(display_pages.router)
    every.include_router(identity_pages.router)
    every.include_router(access_pages.router)
    if "journal" in modules:
        every.include_router(record_pages.router)
        every.include_router(handing.router)
        every.include_router(handing_pages.router)
        every.include_router(earlier_pages.router)
        every.include_router(plain_pages.router)
        every.include_router(full_copy.router)
        every.include_router(full_copy_pages.router)
    every.include_router(public_board.router)
    every.include_router(spare_page.router)
    every.include_router(ticket_pages.router)
    return tuple(every.routes)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    store: Store = app.state.store
    hub: Hub = app.state.hub
    await migrate(store.database)
    if store.database.is_sqlite:
        await store.write(forwarding_actor(None), outbox.release_leases)
    feed: Feed = app.state.feed
    gathering: Gathering = app.state.gathering
    feed.also(gathering.ring)
    store.on_commit(feed.ring)
    feed.start(bell=None if store.database.is_sqlite else store.database.url)
    gathering.start()
    ways = app.state.ways = Ways(settings)
    leader: Leader = app.state.leader
    # A SQLite file has one process: whoever held the lead before was killed.
    with suppress(Refused):  # two that start in the same moment: this one asks again soon
        await leader.renew(by_force=store.database.is_sqlite)
    look = Job("presence", LOOK_SECONDS, Presence(store, hub).look, in_every_process=True)
    clockwork = Clockwork([*jobs(leader.store, ways, settings), look], leader)
    clockwork.start()
    try:
        yield
    finally:
        hub.close_all(Close.RESTART)
        await gathering.stop()
        await clockwork.stop()
        with suppress(Refused):  # the lease runs out by itself
            await leader.resign()
        await feed.stop()
        await asyncio.shield(store.drain())  # an engine left open keeps the process from ending
        await ways.close()
