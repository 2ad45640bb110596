"""Processes we start, kill by their own id and wait for; never by name."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import time
from asyncio.subprocess import Process
from pathlib import Path

import httpx

_ROOT = Path(__file__).resolve().parent.parent.parent
_AROUND = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
_START_SECONDS = 60.0  # a busy machine; that a start takes seconds is measured and printed


class DiedByItself(Exception):
    """A process ended that nobody killed; its last words are in its log."""


class Server:
    """One program on one port of this machine; each start is a new process, all write to one log."""

    def __init__(
        self, *arguments: str, port: int, ready: str, log: Path, environment: dict[str, str]
    ) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._command = (sys.executable, "-m", *arguments)
        self._ready = ready
        self._log = log
        self._environment = {**_AROUND, **environment, "PYTHONPATH": str(_ROOT)}
        if not os.access(_ROOT, os.W_OK):  # compiled once and kept elsewhere, as on a ward: a start is timed
            self._environment["PYTHONPYCACHEPREFIX"] = str(log.parent / "compiled")
        self._process: Process | None = None

    async def start(self) -> None:
        """Start the process; it is not ready yet."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command, cwd=_ROOT, env=self._environment, stdout=log, stderr=log
            )

    async def until_ready(self) -> float:
        """Wait until it says it is ready; how many seconds that took. Raises DiedByItself."""
        began = time.monotonic()
        async with httpx.AsyncClient(base_url=self.url, trust_env=False, timeout=2) as http:
            while time.monotonic() - began < _START_SECONDS:
                self.require_alive()
                try:
                    if (await http.get(self._ready)).is_success:
                        return time.monotonic() - began
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.05)
        raise DiedByItself(f"not ready in {_START_SECONDS:.0f} s\n{self.last_words()}")

    def require_alive(self) -> None:
        """Raises DiedByItself when the process has ended without us."""
        if self._process is None or self._process.returncode is not None:
            raise DiedByItself(self.last_words())

    @property
    def pid(self) -> int:
        """Its process id; of one that was never started, a programming fault."""
        assert self._process is not None
        return self._process.pid

    async def kill(self) -> None:
        """SIGKILL, to this one process id, and wait until it is gone."""
        self.require_alive()
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """SIGTERM, and SIGKILL when that does not help."""
        if self._process is None or self._process.returncode is not None:
            return
        try:
            await asyncio.wait_for(self._end(signal.SIGTERM), 8)
        except TimeoutError:
            await self._end(signal.SIGKILL)

    async def _end(self, how: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(how)
        await self._process.wait()

    def last_words(self) -> str:
        """The end of the log."""
        return self._log.read_text(errors="replace")[-3000:] if self._log.exists() else ""


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
