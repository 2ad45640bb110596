"""The screens (skjermer) as a load client: one process, raw sockets and epoll, just enough websocket.

Each frame costs one system call to receive and one stamp of the clock that all processes of a machine share;
what it says is left to be worked out afterwards. The client's own share of a core is in every answer, because
a client that is the bottleneck measures itself.
"""

from __future__ import annotations

import select
import socket
import time
import zlib
from array import array
from dataclasses import dataclass, field
from typing import Any

from scripts.bench.child import answer_all

_HANDSHAKE = (
    "GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{headers}\r\n"
)
_KIND = len('{"type":"')
_EPOCH = len('{"type":"patch","epoch":"')


@dataclass(slots=True)
class Screen:
    """One connection: whose frames it gets, and what has come of a frame that is not whole yet."""

    socket: socket.socket
    asked: dict[str, Any]  # where, as whom, and whose frames it gets
    request: bytes
    upgraded: bool = False
    rest: bytes = b""
    inflate: Any = None  # where frames come compressed


@dataclass(slots=True)
class Seen:
    """What came: for each patch when, which number, in which unit."""

    at: array[int] = field(default_factory=lambda: array("q"))
    seq: array[int] = field(default_factory=lambda: array("q"))
    unit: array[int] = field(default_factory=lambda: array("q"))
    beats: int = 0
    pictures: int = 0
    closed: int = 0
    refused: int = 0
    sample: str = ""  # a patch as it was on the wire, for the servers we compare with


class Screens:
    """All screens of a run."""

    def __init__(self) -> None:
        self._epoll = select.epoll()
        self._screens: dict[int, Screen] = {}
        self._seen = Seen()
        self._buffer = bytearray(1 << 20)
        self._shown: set[int] = set()
        self._again: list[tuple[float, int, dict[str, Any]]] = []  # those turned away: when, where, who

    def connect(
        self, port: int, screens: list[dict[str, Any]], picture: bool, seconds: float = 60.0
    ) -> dict[str, Any]:
        """All at once; answers when each has its picture (or is connected, where there is none)."""
        began, self._seen = time.monotonic_ns(), Seen()
        for number, each in enumerate(screens):
            self._dial(port, each)
            if number % 64 == 63:
                self._take(0)
        wanted = len(self._screens)
        end = began + int(seconds * 1e9)
        while (done := self._ready(picture)) < wanted and time.monotonic_ns() < end and not self._seen.closed:
            self._take(0.05)
            self._dial_again()
        told = {"connected": done, "closed": self._seen.closed, "refused": self._seen.refused}
        return {**told, "began": began, "ended": time.monotonic_ns()}

    def measure(self, seconds: float, file: str) -> dict[str, Any]:
        """Take everything in for this long."""
        self._seen = Seen()
        began, used = time.monotonic(), time.process_time()
        end = began + seconds
        while (left := end - time.monotonic()) > 0:
            self._take(left)
        used, took = time.process_time() - used, time.monotonic() - began
        seen = self._seen
        with open(file, "wb") as out:
            for column in (seen.at, seen.seq, seen.unit):
                column.tofile(out)
        told = {
            "patches": len(seen.at),
            "beats": seen.beats,
            "pictures": seen.pictures,
            "closed": seen.closed,
        }
        return {**told, "sample": seen.sample, "client_share": used / took}

    def close(self) -> dict[str, Any]:
        """Hang up, all at once."""
        for screen in self._screens.values():
            screen.socket.close()
        self._screens.clear()
        self._shown.clear()
        return {}

    def _ready(self, picture: bool) -> int:
        return len(self._shown) if picture else sum(each.upgraded for each in self._screens.values())

    def _dial_again(self) -> None:
        due, self._again = self._again, []
        for each in due:
            if each[0] <= time.monotonic():
                self._dial(each[1], each[2])
            else:
                self._again.append(each)

    def _dial(self, port: int, each: dict[str, Any]) -> None:
        dialled = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        dialled.setblocking(False)
        dialled.connect_ex(("127.0.0.1", port))
        headers = "".join(f"{name}: {value}\r\n" for name, value in each["headers"].items())
        request = _HANDSHAKE.format(path=each["path"], host=f"127.0.0.1:{port}", headers=headers)
        self._screens[dialled.fileno()] = Screen(dialled, each, request.encode())
        self._epoll.register(dialled.fileno(), select.EPOLLOUT)

    def _take(self, wait: float) -> None:
        for fd, _ in self._epoll.poll(wait, 512):
            screen = self._screens.get(fd)
            if screen is None:
                continue
            try:
                if screen.request:
                    screen.socket.send(screen.request)
                    screen.request = b""
                    self._epoll.modify(fd, select.EPOLLIN)
                    continue
                size = screen.socket.recv_into(self._buffer)
            except BlockingIOError:
                continue
            except OSError:
                size = 0
            if size:
                self._read(fd, screen, size, time.monotonic_ns())
            else:
                self._seen.closed += 1
                self._hang_up(fd)

    def _hang_up(self, fd: int) -> None:
        self._epoll.unregister(fd)
        self._screens.pop(fd).socket.close()

    def _read(self, fd: int, screen: Screen, size: int, now: int) -> None:
        if screen.rest or not screen.upgraded:
            data = bytearray(screen.rest + self._buffer[:size])
            screen.rest, size = b"", len(data)
        else:
            data = self._buffer
        at = 0 if screen.upgraded else self._upgrade(fd, screen, data)
        if at < 0:
            screen.rest = bytes(data)
            return
        while at + 2 <= size:
            length, start = data[at + 1], at + 2
            if length == 126:
                length, start = (data[at + 2] << 8) | data[at + 3], at + 4
            elif length == 127:
                length, start = int.from_bytes(data[at + 2 : at + 10], "big"), at + 10
            if start + length > size:
                break
            if data[at] == 0x81:
                self._frame(fd, screen, data, start, start + length, now)
            elif data[at] == 0xC1:
                plain = screen.inflate.decompress(data[start : start + length] + b"\0\0\xff\xff")
                self._frame(fd, screen, bytearray(plain), 0, len(plain), now)
            elif data[at] == 0x89:  # ping: the same back, masked with nothing
                screen.socket.send(bytes((0x8A, 0x80 | length, 0, 0, 0, 0)) + data[start : start + length])
            at = start + length
        if at < size:
            screen.rest = bytes(data[at:size])

    def _upgrade(self, fd: int, screen: Screen, data: bytearray) -> int:
        end = data.find(b"\r\n\r\n")
        if end < 0:
            return -1
        if data.startswith(b"HTTP/1.1 101"):
            screen.upgraded = True
            if b"permessage-deflate" in data[:end]:
                screen.inflate = zlib.decompressobj(-15)
            return end + 4
        if not data.startswith(b"HTTP/1.1 503"):
            raise RuntimeError(f"not let in: {bytes(data[:200])!r}")
        # As a screen does: it waits a second, and asks again.
        self._again.append((time.monotonic() + 1, screen.socket.getpeername()[1], screen.asked))
        self._seen.refused += 1
        self._hang_up(fd)
        return -1

    def _frame(self, fd: int, screen: Screen, data: bytearray, start: int, end: int, now: int) -> None:
        kind = data[start + _KIND]
        if kind == 0x70:  # patch
            number = data.index(b'"seq":', start + _EPOCH) + 6
            seen = self._seen
            seen.at.append(now)
            seen.seq.append(int(data[number : data.index(b",", number)]))
            seen.unit.append(screen.asked["unit"])
            if not seen.sample and data.find(b'"rows":[{', number, end) > 0:
                seen.sample = bytes(data[start:end]).decode()
        elif kind == 0x62:  # beat
            self._seen.beats += 1
        elif kind == 0x73:  # snapshot
            self._seen.pictures += 1
            self._shown.add(fd)


if __name__ == "__main__":
    screens = Screens()
    answer_all(connect=screens.connect, measure=screens.measure, close=screens.close)
