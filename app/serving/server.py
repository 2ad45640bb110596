"""The server (tjeneren): one uvicorn with the settings our promises rest on."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from app.serving.screen_protocol import ScreenProtocol
from core.settings import Settings


def server(app: FastAPI, *, host: str, port: int, with_signals: bool = True) -> uvicorn.Server:
    """A server for one app; `with_signals` False for a second one in the same process."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        ws=ScreenProtocol,
        ws_per_message_deflate=False,  # costs memory and time per screen, gains nothing on a LAN
        ws_max_size=4096,  # screens have nothing to say
        ws_ping_interval=20,
        timeout_graceful_shutdown=5,  # a frozen screen must not keep the process from ending
        server_header=False,
        log_level="warning",
        access_log=False,  # addresses hold encounter ids; who opened what is in the access log
    )
    return uvicorn.Server(config) if with_signals else _Silent(config)


class _Silent(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def serve(app: FastAPI, settings: Settings) -> None:
    """Serve until told to stop."""
    logging.getLogger("alembic").setLevel(logging.WARNING)  # asked at every readiness check
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    server(app, host=settings.host, port=settings.port).run()
