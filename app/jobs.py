"""Every recurring job (faste oppgaver) and its interval, in one list.

The scheduler only wakes: each job asks the database what is due and may safely run late or twice. Of several
processes one leads and runs them; the others stand by.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from datetime import UTC, timedelta
from functools import partial
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from app.night_watch import end_those_unanswered, look_at_those_due, watch_everybody
from app.outward.ways import Ways
from core.ids import Actor, Role, StaffId
from core.settings import Settings
from core.store.idempotency import forget_old
from core.store.leader import RENEW_SECONDS, Leader
from core.store.lease import LeaseLost
from core.store.work import Store, Work
from integrations.clinical.asking import ClinicalAsking
from integrations.dialogue.receipts_out import ReceiptSender
from integrations.dispatcher import Dispatcher
from integrations.edi.transport import Transport
from integrations.receipts import Receipts
from integrations.registers.asking import Asking
from integrations.registers.at_send import AtSend
from integrations.watch.canary import Canary
from journal.live_tables import forget_versions

logger = logging.getLogger(__name__)

_HOUSEKEEPER = Actor(StaffId("housekeeper"), "Housekeeping", Role.SYSTEM, None)
_LAST_SECONDS = 3.0
_DRAFTS_KEPT = timedelta(days=1)  # after the visit is over: what led to the note, when somebody misses a word
_RENEW = "renew-lead"


@dataclass(frozen=True, slots=True)
class Job:
    """What is done again and again."""

    name: str
    seconds: float  # between
    run: Callable[[], Coroutine[Any, Any, object]]
    in_every_process: bool = False  # else only in the one that leads


def jobs(store: Store, ways: Ways, settings: Settings) -> list[Job]:
    """Everything that recurs. `store` is the leader's: a process that lost the lead writes nothing more."""

    async def forget_keys() -> int:
        return await store.write(_HOUSEKEEPER, _forget_keys)

    listed = [
        Job("forget-keys", 3600.0, forget_keys),
        Job("alarms", 1.0, partial(look_at_those_due, store)),
        Job("nobody-unwatched", 60.0, partial(watch_everybody, store)),
        Job("hand-overs", 5.0, partial(end_those_unanswered, store)),
    ]
    if ways.lookup:
        listed.append(Job("gp-lookup", settings.lookup_seconds, Asking(store, ways.lookup).ask_due))
    for service, register in ways.clinical.items():
        listed.append(Job(service, settings.lookup_seconds, ClinicalAsking(store, service, register).ask_due))
    if ways.channels:
        horizon = timedelta(hours=settings.send_horizon_hours)
        checks = {"gp-summary": AtSend(store, ways.lookup)} if ways.lookup else {}
        dispatcher = Dispatcher(store, ways.channels, horizon=horizon, checks=checks)
        listed.append(Job("dispatch", settings.dispatch_seconds, dispatcher.send_due))
        listed.append(Job("unanswered", 60.0, dispatcher.give_up_unanswered))
    if ways.exchange:
        transport = Transport(store, ways.exchange)
        listed.append(Job("transport", settings.receipt_seconds, transport.look))
        ours = ReceiptSender(store, ways.exchange, horizon=timedelta(hours=settings.send_horizon_hours))
        listed.append(Job("our-receipts", settings.dispatch_seconds, ours.send_due))
        if settings.canary_her_id:
            canary = Canary(store, ways.exchange, receiver_her_id=settings.canary_her_id)
            listed.append(Job("canary", 30.0, canary.fly))
        receipts = Receipts(store, ways.exchange)
        listed.append(Job("receipts", settings.receipt_seconds, receipts.collect))
    return listed


async def _forget_keys(work: Work) -> int:
    await forget_versions(work.session, before=work.now - _DRAFTS_KEPT)
    return await forget_old(work.session, work.now)


class Clockwork:
    """Runs the list: in UTC, never skipping a late job, never running one beside itself."""

    def __init__(self, listed: Iterable[Job], leader: Leader) -> None:
        self._leader = leader
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        # A job still under way when it is due again is no news: it will look again soon.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._running: set[asyncio.Task[object]] = set()
        for job in (Job(_RENEW, RENEW_SECONDS, leader.renew, in_every_process=True), *listed):
            self._scheduler.add_job(self._wake, "interval", [job], seconds=job.seconds, id=job.name)

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

    async def _wake(self, job: Job) -> None:
        if not (job.in_every_process or self._leader.leads):
            return
        task = asyncio.ensure_future(job.run())
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        try:
            await asyncio.shield(task)
        except LeaseLost:
            logger.info("%s is done by another process now", job.name)
