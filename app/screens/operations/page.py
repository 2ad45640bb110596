"""The operations screen (drift), complete from the server; drawn anew in place while it is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.screens import show
from app.screens.operations import charts
from app.screens.render import data_block, render
from app.screens.texts import Texts, texts
from core.access.permissions import Permission, may
from core.clock import local
from core.ids import Actor
from integrations.inbox.tasks import TaskLine
from integrations.messages import BalanceLine
from integrations.watch.draining import Draining
from integrations.watch.readiness import Point, Readiness
from integrations.watch.worklist import LetterLine, Worklist
from triage.queries.figures.running_today import RunningToday

_SCRIPT_TEXTS = ("error.", "operations.script.")
_GROUPS = ("person", "underway", "delivered")


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterView:
    """One letter in words. `look`: fail, wait or ok."""

    id: str
    group: str
    look: str
    state: str
    number: str
    encounter: str
    receiver: str
    detail: str
    attempts: int
    age: str
    can_send: bool
    copy: bool  # the patient's own copy can be printed beside it


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """Something in the inbox that waits for a person: what it is, and what to do."""

    id: str
    title: str
    todo: str
    sender: str
    encounter: str | None
    dialogue: str | None
    age: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DrainView:
    """A backlog in words, and its curve as the drawing wants it."""

    left: int
    rate: str
    until: str
    points: str
    spoken: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PointView:
    """One point of readiness in words."""

    state: str
    title: str
    detail: str


def operations(
    *,
    today: RunningToday,
    letters: Worklist,
    days: Sequence[BalanceLine],
    ready: Readiness,
    me: Actor,
    unit: str,
    unit_name: str,
    now: datetime,
    language: str,
    asset_version: str,
) -> str:
    """Figures first, then what waits for a person, then whether the service is well."""
    t = texts(language)
    usual_word = t(f"operations.usual_{local(now).weekday()}")
    return render(
        "screens/operations.html",
        t=t,
        asset_version=asset_version,
        current="operations",
        me=me,
        now=now,
        unit=unit,
        unit_name=unit_name,
        today=today,
        usual_word=usual_word,
        weekday=t(f"operations.weekday_{local(now).weekday()}"),
        letters=letters,
        lines=[_letter(line, me, now, t) for line in letters.lines],
        tasks=[_task(task, now, t) for task in letters.tasks],
        drain=_drain(letters.draining, now, t) if letters.draining else None,
        groups=_GROUPS,
        counts={"person": letters.for_a_person, "underway": letters.under_way, "delivered": None},
        share=_share,
        days=days,
        points=[_point(point, now, t) for point in ready],
        well=sum(point.state == "ok" for point in ready),
        arrivals=charts.arrivals(today, t, usual_word),
        waits=charts.waits(today.to_doctor, t),
        words=data_block(t.subset(_SCRIPT_TEXTS)),
    )


def _share(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole else None


def _letter(line: LetterLine, me: Actor, now: datetime, t: Texts) -> LetterView:
    again = line.state == "queued" and line.reason is not None
    key = "operations.state.again" if again else f"message.{line.state}"
    return LetterView(
        id=line.id,
        group=line.group,
        look={"person": "fail", "underway": "wait", "delivered": "ok"}[line.group],
        state=t(key),
        number=line.number,
        encounter=line.encounter,
        receiver=f"{t(f'message.channel.{line.channel}')} · {line.receiver or t('message.no_receiver')}",
        detail=_detail(line, t),
        attempts=line.attempts,
        age=show.duration(_minutes(line, now), t),
        can_send=again,
        copy=line.channel != "dialogue" and may(me, Permission.READ_RECORD),
    )


def _task(task: TaskLine, now: datetime, t: Texts) -> TaskView:
    why = t.known(f"inbox.why.{task.code}", "inbox.why.other", code=task.code) if task.code else ""
    return TaskView(
        id=task.id,
        title=t(f"inbox.kind.{task.kind}"),
        todo=" ".join(filter(None, (t(f"inbox.todo.{task.kind}"), why))),
        sender=task.sender or t("inbox.no_sender"),
        encounter=task.encounter,
        dialogue=task.dialogue,
        age=show.duration(show.minutes_between(task.found_at, now), t),
    )


def _drain(draining: Draining, now: datetime, t: Texts) -> DrainView:
    rate = f"{draining.per_minute:g}".replace(".", t("operations.decimal"))
    until = t("operations.drain_stuck")
    if draining.empty_at:
        clock = show.clock(draining.empty_at)
        key = "operations.drain_until" if _today(draining.empty_at, now) else "operations.drain_until_day"
        until = t(key, clock=clock, day=show.day(draining.empty_at))
    most, width = max(*draining.curve, 1), len(draining.curve) - 1
    points = " ".join(
        f"{600 * n / width:.1f},{44 - 40 * waits / most:.1f}" for n, waits in enumerate(draining.curve)
    )
    return DrainView(
        left=draining.left,
        rate=rate,
        until=until,
        points=points,
        spoken=t("operations.drain_spoken", before=draining.curve[0], left=draining.left),
    )


def _minutes(line: LetterLine, now: datetime) -> int:
    """How long it has waited, or took."""
    return show.minutes_between(line.created_at, line.changed_at if line.group == "delivered" else now)


def _detail(line: LetterLine, t: Texts) -> str:
    if line.reason and line.group != "delivered":
        return t.known(f"reason.{line.reason}", "reason.other", code=line.reason)
    return t(f"message.detail.{line.state}", clock=show.clock(line.changed_at))


def _point(point: Point, now: datetime, t: Texts) -> PointView:
    at = "" if point.at is None else show.clock_seconds(point.at) if _today(point.at, now) else ""
    at = at or (show.day_and_clock(point.at) if point.at else "")
    return PointView(
        state=point.state,
        title=t(f"operations.ready.{point.code}"),
        detail=t(f"operations.ready.{point.code}.detail", at=at, count=point.count, of=point.of),
    )


def _today(at: datetime, now: datetime) -> bool:
    return local(at).date() == local(now).date()
