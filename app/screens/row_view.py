"""One patient as words and classes, ready to be put into the slots of a part.

`app/static/lib/row_view.js` makes the same from the same row, so that a patched row equals a fresh page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from app.screens import show
from app.screens.texts import Texts
from triage.queries.board_row import BoardRow, Flag, RowAlarm
from triage.rules.safety.alarms import Rule

NameMode = Literal["name", "number"]

NEAR = 0.8
"""Share of the deadline from which a wait is outlined (nær fristen)."""

NOT_HERE_LATE = timedelta(minutes=15)
"""Somebody on the way who has not come so long after the time is marked (forsinket)."""

_FLAGS_SHOWN = 2
_HOUR = 60
_NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """The wait (ventet): how long, against what, and how far the bar is."""

    text: str
    note: str
    state: str  # "late" ("late long" from an hour), "near" or nothing
    bar: str  # "p-60"; nothing when there is no deadline yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """When somebody must look again (ny vurdering)."""

    text: str
    note: str
    state: str  # "late" or nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmView:
    """The patient's alarm (alarm): whether it rings or somebody goes, why, and since when."""

    state: str  # "rings", "taken" or nothing
    word: str  # "Ringer", "Tatt av NL"
    why: str
    note: str  # since when it rings, or when it rings again
    mark: str  # for the wall, where there is room for one word: "Alarm", else the initials of whoever goes
    rings: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """Everything one row or room tile says."""

    id: str
    version: int
    level_class: str
    mark: str
    level_word: str
    number: str
    name: str
    person: str
    complaint: str
    place: str
    flags: tuple[Flag, ...]
    more_flags: str
    wait: Wait
    next: Next
    alarm: AlarmView
    seen: str  # when somebody last looked to the patient (sist sett)
    second_look: bool  # the level was set below the suggested one, and nobody else has looked yet
    nurse: str
    doctor: str
    place_value: str  # empty: the waiting room
    planned: bool
    here: bool
    takeable: bool  # nobody has taken the patient yet
    triage_href: str
    href: str


def row_view(row: BoardRow, *, now: datetime, t: Texts, name_mode: NameMode = "name") -> RowView:
    """The row as it reads now."""
    level = row.level or 0
    more = len(row.flags) - _FLAGS_SHOWN
    return RowView(
        id=row.id,
        version=row.version,
        level_class=f"l{level}",
        mark=str(level) if level else "?",
        level_word=level_word(row.level, t),
        number=row.number,
        name=row.name if name_mode == "name" else row.number,
        person=show.person(row.sex, row.age_months, t),
        complaint=row.complaint,
        place=row.place or t("place.waiting_room"),
        flags=row.flags[:_FLAGS_SHOWN],
        more_flags=f"+{more}" if more > 0 else "",
        wait=wait_view(row, now=now, t=t),
        next=next_view(row, now=now, t=t),
        alarm=alarm_view(row, now=now, t=t),
        seen=seen_view(row, t=t),
        second_look=row.second_look_at is not None,
        nurse=row.nurse or "–",
        doctor=row.doctor or "–",
        place_value=row.place or "",
        planned=row.status == "planned",
        here=row.status != "planned",
        takeable=row.doctor is None and row.status != "planned",
        triage_href=f"/encounters/{row.id}/triage",
        href=f"/encounters/{row.id}",
    )


def blank_row(t: Texts) -> RowView:
    """A row with nobody in it, for the template that new rows are made from."""
    nobody = BoardRow(
        id="", version=0, number="", status="arrived", level=None, level_code=None, place=None, name="",
        sex="unknown", age_months=None, complaint="", flags=(), arrived_at=_NO_TIME, target_at=None,
        target_minutes=None, next_assessment_at=None, continuous=False, nurse=None, doctor=None,
        doctor_since=None,
    )  # fmt: skip
    return row_view(nobody, now=_NO_TIME, t=t)


def level_word(level: int | None, t: Texts) -> str:
    """`Hastegrad Oransje` for those who do not see the mark."""
    return t("level.label", word=t(f"level.{level or 0}"))


def wait_start(row: BoardRow) -> datetime:
    """When the shown wait began: with the deadline when there is one, else at the door."""
    if row.target_at is None or row.target_minutes is None:
        return row.arrived_at
    return row.target_at - timedelta(minutes=row.target_minutes)


def is_late(row: BoardRow, now: datetime) -> bool:
    """The deadline has passed by a whole minute (over fristen), and no doctor has come."""
    return row.doctor_since is None and row.target_at is not None and now - row.target_at >= show.MINUTE


def wait_view(row: BoardRow, *, now: datetime, t: Texts) -> Wait:
    """The wait against its deadline; the untriaged have no deadline yet, and a doctor ends the waiting."""
    if row.status == "planned":
        return _expected(row, now, t)
    if row.doctor_since is not None:
        treated = show.minutes_between(row.doctor_since, now)
        return Wait(text=show.duration(treated, t), note=t("wait.with_doctor"), state="", bar="")
    text = show.duration(show.minutes_between(wait_start(row), now), t)
    if row.target_at is None or row.target_minutes is None:
        return Wait(text=text, note=t("wait.for_triage") if row.level is None else "", state="", bar="")
    if is_late(row, now):
        over = show.minutes_between(row.target_at, now)
        state = "late long" if over >= _HOUR else "late"
        return Wait(text=text, note=t("wait.over", over=_over(over, t)), state=state, bar="p-100")
    share = _share(row.target_minutes, wait_start(row), now)
    return Wait(
        text=text,
        note=show.target(row.target_minutes, t),
        state="near" if share >= NEAR else "",
        bar=f"p-{min(100, int(share * 50) * 2)}",
    )


def next_view(row: BoardRow, *, now: datetime, t: Texts) -> Next:
    """The next look; empty when it is not decided yet."""
    if row.continuous:
        return Next(text=t("next.continuous"), note=t("next.watched"), state="")
    if row.next_assessment_at is None:
        return Next(text="", note="", state="")
    text = show.clock(row.next_assessment_at)
    if now >= row.next_assessment_at:
        over = show.minutes_between(row.next_assessment_at, now)
        return Next(text=text, note=t("next.over", over=show.duration(over, t)), state="late")
    return Next(text=text, note=show.ahead(now, row.next_assessment_at, t), state="")


def alarm_view(row: BoardRow, *, now: datetime, t: Texts) -> AlarmView:
    """The alarm in words; empty when nothing is due."""
    return alarm_of(row.alarm, now=now, t=t)


def alarm_of(alarm: RowAlarm | None, *, now: datetime, t: Texts) -> AlarmView:
    """The same for an alarm by itself."""
    if alarm is None:
        return AlarmView(state="", word="", why="", note="", mark="", rings=False)
    why = " · ".join(t(f"alarm.rule_{rule}") for rule in alarm.rules)
    if alarm.taken_by is not None and alarm.again_at is not None:
        again = t("alarm.again", clock=show.clock(alarm.again_at))
        word = t("alarm.taken", by=alarm.taken_by)
        return AlarmView(state="taken", word=word, why=why, note=again, mark=alarm.taken_by, rings=False)
    word = t("alarm.rings") if alarm.number == 1 else t("alarm.rings_again", number=alarm.number)
    passed = show.duration(show.minutes_between(alarm.since, now), t)
    note = t("alarm.since", clock=show.clock(alarm.since), time=passed)
    wanted = bool({Rule.DOCTOR, Rule.LIMIT} & {*alarm.rules})
    mark = t("alarm.mark_doctor" if wanted else "alarm.mark")
    return AlarmView(state="rings", word=word, why=why, note=note, mark=mark, rings=True)


def seen_view(row: BoardRow, *, t: Texts) -> str:
    """When somebody last looked to the patient; nothing for those who have not come yet."""
    if row.last_seen_at is None:
        return "" if row.status == "planned" or row.doctor_since else t("alarm.seen_never")
    return t("alarm.seen_at", clock=show.clock(row.last_seen_at))


def _expected(row: BoardRow, now: datetime, t: Texts) -> Wait:
    """When somebody on the way is expected; late when they should have been here a good while ago."""
    missing = now - row.arrived_at >= NOT_HERE_LATE
    over = show.duration(show.minutes_between(row.arrived_at, now), t)
    note = t("wait.expected_late", time=over) if missing else t("wait.expected")
    return Wait(text=show.clock(row.arrived_at), note=note, state="late" if missing else "", bar="")


def _over(minutes: int, t: Texts) -> str:
    return str(minutes) if minutes < _HOUR else show.duration(minutes, t)


def _share(minutes: int, start: datetime, now: datetime) -> float:
    return 1.0 if minutes == 0 else max(0.0, (now - start) / timedelta(minutes=minutes))
