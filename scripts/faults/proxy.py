"""The bad line (linja): between screens and the service; it cuts, delays, freezes, drips and doubles."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

Address = tuple[str, int] | str
"""Host and port, or the path of a socket file."""

_DOUBLE_SECONDS = 20.0


@dataclass(slots=True)
class Way:
    """One direction of one connection, and what is done to the bytes on it now."""

    open: asyncio.Event = field(default_factory=asyncio.Event)
    delay: float = 0.0
    drip: int | None = None  # bytes per tenth of a second
    cut_after: int | None = None  # the connection ends in the middle of a frame, after so many more bytes

    def __post_init__(self) -> None:
        self.open.set()

    def heal(self) -> None:
        """As a good line again."""
        self.delay, self.drip, self.cut_after = 0.0, None, None
        self.open.set()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Bytes from one side to the other, until one side goes or the line is cut."""
        while chunk := await reader.read(65536):
            await self.open.wait()
            if self.delay:
                await asyncio.sleep(self.delay)
            if self.cut_after is not None and len(chunk) >= self.cut_after:
                writer.write(chunk[: self.cut_after])
                return
            self.cut_after = None if self.cut_after is None else self.cut_after - len(chunk)
            await self._pass_on(chunk, writer)

    async def _pass_on(self, chunk: bytes, writer: asyncio.StreamWriter) -> None:
        while chunk:
            size = self.drip or len(chunk)
            writer.write(chunk[:size])
            await writer.drain()
            chunk = chunk[size:]
            if chunk:
                await asyncio.sleep(0.1)


class Link:
    """One connection through the line, both ways."""

    def __init__(self) -> None:
        self.to_server, self.to_client = Way(), Way()
        self.writers: list[asyncio.StreamWriter] = []

    def heal(self) -> None:
        """As a good line again; what was held back comes now."""
        self.to_server.heal()
        self.to_client.heal()

    def abort(self) -> None:
        """Gone at once, without a goodbye to either side."""
        self.heal()
        for writer in self.writers:
            writer.transport.abort()


class Proxy:
    """Listens on a port and passes on to one of the upstreams, over links that can be made bad."""

    def __init__(self, upstreams: Sequence[Address], random: Random) -> None:
        self.links: set[Link] = set()
        self.refuses = False
        self.doubles = 0.0  # share of connections that reach the service twice
        self.late = (0.0, 0.0)  # share of connections that are slow from the beginning, and by how much
        self.happened: Counter[str] = Counter()
        self._upstreams = list(upstreams)
        self._random = random
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, port: int = 0) -> int:
        """Listen; the port."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", port)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Let go of everything."""
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def heal(self) -> None:
        """A good line again, for those who are on it and those who come."""
        self.refuses, self.doubles, self.late = False, 0.0, (0.0, 0.0)
        for link in self.links:
            link.heal()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._pass_on(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.refuses:
            self.happened["refused"] += 1
            writer.transport.abort()
            return
        upstream = await self._connect()
        if upstream is None:
            self.happened["nobody there"] += 1
            writer.transport.abort()
            return
        link = Link()
        link.writers = [writer, upstream[1]]
        if self._random.random() < self.late[0]:
            self.happened["late from the beginning"] += 1
            link.to_client.delay = self._random.uniform(0, self.late[1])
        self.links.add(link)
        try:
            await self._carry(link, (reader, writer), upstream)
        finally:
            self.links.discard(link)

    async def _carry(self, link: Link, client: Stream, server: Stream) -> None:
        if self._random.random() < self.doubles:
            await self._double(client[0], server[1])
        ways = [
            asyncio.create_task(link.to_server.carry(client[0], server[1])),
            asyncio.create_task(link.to_client.carry(server[0], client[1])),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            for writer in link.writers:
                writer.close()  # what was passed on already still arrives

    async def _double(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """The request reaches the service twice; the second one is never listened to."""
        asked = await reader.read(65536)
        writer.write(asked)
        again = await self._connect()
        if again is not None:
            self.happened["doubled"] += 1
            again[1].write(asked)
            asyncio.get_running_loop().call_later(_DOUBLE_SECONDS, again[1].transport.abort)

    async def _connect(self) -> Stream | None:
        for address in self._random.sample(self._upstreams, len(self._upstreams)):
            with suppress(OSError):
                if isinstance(address, str):
                    return await asyncio.open_unix_connection(address)
                return await asyncio.open_connection(*address)
        return None


Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Trouble:
    """One fault after another, on links chosen by chance; each is healed again after a while."""

    def __init__(self, proxy: Proxy, random: Random, *, pace: float) -> None:
        self._proxy = proxy
        self._random = random
        self._pace = pace  # 1: as on a ward; less: everything lasts less, for a short run
        self._faults: tuple[tuple[str, Callable[[Link], float]], ...] = (
            ("cut", self._cut),
            ("cut in a frame", self._cut_in_a_frame),
            ("delayed", self._delay),
            ("black hole", self._black_hole),
            ("frozen to the screen", self._freeze_to_client),
            ("frozen to the service", self._freeze_to_server),
            ("dripped", self._drip),
        )

    async def make(self) -> None:
        """Until cancelled."""
        self._proxy.doubles, self._proxy.late = 0.1, (0.15, 11.5 * self._pace)
        while True:
            await asyncio.sleep(self._random.uniform(0.1, 0.8) * max(self._pace, 0.3))
            if self._random.random() < 0.04:
                await self._refuse_all()
            links = list(self._proxy.links)
            if links:
                name, fault = self._random.choice(self._faults)
                link = self._random.choice(links)
                lasts = fault(link)
                self._proxy.happened[name] += 1
                asyncio.get_running_loop().call_later(lasts * self._pace, link.heal)

    async def _refuse_all(self) -> None:
        self._proxy.refuses = True
        await asyncio.sleep(self._random.uniform(0.5, 4) * self._pace)
        self._proxy.refuses = False

    def _cut(self, link: Link) -> float:
        link.abort()
        return 0.0

    def _cut_in_a_frame(self, link: Link) -> float:
        link.to_client.cut_after = self._random.randint(1, 400)
        return 60.0

    def _delay(self, link: Link) -> float:
        link.to_client.delay = self._random.choice((0.05, 0.5, 3.0, 11.0, 15.0)) * self._pace
        return self._random.uniform(5, 40)

    def _black_hole(self, link: Link) -> float:
        link.to_client.open.clear()
        link.to_server.open.clear()
        return self._random.uniform(3, 40)

    def _freeze_to_client(self, link: Link) -> float:
        link.to_client.open.clear()
        return self._random.uniform(3, 40)

    def _freeze_to_server(self, link: Link) -> float:
        link.to_server.open.clear()
        return self._random.uniform(3, 40)

    def _drip(self, link: Link) -> float:
        link.to_client.drip = self._random.choice((20, 200))
        return self._random.uniform(5, 30)
