"""The server (tjeneren): one uvicorn with the settings our promises rest on."""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from socket import socket

import uvicorn
from fastapi import FastAPI

from app.serving.screen_protocol import ScreenProtocol
from core.settings import Settings

try:
    import resource
except ImportError:  # Windows has no such limit
    resource = None  # type: ignore[assignment]

logger = logging.getLogger(__name__)


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
        backlog=4096,  # a ward whose server restarts comes back at once
    )
    return _Server(config) if with_signals else _Silent(config)


class _Server(uvicorn.Server):
    async def startup(self, sockets: list[socket] | None = None) -> None:
        """As uvicorn does; then take what is loaded out of the collector's way, and let it begin.

        A full collection stops every screen: with 4 000 of them for most of a second, and several times while
        they connect. What was loaded at the start does not become garbage (2 600 of 280 000 objects did, and
        looking for them kept the first screen waiting); what comes and goes is looked through in small
        portions, and all of it seldom.
        """
        await super().startup(sockets)
        logger.info("open at http://%s:%s", self.config.host, self.config.port)
        gc.freeze()
        gc.set_threshold(10_000, 20, 100)
        gc.enable()


class _Silent(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def serve(app: FastAPI, settings: Settings) -> None:
    """Serve until told to stop."""
    keep_log()
    _allow_many_screens()
    server(app, host=settings.host, port=settings.port).run()


def keep_log() -> None:
    """What the service does, to the standard error; never whom it is about."""
    for chatty in ("alembic", "httpx", "httpcore"):
        # One speaks at every readiness check, two tell each address asked, which may name a patient.
        logging.getLogger(chatty).setLevel(logging.WARNING)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")


def _allow_many_screens() -> None:
    # Each screen is an open file, and the usual limit is 1 024; what the system allows us is often far more.
    if resource is not None:
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
