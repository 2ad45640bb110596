"""Those measured beside each other, behind one face: ours, the bare broadcast, and nginx with Nchan."""

from __future__ import annotations

import json
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Protocol

from scripts.bench import figures, machine, nchan
from scripts.bench.child import Child, Died
from scripts.bench.ward import Ward, some_changes

_START_SECONDS = 30.0
Committed = dict[tuple[int, int], int]


class Contestant(Protocol):
    """A server that tells screens of changes."""

    name: str
    port: int
    has_picture: bool  # sends a whole picture first

    def start(self) -> None: ...
    def screens(self, count: int) -> list[dict[str, Any]]: ...
    def begin(self, rate: float, seconds: float) -> None:
        """Let changes happen; `end` waits for them."""
        ...

    def end(self) -> tuple[Committed, figures.Spread | None]:
        """When each was committed, and how long those who asked for it waited."""
        ...

    def pids(self) -> list[int]: ...
    def stop(self) -> None: ...


class Ours:
    """`legevakt serve`, with nurses who change things over HTTP."""

    has_picture = True

    def __init__(
        self,
        folder: Path,
        url: str,
        wards: list[Ward],
        nurses: Child,
        *,
        way: str = "serve",
        python: str = "",
    ) -> None:
        self.name = "legevakt" if way == "serve" else way
        self.answered: dict[str, Any] = {}
        self._folder, self._url, self._wards, self._nurses = folder, url, wards, nurses
        self._way, self._python = way, python or sys.executable

    def start(self) -> None:
        self.port = machine.free_port()
        self._commits = self._folder / f"commits-{self.port}"
        self._commits.touch()
        environment = {
            "LEGEVAKT_DATABASE_URL": self._url,
            "LEGEVAKT_DATA_DIR": str(self._folder),
            "LEGEVAKT_PORT": str(self.port),
            "LEGEVAKT_ENVIRONMENT": "test",
        }
        log = self._folder / "server.log"
        command = ("scripts.bench.served", str(self._commits), self._way)
        self._server = Child(log, *command, environment=environment, python=self._python)
        _until_ready(self._server, self.port)

    def screens(self, count: int) -> list[dict[str, Any]]:
        everybody = [each for number, ward in enumerate(self._wards) for each in ward.screens(number)]
        if self._way.endswith("deflate"):
            for each in everybody:
                each["headers"]["Sec-WebSocket-Extensions"] = "permessage-deflate"
        return everybody[:count]

    def begin(self, rate: float, seconds: float) -> None:
        self._file = self._folder / "answers"
        changes = some_changes(self._wards, round(rate * seconds))
        told = {"port": self.port, "rate": rate, "seconds": seconds, "file": str(self._file), "lines": 24}
        self._nurses.tell("post", changes=changes, **told)

    def end(self) -> tuple[Committed, figures.Spread | None]:
        self.answered = self._nurses.hear()
        if self.answered["refused"]:
            raise Died(f"{self.answered}\n{self._server.last_words()}")
        units = [ward.unit for ward in self._wards]
        committed = figures.commits(self._commits, units)
        return committed, figures.Spread.of(figures.answers(self._file))

    def answers(self, since: int, until: int) -> figures.Spread:
        """Of those due between two moments."""
        return figures.Spread.of(figures.answers(self._file, since, until))

    def pids(self) -> list[int]:
        return machine.family(self._server.pid)

    def stop(self) -> None:
        self._server.stop()


class _Given:
    """What the others share: the frames are given, cut from one that our server sent."""

    has_picture = False
    path = "/"

    def __init__(self, folder: Path, sample: str) -> None:
        head, _, rest = sample.partition('"seq":')
        self._before, self._after = head + '"seq":', rest[rest.index(",") :]
        self._folder = folder
        self._file = folder / "given"
        self._first, self._last = 1, 0  # numbers of this measurement; what is late must not be taken for it

    def _frames(self, count: int) -> list[str]:
        self._first, self._last = self._last + 1, self._last + count
        return [f"{self._before}{number}{self._after}" for number in range(self._first, self._last + 1)]

    def screens(self, count: int) -> list[dict[str, Any]]:
        return [{"path": self.path, "headers": {}, "unit": 0}] * count


class Floor(_Given):
    """A bare `websockets.broadcast()`, on the same event loop as ours."""

    name = "broadcast()"

    def start(self) -> None:
        self.port = machine.free_port()
        self._server = Child(self._folder / "floor.log", "scripts.bench.floor", str(self.port))
        self._server.hear()

    def begin(self, rate: float, seconds: float) -> None:
        frames = self._frames(round(rate * seconds))
        self._server.tell("send", rate=rate, frames=frames, file=str(self._file))

    def end(self) -> tuple[Committed, figures.Spread | None]:
        self._server.hear()
        noted = json.loads(self._file.read_text())
        return {(0, number): at for number, at in enumerate(noted, self._first)}, None

    def pids(self) -> list[int]:
        return machine.family(self._server.pid)

    def stop(self) -> None:
        self._server.stop()


class Nchan(_Given):
    """nginx with the Nchan module, one worker; a frame counts from when it is handed over by HTTP."""

    name = "nginx + Nchan"
    path = "/follow"

    def __init__(self, folder: Path, sample: str, nurses: Child) -> None:
        super().__init__(folder, sample)
        self._nurses = nurses

    def start(self) -> None:
        self.port = machine.free_port()
        self._server = nchan.start(self._folder, self.port)

    def begin(self, rate: float, seconds: float) -> None:
        changes = [["/tell", {}, frame] for frame in self._frames(round(rate * seconds))]
        told = {"port": self.port, "rate": rate, "seconds": seconds, "file": str(self._file), "lines": 1}
        self._nurses.tell("post", changes=changes, **told)

    def end(self) -> tuple[Committed, figures.Spread | None]:
        self._nurses.hear()
        noted = json.loads(self._file.read_text())
        spread = figures.Spread.of(figures.answers(self._file))
        return {(0, number): sent for number, (_, sent, _, _) in enumerate(noted, self._first)}, spread

    def pids(self) -> list[int]:
        return machine.family(self._server.pid)

    def stop(self) -> None:
        self._server.terminate()
        self._server.wait(10)


def _until_ready(server: Child, port: int) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and server.process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=2).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise Died(server.last_words())
