"""One fault run: set up, work, freeze, cut and kill, heal, compare, and say what was found."""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import httpx

from scripts.faults.browsers import Wall, chromium
from scripts.faults.checks import CHECKS, answered, exceeded_by, shown, vacuous
from scripts.faults.ledger import Ledger
from scripts.faults.nurses import Nurse, Ward
from scripts.faults.proxy import Proxy, Trouble
from scripts.faults.record import Record
from scripts.faults.screens import Frozen, Screen
from scripts.faults.ward import KINDS, Keys, move_in
from scripts.kill.processes import DiedByItself, Server, free_port
from scripts.kill.run import database

_FROZEN = 6
_NURSES, _NURSES_ON_THE_LINE = 4, 2
_HEAL_SECONDS = 45.0
_FREEZE_SECONDS = 60.0  # by then the line is full of what a screen did not take, and the service has cut it
_SILENCE, _BEAT = 12.0, 5.0


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when every promise was kept, and there was enough trouble to count."""
    given = _parser().parse_args(arguments)
    if given.minutes:
        given.seconds = 60 * given.minutes
    with tempfile.TemporaryDirectory(prefix="lvfault") as folder, database(given.database, folder) as url:
        try:
            ledger = asyncio.run(Run(given, url, Path(folder)).go())
        except (DiedByItself, TimeoutError) as fault:
            print(f"FAILED: {fault or 'the run did not end in time'}")
            return 1
    return _report(given, ledger)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/fault_run", description=__doc__)
    parser.add_argument("--seconds", type=float, default=120.0, help="the whole run, about")
    parser.add_argument("--minutes", type=float, help="the same in minutes, for the long run")
    parser.add_argument("--screens", type=int, default=30)
    parser.add_argument("--no-browsers", action="store_true", help="do without the two real walls")
    parser.add_argument(
        "--pace", type=float, default=1.0, help="below 1 beats, silence and faults are that much shorter"
    )
    parser.add_argument(
        "--grace", type=float, default=4.0, help="how late a beat may be; a busy machine needs more"
    )
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument(
        "--database", choices=("sqlite", "postgres"), default="sqlite", help="postgres: two processes"
    )
    return parser


class Run:
    """Everything that goes on at the same time."""

    def __init__(self, given: argparse.Namespace, url: str, folder: Path) -> None:
        self.ledger = Ledger(silence=_SILENCE * given.pace, grace=given.grace)
        self._given = given
        self._url = url
        self._folder = folder
        self._random = Random(given.seed)
        ports = [free_port() for _ in range(1 if given.database == "sqlite" else 2)]
        self._ports = ports
        self._servers = [self._server(number, port) for number, port in enumerate(ports)]
        self._proxy = Proxy([("127.0.0.1", port) for port in ports], Random(given.seed + 1))
        self._line = 0
        self._screens: list[Screen] = []
        self._frozen: list[Frozen] = []
        self._walls: list[Wall] = []
        self._on_duty: list[Nurse] = []
        self._nurses: list[asyncio.Task[None]] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._kills = 0
        self._ready: list[float] = []  # seconds from each start after a kill until the service was ready

    async def go(self) -> Ledger:
        """The whole run."""
        began = time.monotonic()
        keys = await move_in(self._url)
        record = Record(self._url, self.ledger)
        async with AsyncExitStack() as stack:
            browser = None if self._given.no_browsers else await stack.enter_async_context(chromium())
            try:
                await self._open(keys, record, browser)
                await self._play(began, record)
                await self._heal(record)
            finally:
                await self._close()
        await record.finish()
        self._count()
        self.ledger.counts["ready after a kill, ms"] = round(1000 * median(self._ready))
        self.ledger.counts["seconds"] = round(time.monotonic() - began)
        return self.ledger

    async def _open(self, keys: Keys, record: Record, browser: Any) -> None:
        for server in self._servers:
            await server.start()
            await server.until_ready()
        self._line = await self._proxy.start()
        self._start(record.watch())
        self._let_nurses_in(keys)
        await asyncio.sleep(1)
        shares = ["board"] * 4 + ["board-without-names"] * 3 + ["waiting-room"] * 3
        for number in range(self._given.screens):
            shows = shares[number % len(shares)]
            self._hang(Screen(f"screen {number}", shows, self._line, keys.screens[shows], **self._rest()))
        for shows in KINDS:
            port = self._ports[0]
            control = Screen(f"control {shows}", shows, port, keys.screens[shows], **self._rest())
            self._hang(control, is_control=True)
        for shows in ("board", "board-without-names") if browser else ():
            wall = Wall(f"browser {shows}", shows, keys.screens[shows], self.ledger)
            await wall.hang(browser, self._line)
            self._walls.append(wall)
            self._start(wall.tell())
        self._frozen = [Frozen(self._ports[-1], keys.screens["board"]) for _ in range(_FROZEN)]

    def _rest(self) -> dict[str, Any]:
        return {"ledger": self.ledger, "random": self._random}

    def _hang(self, screen: Screen, *, is_control: bool = False) -> None:
        self._screens.append(screen)
        self._start(screen.follow(is_control=is_control))
        self._start(screen.tell())

    def _let_nurses_in(self, keys: Keys) -> None:
        ward, line = Ward(), [f"http://127.0.0.1:{self._line}"]
        straight = [server.url for server in self._servers]
        for number in range(_NURSES + _NURSES_ON_THE_LINE):
            on_line = number >= _NURSES
            token = keys.nurses[number % len(keys.nurses)]
            nurse = Nurse(line if on_line else straight, token, ward, self.ledger, through_line=on_line)
            self._on_duty.append(nurse)
            self._nurses.append(self._start(nurse.work(Random(f"{self._given.seed}/{number}"))))

    async def _play(self, began: float, record: Record) -> None:
        quiet = min(15.0, 0.15 * self._given.seconds)
        self._hurry(pause=0.08)
        await self._phase("without", quiet)
        for frozen in self._frozen:
            self._start(frozen.freeze(seconds=_FREEZE_SECONDS))
        await self._phase("beside", quiet, until=self._frozen_are_cut)
        self._hurry(pause=0.4)
        trouble = self._start(Trouble(self._proxy, self._random, pace=self._given.pace).make())
        seconds = self._given.seconds
        until = began + seconds - min(_HEAL_SECONDS, 0.25 * seconds)
        # On a busy machine little happens in the time given: then longer, so that the run is about something.
        await self._kill_again_and_again(record, until, at_last=until + 2 * seconds + 60)
        trouble.cancel()

    def _hurry(self, *, pause: float) -> None:
        for nurse in self._on_duty:
            nurse.pause = pause

    async def _phase(
        self, name: str, seconds: float, until: Callable[[], Awaitable[bool]] | None = None
    ) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        await self._while_alive(seconds)
        while until is not None and not await until() and loop.time() < began + _FREEZE_SECONDS:
            await self._while_alive(1.0)
        self.ledger.phases[name] = (began, loop.time() - 1.0)  # what was begun last may still be under way

    async def _frozen_are_cut(self) -> bool:
        """Whether the service has let go of frozen screens; before that they may not have been felt."""
        async with httpx.AsyncClient(base_url=self._servers[-1].url, trust_env=False, timeout=20) as http:
            told = (await http.get("/metrics")).text
        found = re.search(r"^legevakt_slow_screens_total (\d+)", told, re.MULTILINE)
        self.ledger.counts["frozen screens cut"] = int(found[1]) if found else 0
        return self.ledger.counts["frozen screens cut"] >= len(self._frozen)

    async def _kill_again_and_again(self, record: Record, until: float, *, at_last: float) -> None:
        loop = asyncio.get_running_loop()
        pace = max(self._given.pace, 0.2)
        while True:
            await self._while_alive(self._random.uniform(4, 16) * pace)
            self._count()
            enough = not any(vacuous(self.ledger, wanted(self._given)))
            if time.monotonic() > (until if enough else at_last):
                return
            server = self._random.choice(self._servers)
            down = loop.time()
            await server.kill()
            self._kills += 1
            if self._kills % 3 == 1:
                await record.lose_history()
                self.ledger.counts["histories lost"] = self.ledger.counts.get("histories lost", 0) + 1
            await asyncio.sleep(self._random.uniform(0, 5) * pace)
            await server.start()
            self._ready.append(await server.until_ready())
            if server is self._servers[0]:
                # Screens come back by and by, at the latest when their longest pause is over.
                self.ledger.down.append((down - 0.5, loop.time() + 12.0))

    async def _while_alive(self, seconds: float) -> None:
        """Let time pass; what ended by itself is told at once."""
        ended, _ = await asyncio.wait(self._tasks, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
        for task in ended:
            if not task.cancelled() and (fault := task.exception()):
                raise fault
        for server in self._servers:
            server.require_alive()

    async def _heal(self, record: Record) -> None:
        """A good line, servers that stay, nobody writes: now everybody must come to show the record."""
        self._proxy.heal()
        for nurse in self._on_duty:
            nurse.goes_home = True
        await asyncio.wait(self._nurses, timeout=_HEAL_SECONDS)
        waiting: list[Screen | Wall] = [*self._screens, *self._walls]
        end = time.monotonic() + _HEAL_SECONDS
        while waiting:
            await self._while_alive(0.5)
            truth, late = await record.look(), time.monotonic() > end
            for each in list(waiting):
                if late or await each.is_at(truth):
                    self.ledger.finals.append(await each.final(truth))
                    waiting.remove(each)

    async def _close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._proxy.stop()
        for server in self._servers:
            await server.stop()

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.append(task)
        return task

    def _server(self, number: int, port: int) -> Server:
        environment = {
            "LEGEVAKT_DATABASE_URL": self._url,
            "LEGEVAKT_DATA_DIR": str(self._folder),
            "LEGEVAKT_HOST": "127.0.0.1",
            "LEGEVAKT_PORT": str(port),
            "LEGEVAKT_ENVIRONMENT": "test",
            "LEGEVAKT_SECURE_COOKIES": "false",
            "LEGEVAKT_MODULES": "journal",
            "LEGEVAKT_BEAT_SECONDS": str(_BEAT * self._given.pace),
        }
        log = self._folder / f"server-{number}.log"
        return Server("app.cli", "serve", port=port, ready="/health/ready", log=log, environment=environment)

    def _count(self) -> None:
        counted, counts = [screen.follower.counted for screen in self._screens], self.ledger.counts
        happened = self._proxy.happened
        counts |= happened
        counts |= {
            "kills": self._kills,
            "cuts": happened["cut"] + happened["cut in a frame"],
            "breaks": sum(each.breaks for each in counted),
            "resumes": sum(each.resumes for each in counted),
            "snapshots": sum(each.snapshots for each in counted),
            "beats": sum(each.beats for each in counted),
            "out of step": sum(each.out_of_step for each in counted),
            "changes": len(self.ledger.saves),
            "samples shown as old": sum(
                each.stale and each.epoch is not None for each in self.ledger.samples
            ),
            "samples shown as new": sum(not each.stale for each in self.ledger.samples),
            "looks at browsers": len(self.ledger.seen),
            "browsers shown as old": sum(each.stale for each in self.ledger.seen),
            "proven pictures": len(self.ledger.proofs),
        }


def wanted(given: argparse.Namespace) -> Counter[str]:
    """How much there must be of what the run is about."""
    trouble, per_kill = 0.45 * given.seconds, 4 + 13 * given.pace  # a server takes seconds to start
    least = Counter(
        {
            "kills": max(1, int(0.5 * trouble / per_kill)),
            "histories lost": 1,
            "cuts": 3,
            "delayed": 1,
            "black hole": 1,
            "frozen to the screen": 1,
            "frozen to the service": 1,
            "dripped": 1,
            "doubled": 1,
            "resumes": given.screens // 2,
            "snapshots": given.screens,
            "beats": given.screens,
            "frozen screens cut": _FROZEN,
            "changes": 20,
            "samples shown as old": 1,
            "samples shown as new": given.screens,
            "proven pictures": given.screens,
        }
    )
    return least


def _report(given: argparse.Namespace, ledger: Ledger) -> int:
    counts = ledger.counts
    print(f"fault run on {given.database}, seed {given.seed}, {counts['seconds']} s")
    for what in sorted(counts.keys() - {"seconds"}):
        print(f"  {what:<24} {counts[what]:>8}")
    print(f"\n  {'a nurse’s change, p99':<36} {'without':>9} {'beside':>9}   frozen screens")
    for what, measure in (("from button to answer", answered), ("from button to control screens", shown)):
        figures = [
            exceeded_by(0.01, measure(ledger, ledger.in_phase(phase))) * 1000
            for phase in ("without", "beside")
        ]
        print(f"  {what:<36} {figures[0]:>6.0f} ms {figures[1]:>6.0f} ms")
    print()
    broken = 0
    for check in CHECKS:
        wrong = list(check(ledger))
        broken += bool(wrong)
        print(f"  {'FAILED' if wrong else 'kept  '}  {check.__name__.replace('_', ' ')}")
        for each in wrong[:5]:
            print(f"            {each}")
        if len(wrong) > 5:
            print(f"            and {len(wrong) - 5} more")
    for why in vacuous(ledger, wanted(given)):
        broken += 1
        print(f"  VACUOUS   {why}")
    if not given.no_browsers and not ledger.seen:
        print("  not tried: no Chromium on this machine")
    print(
        f"\n{'FAILED' if broken else 'kept: no screen showed an old picture as new, and all show the record'}"
    )
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
