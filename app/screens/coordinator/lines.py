"""Lines of the coordinator's screen that are not rows of the board: doctors, call-backs, rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from app.screens import show
from app.screens.row_view import level_word
from app.screens.texts import Texts
from triage.queries.overview import ActedOn, DoctorLoad, OpenTask


class LevelMarks(TypedDict):
    """What the mark of a level is drawn from."""

    level_class: str
    mark: str
    level_word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorLine:
    """How many patients a doctor has, beside the one who has most."""

    id: str
    name: str
    patients: str
    bar: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLine:
    """Somebody to call back (ringe tilbake), and what was tried."""

    id: str
    level_class: str
    mark: str
    level_word: str
    name: str
    number: str
    href: str
    left: str
    due: str
    due_state: str  # "late" or nothing
    tried: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLine:
    """How often a rule's alarms led to something."""

    id: str
    word: str
    share: str
    per_cent: str
    bar: str
    to_change: bool


def level_marks(level: int | None, t: Texts) -> LevelMarks:
    """The four cues of a level."""
    return {
        "level_class": f"l{level or 0}",
        "mark": str(level) if level else "?",
        "level_word": level_word(level, t),
    }


def doctor_lines(load: Sequence[DoctorLoad]) -> tuple[DoctorLine, ...]:
    """Every doctor, those with most to do first."""
    most = max((each.patients for each in load), default=0)
    return tuple(
        DoctorLine(id=each.id, name=each.name, patients=str(each.patients), bar=_bar(each.patients, most))
        for each in load
    )


def task_line(task: OpenTask, *, now: datetime, t: Texts) -> TaskLine:
    """The task as it reads now."""
    late = now >= task.due_at
    over = show.duration(show.minutes_between(task.due_at, now), t)
    return TaskLine(
        id=task.id,
        **level_marks(task.level, t),
        name=task.name,
        number=task.number,
        href=f"/encounters/{task.encounter}",
        left=t("coordinator.task_left", clock=show.clock(task.created_at)),
        due=t("coordinator.task_late", time=over)
        if late
        else t("coordinator.task_due", clock=show.clock(task.due_at)),
        due_state="late" if late else "",
        tried=_tried(task, t),
    )


def rule_lines(acted_on: Sequence[ActedOn], t: Texts) -> tuple[RuleLine, ...]:
    """Each rule that rang, the gravest first."""
    return tuple(
        RuleLine(
            id=each.rule,
            word=t(f"alarm.rule_{each.rule}"),
            share=t("coordinator.rule_share", acted=each.acted, rang=each.rang),
            per_cent=t("coordinator.per_cent", number=100 * each.acted // each.rang),
            bar=_bar(each.acted, each.rang),
            to_change=each.to_change,
        )
        for each in acted_on
    )


def _tried(task: OpenTask, t: Texts) -> str:
    if not task.attempts:
        return t("coordinator.task_not_tried")
    last = task.attempts[-1]
    return t(
        "coordinator.task_tried",
        number=len(task.attempts),
        clock=show.clock(datetime.fromisoformat(last["at"] or "")),
        by=last["by"],
        result=t(f"coordinator.result_{last['result']}"),
    )


def _bar(part: int, whole: int) -> str:
    return f"p-{part * 50 // whole * 2 if whole else 0}"
