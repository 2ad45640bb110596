"""What operators see, as words and classes: calls, whom they sent, and how soon calls are answered.

`app/static/screens/calls_view.js` makes the same, so that a patched page equals a fresh one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.screens import show
from app.screens.coordinator.lines import level_marks
from app.screens.row_view import NOT_HERE_LATE
from app.screens.texts import Texts
from core.ids import Actor
from triage.queries.board_row import BoardRow
from triage.queries.telephone.calls import CallFigures, CallRow, Calls, ExpectedRow, Share
from triage.rules.telephone.answered import GOAL, WITHIN

UNJUDGED_LATE = timedelta(minutes=3)
"""An answered call that nobody has judged for so long is marked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFigure:
    """One number of the strip on top."""

    id: str
    value: str
    note: str
    state: str  # "late" or nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLine:
    """One call, and what may be done with it."""

    id: str
    level_class: str
    mark: str
    level_word: str
    who: str
    what: str
    time: str
    note: str
    state: str  # "late" or nothing
    operator: str
    answer: bool
    back: bool
    over: bool
    mine: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedLine:
    """Somebody on the way (ventet pasient)."""

    id: str
    level_class: str
    mark: str
    level_word: str
    name: str
    number: str
    href: str
    what: str
    alert: str
    time: str
    note: str
    state: str  # "late" or nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedLine:
    """A call of today that is closed."""

    id: str
    level_class: str
    mark: str
    level_word: str
    time: str
    who: str
    what: str
    outcome: str
    operator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsView:
    """The whole screen; each list in the order it is shown."""

    figures: tuple[CallFigure, ...]
    waiting: tuple[CallLine, ...]
    underway: tuple[CallLine, ...]
    expected: tuple[ExpectedLine, ...]
    today: tuple[ClosedLine, ...]


def calls_view(rows: Sequence[BoardRow], known: Calls, *, me: Actor, now: datetime, t: Texts) -> CallsView:
    """The screen as it reads now."""
    ringing = [call for call in known.calls if call.status == "ringing"]
    gone = [call for call in known.calls if call.status == "abandoned"]
    answered = [call for call in known.calls if call.status == "answered"]
    planned = sorted(
        (row for row in rows if row.status == "planned"), key=lambda row: (row.arrived_at, row.id)
    )
    return CallsView(
        figures=_figures(ringing, gone, planned, known.figures, now=now, t=t),
        waiting=tuple(_line(call, me, now, t) for call in (*ringing, *gone)),
        underway=tuple(_line(call, me, now, t) for call in answered),
        expected=tuple(_expected(row, now, t) for row in planned),
        today=tuple(_closed(call, t) for call in known.today),
    )


def _figures(
    ringing: Sequence[CallRow],
    gone: Sequence[CallRow],
    planned: Sequence[BoardRow],
    figures: CallFigures,
    *,
    now: datetime,
    t: Texts,
) -> tuple[CallFigure, ...]:
    longest = min((call.since for call in ringing), default=None)
    late = longest is not None and now - longest > WITHIN
    missing = sum(_is_missing(row, now) for row in planned)
    note = t("calls.longest", time=show.seconds(longest, now)) if longest else ""
    return (
        CallFigure(id="waiting", value=str(len(ringing)), note=note, state="late" if late else ""),
        CallFigure(id="back", value=str(len(gone)), note="", state=""),
        CallFigure(
            id="expected",
            value=str(len(planned)),
            note=t("calls.missing", number=missing) if missing else "",
            state="late" if missing else "",
        ),
        _share("lately", figures.lately, t),
        _share("day", figures.day, t),
        _share("month", figures.month, t),
    )


def _share(id: str, share: Share, t: Texts) -> CallFigure:
    low = share.per_cent is not None and share.per_cent < GOAL
    return CallFigure(
        id=id,
        value=t("coordinator.per_cent", number=share.per_cent) if share.per_cent is not None else "–",
        note=t("calls.of", in_time=share.in_time, counted=share.counted),
        state="low" if low else "",
    )


def _line(call: CallRow, me: Actor, now: datetime, t: Texts) -> CallLine:
    mine = call.operator == me.id
    answered = call.status == "answered"
    if call.status == "ringing":
        time, late = show.seconds(call.since, now), now - call.since > WITHIN
        note = t("calls.rings_since", clock=show.clock(call.since))
    elif answered:
        time, late, note = _under_way(call, now, t)
    else:
        time, late = show.clock(call.since), False
        note = t("calls.hung_up", clock=show.clock(call.hung_up_at or call.since))
    return CallLine(
        id=call.id,
        **level_marks(call.level, t),
        who=call.about or call.caller or t("calls.number_unknown"),
        what=_what(call),
        time=time,
        note=note,
        state="late" if late else "",
        operator=call.operator_name or "",
        answer=call.status == "ringing" or (answered and call.operator is None),
        back=call.status == "abandoned",
        over=answered and call.operator is not None and not mine,
        mine=answered and mine,
    )


def _under_way(call: CallRow, now: datetime, t: Texts) -> tuple[str, bool, str]:
    began = call.answered_at or call.since
    unjudged = call.urgency is None
    late = call.urgency == "red" or (unjudged and now - began > UNJUDGED_LATE)
    if unjudged:
        return show.seconds(began, now), late, t("calls.unjudged")
    return show.seconds(began, now), late, t(f"calls.urgency_{call.urgency}")


def _what(call: CallRow) -> str:
    about = (call.caller if call.about else None, call.place, call.complaint)
    return " · ".join(part for part in about if part)


def _is_missing(row: BoardRow, now: datetime) -> bool:
    return now - row.arrived_at >= NOT_HERE_LATE


def _expected(row: BoardRow, now: datetime, t: Texts) -> ExpectedLine:
    late = show.minutes_between(row.arrived_at, now)
    way = t("calls.by_ambulance") if row.by_ambulance else ""
    told = row if isinstance(row, ExpectedRow) else None
    called = t("calls.called_at", clock=show.clock(told.called_at)) if told and told.called_at else ""
    return ExpectedLine(
        id=row.id,
        **level_marks(row.level, t),
        name=row.name,
        number=row.number,
        href=f"/encounters/{row.id}",
        what=" · ".join(part for part in (row.complaint, way, called) if part),
        alert=(told.pre_alert or "") if told else "",
        time=show.clock(row.arrived_at),
        note=t("wait.expected_late", time=show.duration(late, t))
        if _is_missing(row, now)
        else t("wait.expected"),
        state="late" if _is_missing(row, now) else "",
    )


def _closed(call: CallRow, t: Texts) -> ClosedLine:
    return ClosedLine(
        id=call.id,
        **level_marks(call.level, t),
        time=show.clock(call.since),
        who=call.about or call.caller or t("calls.number_unknown"),
        what=_what(call),
        outcome=t(f"calls.outcome_{call.outcome}"),
        operator=call.operator_name or "",
    )
