"""Uvicorn's websocket protocol, with a way to hand over frames that are encoded already.

A change is encoded once and its bytes are the same for every screen; sending them through ASGI would encode
them once per screen, in a task each. This leans on the inside of uvicorn's `websockets-sansio` protocol (its
transport and two flags), which is why uvicorn is pinned; a test holds that the bytes are those of the
ordinary way.
"""

from __future__ import annotations

import socket
from random import uniform
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from realtime.protocol import Burst
from realtime.socket import PIPE

KERNEL_BYTES = 64 * 1024
"""As much may lie in the system's own buffer for one screen. Left to itself it takes megabytes, and a screen
that froze would be noticed half an hour late."""


class ScreenProtocol(WebSocketsSansIOProtocol):
    """A websocket connection that is also a `realtime.connection.Pipe`."""

    def handle_connect(self, event: Request) -> None:
        """As uvicorn does, and put ourselves where the endpoint finds us."""
        super().handle_connect(event)
        if hasattr(self, "scope"):
            self.scope["extensions"][PIPE] = {"pipe": self}
            line = self.transport.get_extra_info("socket")
            if line is not None:
                line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL_BYTES)
            if self.ping_interval:
                # Those who connect together must not be asked together, every 20 s, whether they are there.
                self.ping_interval *= uniform(0.75, 1.25)  # noqa: S311 - spreads, protects nothing

    async def send(self, message: Any) -> None:
        """As uvicorn does; a refusal that was sent is an answer. Else each is called a fault in the log."""
        await super().send(message)
        if message["type"] == "websocket.http.response.body" and not message.get("more_body"):
            self.handshake_complete = True

    def write(self, burst: Burst) -> None:
        """Put the frames' bytes in the screen's buffer; nothing once the closing has begun."""
        if not (self.disconnected or self.close_sent or self.transport.is_closing()):
            self.transport.write(burst.wire)

    def backlog(self) -> int:
        """Bytes the screen has not taken."""
        return 0 if self.disconnected else self.transport.get_write_buffer_size()

    def end(self) -> None:
        """Nothing to tidy up: frames go straight to the transport."""

    def cut(self) -> None:
        """Drop the connection."""
        if not self.disconnected:
            self.transport.abort()
