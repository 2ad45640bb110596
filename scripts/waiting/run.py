"""One night: fill the room, let people forget, ring what is due, and see whether it agrees with the model."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from random import Random

from app.night_watch import look_at_those_due, watch_everybody
from app.wiring import reactions
from core.settings import Settings
from core.store.database import Database
from core.store.work import Store
from scripts.kill.run import database
from scripts.waiting.checks import CHECKS, Night, lag, vacuous
from scripts.waiting.record import in_seconds, look_for_faults, read_night
from scripts.waiting.ward import FastClock, Ward, fill, move_in, work_on

SLACK = 2.0
"""Seconds on the wall within which an alarm must ring; the watch looks each second, as in the service."""

_LOOK = 1.0
_BETWEEN_ARRIVALS = 40.0  # simulated seconds, before the clock runs
_SEE = 0.8  # how old what the staff see may be
_NURSE, _DOCTOR = (0.5, 2.5), (1.5, 4.0)  # pauses between two things done


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when everything due rang in time, nothing rang for nothing, and there was enough of it to count."""
    given = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="lvwait") as folder, database(given.database, folder) as url:
        ward, night = asyncio.run(_run(given, url, Path(folder)))
    return _report(given, ward, night)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/waiting_night", description=__doc__)
    parser.add_argument("--patients", type=int, default=150, help="who wait at the same time")
    parser.add_argument("--seconds", type=float, default=110.0, help="on the wall; 480 is a whole night")
    parser.add_argument("--speed", type=float, default=60.0, help="times as fast")
    parser.add_argument("--seed", type=int, default=2027)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    return parser


async def _run(given: argparse.Namespace, url: str, folder: Path) -> tuple[Ward, Night]:
    clock = FastClock(given.speed)
    store = Store(
        Database(url), clock, reactions(Settings(database_url=url, data_dir=folder, modules=("journal",)))
    )
    ward = await move_in(store, given.patients)

    async def pass_time() -> None:
        clock.move(_BETWEEN_ARRIVALS)
        await look_at_those_due(store)

    await fill(ward, Random(given.seed), pass_time)
    night = Night(end=clock(), slack=timedelta(seconds=SLACK * given.speed), stories={}, kept=())
    tasks = [
        clock.run(),
        *(_worker(ward, number, given.seed) for number in range(len(ward.nurses) + len(ward.doctors))),
        _again_and_again(_SEE, ward.look),
        _again_and_again(_LOOK, lambda: look_at_those_due(store)),
        _again_and_again(60.0, lambda: watch_everybody(store)),
        _again_and_again(1.0, lambda: look_for_faults(store, night)),
    ]
    running = [asyncio.create_task(each) for each in tasks]
    try:
        done, _ = await asyncio.wait(running, timeout=given.seconds, return_when=asyncio.FIRST_EXCEPTION)
        for each in done:
            each.result()  # nobody ends by themselves: a fault of the run itself
        night.end, night.stood_still = clock(), clock.stood_still
    finally:
        for each in running:
            each.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    await read_night(store, night, ward.assessed)
    await store.drain()
    return ward, night


async def _worker(ward: Ward, number: int, seed: int) -> None:
    people = (*ward.nurses, *ward.doctors)
    pause = _NURSE if number < len(ward.nurses) else _DOCTOR
    await work_on(ward, people[number], Random(f"{seed}/{number}"), pause)


async def _again_and_again(seconds: float, deed: object) -> None:
    while True:
        began = time.monotonic()
        await deed()  # type: ignore[operator]
        await asyncio.sleep(max(0.0, began + seconds - time.monotonic()))


def _report(given: argparse.Namespace, ward: Ward, night: Night) -> int:
    stories = night.stories.values()
    rings = [ring for told in stories for ring in told.rings]
    lags = sorted(
        late for told in stories for need in told.needs if (late := lag(need, told.rings)) is not None
    )
    by_rule = Counter(rule for ring in rings for rule in ring.rules)
    print(f"waiting night on {given.database}, seed {given.seed}, {given.seconds:.0f} s at {given.speed:g} x")
    _line("came", ward.came, f"{len(ward.waiting)} waiting at the end")
    _line(
        "things done",
        sum(ward.done.values()),
        ", ".join(f"{n} {what}" for what, n in ward.done.most_common()),
    )
    _line("turned away", sum(ward.refused.values()), ", ".join(sorted(ward.refused)))
    _line("fell due", sum(len(told.needs) for told in stories), "reasons, by the model")
    _line("rang", len(rings), ", ".join(f"{n} {rule}" for rule, n in by_rule.most_common()))
    _line("taken", sum(len(told.taken) for told in stories), "")
    if lags:
        _line(
            "rang after, median", f"{_wall(lags[len(lags) // 2], given)} s", _simulated(lags[len(lags) // 2])
        )
        _line(
            "rang after, worst", f"{_wall(lags[-1], given)} s", f"{_simulated(lags[-1])}; limit {SLACK:g} s"
        )
    _line("stood still", f"{night.stood_still:.1f} s", "in all, while the machine gave the run no time")
    print()
    broken = 0
    for check in CHECKS:
        wrong = list(check(night))
        broken += bool(wrong)
        print(f"  {'FAILED' if wrong else 'kept  '}  {check.__name__.replace('_', ' ')}")
        for each in wrong[:5]:
            print(f"            {each}")
        if len(wrong) > 5:
            print(f"            and {len(wrong) - 5} more")
    for why in vacuous(night, wanted=int(given.seconds)):
        broken += 1
        print(f"  VACUOUS   {why}")
    print(f"\n{'FAILED' if broken else 'kept: nobody was forgotten, and nothing rang for nothing'}")
    return 1 if broken else 0


def _wall(passed: timedelta, given: argparse.Namespace) -> str:
    return f"{in_seconds(passed, given.speed):.2f}"


def _simulated(passed: timedelta) -> str:
    return f"{passed.total_seconds():.0f} s of the night"


def _line(what: str, figure: object, remark: str) -> None:
    print(f"  {what:<20} {figure!s:>8}  {remark}".rstrip())


if __name__ == "__main__":
    sys.exit(main())
