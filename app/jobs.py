"""Every recurring job (faste oppgaver) and its interval, in one list.

The scheduler only wakes: each job asks the database what is due and may safely run late or twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from datetime import UTC, timedelta
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from app.wiring import Ways
from core.ids import Actor, Role, StaffId
from core.settings import Settings
from core.store.idempotency import forget_old
from core.store.work import Store, Work
from integrations.dispatcher import Dispatcher
from integrations.receipts import Receipts

_HOUSEKEEPER = Actor(StaffId("housekeeper"), "Housekeeping", Role.SYSTEM, None)
Job = Callable[[], Coroutine[Any, Any, object]]
_LAST_SECONDS = 3.0


def jobs(store: Store, ways: Ways, settings: Settings) -> list[tuple[str, float, Job]]:
    """Name, seconds between, and what is done."""

    async def forget_keys() -> int:
        return await store.write(_HOUSEKEEPER, _forget_keys)

    listed: list[tuple[str, float, Job]] = [("forget-keys", 3600.0, forget_keys)]
    if ways.channels:
        horizon = timedelta(hours=settings.send_horizon_hours)
        dispatcher = Dispatcher(store, ways.channels, horizon=horizon)
        listed.append(("dispatch", settings.dispatch_seconds, dispatcher.send_due))
        listed.append(("unanswered", 60.0, dispatcher.give_up_unanswered))
    if ways.exchange:
        receipts = Receipts(store, ways.exchange)
        listed.append(("receipts", settings.receipt_seconds, receipts.collect))
    return listed


async def _forget_keys(work: Work) -> int:
    return await forget_old(work.session, work.now)


class Clockwork:
    """Runs the list: in UTC, never skipping a late job, never running one beside itself."""

    def __init__(self, listed: list[tuple[str, float, Job]]) -> None:
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        # A job still under way when it is due again is no news: it will look again soon.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._running: set[asyncio.Task[object]] = set()
        for name, seconds, job in listed:
            self._scheduler.add_job(self._run, "interval", [job], seconds=seconds, id=name)

    def start(self) -> None:
        """Begin waking."""
        self._scheduler.start()

    async def stop(self) -> None:
        """Wake no more; what is under way may end, but must not keep the process for long."""
        self._scheduler.remove_all_jobs()
        if self._running:
            await asyncio.wait(self._running, timeout=_LAST_SECONDS)
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        self._scheduler.shutdown(wait=False)

    async def _run(self, job: Job) -> None:
        task = asyncio.ensure_future(job())
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        await asyncio.shield(task)
