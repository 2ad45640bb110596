"""What the coordinator sees, as words and classes: from the board's rows and the overview beside them.

`app/static/screens/coordinator_view.js` makes the same, so that a patched page equals a fresh one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.screens import show
from app.screens.coordinator.lines import (
    DoctorLine,
    RuleLine,
    TaskLine,
    doctor_lines,
    level_marks,
    rule_lines,
    task_line,
)
from app.screens.row_view import NOT_HERE_LATE, RowView, row_view
from app.screens.texts import Texts
from triage.queries.board_row import Board, BoardRow
from triage.queries.overview import Overview, Soon
from triage.rules.telephone.answered import WITHIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number of the strip on top, inverse when somebody must act on it."""

    id: str
    value: str
    note: str
    state: str  # "late" or nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class SoonLine:
    """Somebody who at the present pace is not taken in time (frist brytes snart)."""

    id: str
    level_class: str
    mark: str
    level_word: str
    name: str
    number: str
    place: str
    href: str
    due: str
    left: str
    expected: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomLine:
    """A room, and who is in it."""

    id: str
    name: str
    who: str
    level_class: str  # nothing when free
    mark: str
    level_word: str
    used: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CoordinatorView:
    """The whole screen; each list in the order it is shown."""

    figures: tuple[Figure, ...]
    alarms: tuple[RowView, ...]
    waiting: tuple[RowView, ...]
    soon: tuple[SoonLine, ...]
    doctors: tuple[DoctorLine, ...]
    rooms: tuple[RoomLine, ...]
    tasks: tuple[TaskLine, ...]
    rules: tuple[RuleLine, ...]


def coordinator_view(board: Board, seen: Overview, *, now: datetime, t: Texts) -> CoordinatorView:
    """The screen as it reads now; `board.rows` in board order."""
    waiting = [row for row in board.rows if row.doctor is None and row.status != "planned"]
    # Also of those who have a doctor: a measurement may be due, or say that the doctor must come.
    alarms = sorted((row for row in board.rows if row.alarm), key=_gravity)
    rooms = _rooms(board, t)
    here = {row.id: row for row in waiting}
    soon = tuple(
        _soon(each, here[each.encounter], now, t) for each in seen.late_soon if each.encounter in here
    )
    tasks = tuple(task_line(task, now=now, t=t) for task in seen.tasks)
    return CoordinatorView(
        figures=(
            *_alarm_figures(alarms, now, t),
            *_figures(waiting, soon, rooms, tasks, now=now, t=t),
            *_before_the_door(board.rows, seen, now, t),
        ),
        alarms=tuple(row_view(row, now=now, t=t) for row in alarms),
        waiting=tuple(row_view(row, now=now, t=t) for row in waiting),
        soon=soon,
        doctors=doctor_lines(seen.doctors),
        rooms=rooms,
        tasks=tasks,
        rules=rule_lines(seen.acted_on, t),
    )


def _gravity(row: BoardRow) -> tuple[bool, int, datetime]:
    # What rings first; the untriaged before all others, since nobody knows how ill they are.
    assert row.alarm is not None
    return (not row.alarm.rings, row.level or 0, row.alarm.since)


def _alarm_figures(rows: Sequence[BoardRow], now: datetime, t: Texts) -> tuple[Figure, Figure]:
    ringing = [row.alarm.since for row in rows if row.alarm and row.alarm.rings]
    return (
        _figure("ringing", len(ringing), _longest(ringing, now, t), late=bool(ringing)),
        _figure("taken", len(rows) - len(ringing)),
    )


def _figures(
    waiting: Sequence[BoardRow],
    soon: Sequence[SoonLine],
    rooms: Sequence[RoomLine],
    tasks: Sequence[TaskLine],
    *,
    now: datetime,
    t: Texts,
) -> tuple[Figure, ...]:
    late = sum(task.due_state == "late" for task in tasks)
    used = sum(room.used for room in rooms)
    return (
        _figure("waiting", len(waiting), _longest([row.arrived_at for row in waiting], now, t)),
        _figure("soon", len(soon)),
        _figure("rooms", used, t("coordinator.of", number=len(rooms))),
        _figure(
            "tasks", len(tasks), t("coordinator.late_tasks", number=late) if late else "", late=bool(late)
        ),
    )


def _before_the_door(
    rows: Sequence[BoardRow], seen: Overview, now: datetime, t: Texts
) -> tuple[Figure, Figure]:
    """Calls that wait for an answer, and those on the way (telefon, på vei inn)."""
    calls, planned = seen.telephone, [row for row in rows if row.status == "planned"]
    since = calls.longest_since
    note = t("coordinator.longest", time=show.seconds(since, now)) if since else ""
    missing = sum(now - row.arrived_at >= NOT_HERE_LATE for row in planned)
    away = t("calls.missing", number=missing) if missing else ""
    return (
        _figure("calls", calls.waiting, note, late=since is not None and now - since > WITHIN),
        _figure("expected", len(planned), away, late=bool(missing)),
    )


def _figure(id: str, value: int, note: str = "", *, late: bool = False) -> Figure:
    return Figure(id=id, value=str(value), note=note, state="late" if late else "")


def _longest(since: Sequence[datetime], now: datetime, t: Texts) -> str:
    if not since:
        return ""
    return t("coordinator.longest", time=show.duration(show.minutes_between(min(since), now), t))


def _soon(each: Soon, row: BoardRow, now: datetime, t: Texts) -> SoonLine:
    expected = (
        t("coordinator.soon_expected", clock=show.clock(each.expected_at))
        if each.expected_at
        else t("coordinator.soon_unknown")
    )
    return SoonLine(
        id=row.id,
        **level_marks(row.level, t),
        name=row.name,
        number=row.number,
        place=row.place or t("place.waiting_room"),
        href=f"/encounters/{row.id}",
        due=t("coordinator.soon_deadline", clock=show.clock(each.target_at)),
        left=show.ahead(now, each.target_at, t),
        expected=expected,
    )


def _rooms(board: Board, t: Texts) -> tuple[RoomLine, ...]:
    inside: Mapping[str, list[BoardRow]] = defaultdict(list)
    for row in board.rows:
        if row.place is not None:
            inside[row.place].append(row)
    return tuple(_room(room.name, inside[room.name], t) for room in board.rooms)


def _room(name: str, inside: Sequence[BoardRow], t: Texts) -> RoomLine:
    if not inside:
        nobody = t("coordinator.room_free")
        return RoomLine(id=name, name=name, who=nobody, level_class="", mark="", level_word="", used=False)
    first = inside[0]  # in board order: the most urgent
    alone = " ".join(part for part in (first.name, show.person(first.sex, first.age_months, t)) if part)
    who = alone if len(inside) == 1 else t("coordinator.room_shared", number=len(inside))
    return RoomLine(id=name, name=name, who=who, **level_marks(first.level, t), used=True)
