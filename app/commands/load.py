"""The synthetic ward as a load generator (last): plays an evening against a running server."""

from __future__ import annotations

import argparse
import asyncio
from collections import Counter
from statistics import quantiles

import httpx

from app.ward.crew import Crew, Worker
from app.ward.evening import evening
from app.ward.player import Played, Player
from core.clock import local, utc_now
from core.settings import Settings


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`legevakt load`."""
    parser = commands.add_parser("load", help="play a synthetic evening against a running server")
    parser.add_argument("url")
    parser.add_argument("--unit", required=True)
    parser.add_argument("--nurse", action="append", required=True, metavar="TOKEN", help="may be repeated")
    parser.add_argument("--doctor", action="append", required=True, metavar="TOKEN", help="may be repeated")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--speed", type=float, default=60.0, help="times faster than life")
    parser.add_argument("--seconds", type=float, default=60.0, help="when to stop")
    parser.set_defaults(run=_run)


def _run(given: argparse.Namespace, _settings: Settings) -> int:
    played = asyncio.run(_play(given))
    took = sorted(each.seconds for each in played if each.status)
    states = Counter(each.problem or str(each.status) for each in played)
    print(f"{len(played)} steps; answers: {dict(states)}")
    if len(took) > 1:
        cuts = quantiles(took, n=100)
        print(f"answer time p50 {cuts[49] * 1000:.0f} ms, p99 {cuts[98] * 1000:.0f} ms")
    return 1 if any(each.status == 0 or each.status >= 500 for each in played) else 0


async def _play(given: argparse.Namespace) -> list[Played]:
    played: list[Played] = []
    crew = Crew(
        nurses=[Worker(token=token) for token in given.nurse],
        doctors=[Worker(token=token) for token in given.doctor],
    )
    async with httpx.AsyncClient(base_url=given.url, trust_env=False, timeout=15) as http:
        player = Player(http, given.unit, crew, report=played.append)
        steps = evening(given.seed, local(utc_now()).date())
        try:
            async with asyncio.timeout(given.seconds):
                await player.play(steps, speed=given.speed)
        except TimeoutError:
            return played
    return played
