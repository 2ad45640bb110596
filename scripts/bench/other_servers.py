"""Other ways to serve the same app, for `bench_servers`: servers, websocket protocols, event loops.

Only "serve" has the direct pipe; all others send through ASGI, once per screen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from importlib import import_module
from typing import Any

import uvicorn

from app.serving.screen_protocol import ScreenProtocol
from core.settings import Settings

# What an interpreter must have for a way to be tried at all.
WAYS: dict[str, tuple[str, ...]] = {
    "serve": (),
    "direct, asyncio": (),
    "sansio": (),
    "sansio, asyncio": (),
    "sansio, deflate": (),
    "websockets (legacy)": (),
    "wsproto": ("wsproto",),
    "granian": ("granian",),
    "hypercorn": ("hypercorn",),
}
App = Callable[[], Any]


def run(way: str, app: App, settings: Settings) -> None:
    """Serve until told to stop."""
    if way == "granian":
        _granian(settings)
    elif way == "hypercorn":
        _hypercorn(app, settings)
    else:
        _uvicorn(way, app, settings)


def _uvicorn(way: str, app: App, settings: Settings) -> None:
    protocols: dict[str, Any] = {
        "direct": ScreenProtocol,
        "sansio": "websockets-sansio",
        "websockets (legacy)": "websockets",
        "wsproto": "wsproto",
    }
    name, _, how = way.partition(", ")
    uvicorn.run(
        app(),
        port=settings.port,
        ws=protocols[name],
        loop="asyncio" if how == "asyncio" else "uvloop",
        ws_per_message_deflate=how == "deflate",
        log_level="warning",
        access_log=False,
        backlog=4096,
        timeout_graceful_shutdown=2,
    )


def _granian(settings: Settings) -> None:
    granian: Any = import_module("granian")
    constants: Any = import_module("granian.constants")
    granian.Granian(
        "scripts.bench.served:app",
        factory=True,
        interface=constants.Interfaces.ASGI,
        port=settings.port,
        log_enabled=False,
    ).serve()


def _hypercorn(app: App, settings: Settings) -> None:
    served: Any = import_module("hypercorn.asyncio")
    configuration: Any = import_module("hypercorn.config").Config()
    configuration.bind = [f"127.0.0.1:{settings.port}"]
    with asyncio.Runner(loop_factory=import_module("uvloop").new_event_loop) as runner:
        runner.run(served.serve(app(), configuration))
