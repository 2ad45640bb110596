"""The nurses (sykepleierne) as a load client: HTTP POSTs at a fixed rate, whatever the answers take.

A change is due at its time even when the one before has not been answered; its latency counts from when it
was due, so a slow server cannot hide by slowing down those who ask.
"""

from __future__ import annotations

import json
import select
import socket
import time
from collections import deque
from dataclasses import dataclass
from itertools import cycle
from typing import Any

from scripts.bench.child import answer_all

_LAST_SECONDS = 5.0


@dataclass(slots=True)
class Line:
    """One kept-alive connection, with the change under way on it."""

    socket: socket.socket
    due: int = 0
    sent: int = 0
    answer: bytes = b""


def post(
    port: int, rate: float, seconds: float, file: str, changes: list[list[Any]], lines: int = 8
) -> dict[str, Any]:
    """Changes `[path, headers, body]` in turn, at `rate` per second; times and statuses go to `file`."""
    requests = cycle([_request(port, *change) for change in changes])
    idle, busy = deque(_lines(port, lines)), dict[int, Line]()
    epoll = select.epoll()
    for line in idle:
        epoll.register(line.socket.fileno(), select.EPOLLIN)
    began = time.monotonic_ns()
    step, total = int(1e9 / rate), round(rate * seconds)
    given, done = 0, list[tuple[int, int, int, int]]()
    while len(done) < total and time.monotonic_ns() < began + int((seconds + _LAST_SECONDS) * 1e9):
        now = time.monotonic_ns()
        while given < total and idle and began + given * step <= now:
            line = idle.popleft()
            line.due, line.sent, line.answer = began + given * step, time.monotonic_ns(), b""
            line.socket.sendall(next(requests))
            busy[line.socket.fileno()] = line
            given += 1
        next_due = (began + given * step - time.monotonic_ns()) / 1e9 if given < total and idle else 0.1
        for fd, _ in epoll.poll(max(0.0, next_due)):
            line = busy[fd]
            line.answer += line.socket.recv(65536)
            if status := _status(line.answer):
                done.append((line.due, line.sent, time.monotonic_ns(), status))
                idle.append(busy.pop(fd))
    for line in (*idle, *busy.values()):
        line.socket.close()
    with open(file, "w") as out:
        json.dump(done, out)
    refused = [each for each in done if each[3] >= 300]
    return {"planned": total, "answered": len(done), "refused": len(refused), "began": began}


def _lines(port: int, count: int) -> list[Line]:
    made = []
    for _ in range(count):
        line = socket.create_connection(("127.0.0.1", port))
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        made.append(Line(line))
    return made


def _request(port: int, path: str, headers: dict[str, str], body: str) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    content = body.encode()
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
        f"{lines}Content-Length: {len(content)}\r\n\r\n"
    ).encode() + content


def _status(answer: bytes) -> int:
    """The status once the whole answer is there, else 0."""
    head, found, body = answer.partition(b"\r\n\r\n")
    if not found:
        return 0
    lines = head.lower().split(b"\r\n")
    length = next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), 0)
    return int(head[9:12]) if len(body) >= length else 0


if __name__ == "__main__":
    answer_all(post=post)
