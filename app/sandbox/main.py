"""Puts the sandbox together: one application with three doors, its pages, and its memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.sandbox import control_routes, edi_routes, mhd_routes, pages
from app.sandbox.doors import (
    clinical_routes,
    edi3_routes,
    helseid_routes,
    mhd_reading_routes,
    people_routes,
    person_routes,
    registers_routes,
)
from app.sandbox.house import House, Trouble, say_no
from app.sandbox.national.clinical import Clinical
from app.sandbox.national.helseid import HelseIdHouse
from app.sandbox.national.people import PeopleHouse
from app.sandbox.national.persons import Persons
from app.sandbox.national.registers import Registers
from app.sandbox.store import Store
from core.clock import Clock, utc_now

_HERE = Path(__file__).parent
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def create_sandbox(
    *,
    our_her_id: int,
    receipt_delay_seconds: float = 2.0,
    token: str | None = None,
    storage: Path | None = None,
    clock: Clock = utc_now,
    helseid: HelseIdHouse | None = None,
    people: PeopleHouse | None = None,
    registers: Registers | None = None,
    clinical: Clinical | None = None,
    persons: Persons | None = None,
) -> FastAPI:
    """The receiving side. `our_her_id` is the legevakt's; `storage` a file that outlives restarts.

    With `helseid` every call must carry one of its tokens, else `token` when there is one.
    """
    store = Store(storage)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        store.close()

    app = FastAPI(title="Sandkasse", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.house = House(
        store=store,
        clock=clock,
        our_her_id=our_her_id,
        receipt_delay_seconds=receipt_delay_seconds,
        token=token,
        helseid=helseid,
        people=people,
        registers=registers or Registers(),
        clinical=clinical or Clinical(),
        persons=persons or Persons(),
    )
    routers = (
        edi_routes,
        edi3_routes,
        mhd_routes,
        mhd_reading_routes,
        control_routes,
        helseid_routes,
        people_routes,
        person_routes,
        registers_routes,
        clinical_routes,
        pages,
    )
    for router in (each.router for each in routers):
        app.include_router(router)
    app.add_exception_handler(Trouble, say_no)
    app.add_exception_handler(RequestValidationError, say_no)
    app.mount("/static/sandbox", StaticFiles(directory=_HERE / "static"), name="sandbox-static")
    app.mount("/static", StaticFiles(directory=_HERE.parent / "static", check_dir=False), name="app-static")
    app.add_middleware(_Guard)
    return app


class _Guard:
    """Headers for browsers, as plain ASGI: nothing here may hide that somebody hung up."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["content-security-policy"] = _POLICY
                headers["x-content-type-options"] = "nosniff"
                headers["referrer-policy"] = "no-referrer"
                headers["cache-control"] = "no-store"
            await send(message)

        await self._app(scope, receive, dressed)
