"""Screens that watch (skjermer): reference clients whose every picture is written down, and frozen ones."""

from __future__ import annotations

import asyncio
import base64
import os
import socket
from collections import defaultdict
from contextlib import suppress
from random import Random
from typing import Any

from realtime.client import Follower
from realtime.view import Frame
from scripts.faults.ledger import Final, Ledger, Proof, Sample, Truth, fingerprint
from scripts.faults.ward import KINDS
from scripts.kill.ward import UNIT

_SAMPLE_SECONDS = 0.5
_GONE = 10**9  # a version above all others


class Screen:
    """One screen: follows over the given port, and says twice a second what it shows."""

    def __init__(self, name: str, shown: str, port: int, token: str, ledger: Ledger, random: Random) -> None:
        self.name, self.shown = name, shown
        url = f"ws://127.0.0.1:{port}/ws/units/{UNIT}/{KINDS[shown][0]}"
        self.follower: Follower[Any] = Follower(
            url, token, silence_seconds=ledger.silence, random=Random(random.random())
        )
        self._ledger = ledger
        self._place: tuple[str, int] | None = None
        self._proven_at: object = None

    async def follow(self, *, is_control: bool = False) -> None:
        """Until cancelled."""
        heard = self._ledger.heard.setdefault(self.name, []) if is_control else None
        async for frame in self.follower.frames():
            self._check_number(frame)
            self._note_proof()
            if frame["type"] == "beat" and frame["missing"]:
                self._ledger.alarms.append(f"{self.name}: {frame['missing']} missing at {frame['seq']}")
            if heard is not None:
                heard.append(asyncio.get_running_loop().time())
                self._note_arrival(frame)

    async def tell(self) -> None:
        """Write down what is shown, twice a second, until cancelled."""
        while True:
            await asyncio.sleep(_SAMPLE_SECONDS)
            place = self._place or (None, 0)
            now = asyncio.get_running_loop().time()
            self._ledger.samples.append(Sample(now, self.name, self.follower.stale, *place))

    async def final(self, truth: Truth) -> Final:
        """What is shown now, beside what is true."""
        rows = self.follower.view.rows.values()
        return Final(self.name, self.shown, self.follower.stale, fingerprint(rows), truth)

    async def is_at(self, truth: Truth) -> bool:
        """Whether it shows this place in the log, as new."""
        return self._place == (truth.epoch, truth.seq) and not self.follower.stale

    def _check_number(self, frame: Frame[Any]) -> None:
        # Not left to the client alone: what a broken client takes for whole is found here.
        if frame["type"] in ("snapshot", "patch"):
            place = (frame["epoch"], frame["seq"])
            if frame["type"] == "patch" and self._place != (frame["epoch"], frame["seq"] - 1):
                self._ledger.jumps.append(f"{self.name}: {place} after {self._place}")
            self._place = place

    def _note_proof(self) -> None:
        view = self.follower.view
        if view.true_at is not self._proven_at and view.epoch is not None:
            self._proven_at = view.true_at
            self._ledger.proofs.append(
                Proof(self.name, self.shown, view.epoch, view.seq, fingerprint(view.rows.values()))
            )

    def _note_arrival(self, frame: Frame[Any]) -> None:
        if frame["type"] in ("snapshot", "patch") and self.shown == "board":
            arrived = self._ledger.arrived.setdefault(self.name, defaultdict(list))
            now = asyncio.get_running_loop().time()
            for row in frame["rows"]:
                arrived[row["id"]].append((row["version"], now))
            if frame["type"] == "patch":
                for gone in frame["removed"]:
                    arrived[gone].append((_GONE, now))


class Frozen:
    """A screen that shook hands and then never reads."""

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._token = token

    async def freeze(self, *, seconds: float) -> None:
        """Again and again until cancelled."""
        while True:
            with suppress(OSError), socket.socket() as raw:
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
                raw.setblocking(False)
                loop = asyncio.get_running_loop()
                await loop.sock_connect(raw, ("127.0.0.1", self._port))
                await loop.sock_sendall(raw, self._handshake())
                await asyncio.sleep(seconds)
            await asyncio.sleep(0.2)

    def _handshake(self) -> bytes:
        key = base64.b64encode(os.urandom(16)).decode()
        return (
            f"GET /ws/units/{UNIT}/board HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nConnection: Upgrade\r\n"
            f"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
            f"Authorization: Bearer {self._token}\r\n\r\n"
        ).encode()
