"""A sandbox on a real socket, as senders meet it; can be stopped and started again on the same file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any

import httpx
import uvicorn

from app.sandbox.main import create_sandbox
from integrations.edi.client import EdiClient
from integrations.shared_record.channel import SharedRecordChannel
from tests.conftest import client
from tests.integrations.gp_summary.examples import OUR_HER_ID

TOKEN = "a-token"


@contextmanager
def running_sandbox(storage: Path | None = None, **options: Any) -> Iterator[str]:
    """The address of a sandbox that answers, until the block ends."""
    app = create_sandbox(
        our_her_id=OUR_HER_ID, storage=storage, token=TOKEN, **{"receipt_delay_seconds": 0.0} | options
    )
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


def edi_client(http: httpx.AsyncClient) -> EdiClient:
    http.headers["authorization"] = f"Bearer {TOKEN}"
    return EdiClient(http, source_system="legevakt, v0.1.0")


def record_channel(http: httpx.AsyncClient) -> SharedRecordChannel:
    http.headers["authorization"] = f"Bearer {TOKEN}"
    return SharedRecordChannel(http, source_system="legevakt, v0.1.0")


def carrier(address: str, *, timeout: float = 5.0) -> httpx.AsyncClient:
    return client(f"{address}/edi/", timeout=timeout)


def record(address: str, *, timeout: float = 5.0) -> httpx.AsyncClient:
    return client(f"{address}/mhd/", timeout=timeout)
