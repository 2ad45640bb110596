"""Makes the requests, sends them and says what was found."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, Case, GenerationMode

from app.main import create_app
from app.migrations.run import migrate
from core.access.credentials import issue_for_display, issue_for_staff
from core.settings import Settings
from scripts.generated.judge import Answered, Asked, Judge
from scripts.generated.ward import Known, furnish
from tests.cast import Cast, move_in, system
from tests.conftest import client, serving
from tests.house.route_roles import ROUTES

_WHO = ("nora", "dag", "kari", "admin", "auditor", "wall", "waiting_room", "exchange", "stranger", None)
_WEIGHTS = (4, 4, 4, 1, 1, 1, 1, 1, 4, 1)  # those who can open something are asked to open the most
KEPT = "kept: no fault of ours, every refusal told as a problem, nothing leaked"
_ALIKE = {"encounter_id": "encounter", "patient_id": "patient"}
_EACH = 5  # a short run asks at fewer addresses rather than once at each
_KNOWN_SHARE, _WRONG_SHARE = 0.8, 0.3


@dataclass(slots=True)
class Sender:
    """Sends what was made, as somebody, about something that is there."""

    url: str
    known: Known
    judge: Judge
    tokens: dict[str, str]
    new_token: Callable[[str], str]
    session: requests.Session
    versions: dict[str, str] = field(default_factory=dict)  # as they were last told, by encounter
    sent: int = 0
    unsendable: int = 0

    def send(self, case: Case, random: Random) -> None:
        """One request."""
        for name in case.path_parameters:
            there = self.known.ids.get(_ALIKE.get(name, name))
            if there and random.random() < _KNOWN_SHARE:
                case.path_parameters[name] = random.choice(there)
        who = self._asks(case, random)
        headers = {"Authorization": f"Bearer {self.tokens[who]}"} if who else {}
        encounter = str(case.path_parameters.get("encounter", ""))
        if random.random() < _KNOWN_SHARE:
            headers["If-Match"] = self.versions.get(encounter, f'"{random.randint(1, 3)}"')
        try:
            made = case.as_transport_kwargs(base_url=self.url, headers=headers)
            answer = self.session.request(**made, timeout=60, allow_redirects=False)
        except (requests.ConnectionError, requests.Timeout) as lost:
            self.judge.faults.append(f"no answer: {who} {case.operation.label}: {lost!r:.200}")
            return
        except (requests.RequestException, UnicodeError, ValueError, TypeError):
            self.unsendable += 1  # what no client can put on the line
            return
        self.sent += 1
        self.session.cookies.clear()
        asked = Asked(who, case.operation.method.upper(), case.operation.path, str(made["url"]))
        kind = answer.headers.get("content-type", "")
        if encounter and "etag" in answer.headers:
            self.versions[encounter] = answer.headers["etag"]
        self.judge.look(asked, Answered(answer.status_code, kind, answer.text))
        if answer.status_code == 401 and who:
            self.tokens[who] = self.new_token(who)  # signing out is asked too

    def _asks(self, case: Case, random: Random) -> str | None:
        """Half of them by somebody the address is for: whoever is never let in has tried little."""
        route = (case.operation.method.upper(), case.operation.path)
        meant = sorted(ROUTES.get(route, frozenset()) - {"anybody"})
        return (
            random.choice([*meant, "stranger"])
            if random.random() < 0.5
            else random.choices(_WHO, _WEIGHTS)[0]
        )


def make(operation: APIOperation[Any], sender: Sender, count: int, number: int) -> None:
    """So many requests to one address, most of them as described and some of them not."""
    for mode, share in ((GenerationMode.POSITIVE, 1 - _WRONG_SHARE), (GenerationMode.NEGATIVE, _WRONG_SHARE)):
        several = round(count * share)
        if several == 0:
            continue

        @seed(number)
        @settings(
            max_examples=several,
            phases=[Phase.generate],
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(mode), drawn=st.integers(0, 2**64))
        def one(case: Case, drawn: int) -> None:
            sender.send(case, Random(drawn))

        try:
            one()
        except Unsatisfiable:
            continue  # nothing about it can be wrong


async def run(count: int, number: int, folder: Path) -> Sender:
    """A ward, the requests, and what the judge saw."""
    ward = Settings(
        database_url=f"sqlite+aiosqlite:///{folder / 'ward.db'}",
        environment="test",
        secure_cookies=False,
        factor_key="en nøkkel som er lang nok til å brukes",
    )
    app = create_app(ward)
    await migrate(app.state.store.database)
    async with serving(app) as url, client(url, timeout=60) as http:
        cast = await move_in(app.state.store)
        known = await furnish(http, cast)
        loop = asyncio.get_running_loop()

        def new_token(who: str) -> str:
            return asyncio.run_coroutine_threadsafe(_token(app.state.store, cast, who), loop).result()

        session = requests.Session()
        session.trust_env = False
        tokens = {who: cast.all()[who].token for who in _WHO if who}
        sender = Sender(url, known, Judge(), tokens, new_token, session)
        await asyncio.to_thread(_all, app.openapi(), sender, count, number)
    return sender


def _token(store: Any, cast: Cast, who: str) -> Coroutine[Any, Any, str]:
    actor = cast.all()[who].actor
    if actor.id.startswith("display:"):
        return store.write(system(), issue_for_display, actor.id.removeprefix("display:"))  # type: ignore[no-any-return]
    return store.write(system(), issue_for_staff, actor.id, "token", None)  # type: ignore[no-any-return]


def _all(described: dict[str, Any], sender: Sender, count: int, number: int) -> None:
    operations = [found.ok() for found in schemathesis.openapi.from_dict(described).get_all_operations()]
    Random(number).shuffle(operations)
    operations = operations[: max(1, count // _EACH)]
    left = count
    for at, operation in enumerate(operations):
        share = -(-left // (len(operations) - at))
        before = sender.sent
        make(operation, sender, share, number + at)
        left -= sender.sent - before
    for again in range(3):  # addresses about which little can be drawn leave some over
        if left > 0:
            before = sender.sent
            for operation in operations[: max(1, left // 10)]:
                make(operation, sender, 12, number + 1000 * (again + 1))
            left -= sender.sent - before


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when nothing was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=2026)
    given = parser.parse_args(arguments)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        sender = asyncio.run(run(given.requests, given.seed, Path(folder)))
    judge = sender.judge
    counted = ", ".join(f"{status}: {number}" for status, number in sorted(judge.statuses.items()))
    took = time.monotonic() - began
    print(f"{sender.sent} requests in {took:.0f} s; {sender.unsendable} more no client can send")
    print(f"answers by status  {counted}")
    print(f"addresses let in at  {len(judge.reached)}")
    print(f"read by those who may  {dict(judge.told)}")
    for fault in judge.faults:
        print(f"FOUND  {fault}")
    print(f"{len(judge.faults)} found" if judge.faults else KEPT)
    return 1 if judge.faults else 0


if __name__ == "__main__":
    sys.exit(main())
