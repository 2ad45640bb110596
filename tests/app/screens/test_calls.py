"""The operators' screen as the server draws it: who waits too long, who has a call, and who has not come."""

from __future__ import annotations

from typing import Any

import pytest

from app.screens.calls.page import calls
from app.screens.calls.view import CallsView, calls_view
from app.screens.texts import LANGUAGES, texts
from core.ids import Actor, Role, StaffId, UnitId
from tests.app.screens import ward
from tests.app.screens.markup import by_id, keys, read, words
from tests.app.screens.ward import NOW, minutes
from triage.queries.telephone.calls import CallFigures, CallRow, Calls, ExpectedRow, Share

NB = texts("nb")
NORA = Actor(StaffId("nora"), "Nora Lie", Role.TRIAGE_NURSE, UnitId("nordvik"))
NOTHING: dict[str, Any] = dict.fromkeys(
    ("answered_at", "hung_up_at", "about", "place", "complaint", "advice", "urgency", "level", "assessed_at",
     "operator", "operator_name", "outcome", "closed_at", "encounter"),
)  # fmt: skip


def call(id: str, status: str, ago: float, **more: Any) -> CallRow:
    told = {**NOTHING, "caller": "90123456", "by_hand": False, "version": 1, **more}
    return CallRow(id=id, status=status, since=NOW - minutes(ago), **told)


def known(*rows: CallRow, today: tuple[CallRow, ...] = ()) -> Calls:
    share = Share(in_time=79, counted=100, per_cent=79)
    figures = CallFigures(lately=Share(in_time=0, counted=0, per_cent=None), day=share, month=share)
    return Calls(server_time=NOW, calls=rows, today=today, figures=figures)


def on_the_way(id: str, ago: float) -> ExpectedRow:
    row = ward.row(id, "Olav H.", 79, "Tung pust", level=1, status="planned", arrived_at=NOW - minutes(ago))
    return ExpectedRow(**dict(row), pre_alert="Surstoff gitt", called_at=NOW - minutes(60))


def view(*rows: CallRow) -> CallsView:
    return calls_view((), known(*rows), me=NORA, now=NOW, t=NB)


def drawn(language: str) -> str:
    rows = (
        call("c-1", "ringing", 2.1),
        call("c-2", "answered", 5, operator="nora", operator_name="Nora Lie", urgency="red", level=1),
    )
    gone = call("c-4", "closed", 40, outcome="advice", urgency="green", level=4, closed_at=NOW)
    board = ward.board(on_the_way("e-90", 15))
    found = known(*rows, call("c-3", "abandoned", 9), today=(gone,))
    return calls(board, found, me=NORA, language=language, websocket_path="/ws", asset_version="v1")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_telephone_is_drawn_complete_in_every_language(language: str) -> None:
    page = read(drawn(language))

    assert keys(page, "waiting") == ["c-1", "c-3"]
    assert keys(page, "underway") == ["c-2"]
    assert keys(page, "expected") == ["e-90"]
    assert keys(page, "today") == ["c-4"]
    assert texts(language)("calls.urgency_red") in words(by_id(page, "underway")[0])


def test_a_call_is_inverse_when_it_has_rung_more_than_two_minutes() -> None:
    shown = view(call("c-1", "ringing", 2), call("c-2", "ringing", 2.02)).waiting

    assert [(line.time, line.state) for line in shown] == [("2:00", ""), ("2:01", "late")]


@pytest.mark.parametrize(
    ("urgency", "ago", "state"), [("red", 0, "late"), ("yellow", 30, ""), (None, 3, ""), (None, 3.1, "late")]
)
def test_a_red_call_rings_until_it_is_closed_and_one_nobody_judged_after_three_minutes(
    urgency: str | None, ago: float, state: str
) -> None:
    (line,) = view(call("c-1", "answered", ago, urgency=urgency, operator="nora")).underway

    assert line.state == state


def test_what_may_be_done_with_a_call_follows_who_has_it() -> None:
    rows = (
        call("c-1", "ringing", 1),
        call("c-2", "abandoned", 1),
        call("c-3", "answered", 1),
        call("c-4", "answered", 1, operator="ida"),
        call("c-5", "answered", 1, operator="nora"),
    )
    shown = view(*rows)
    found = {
        line.id: (line.answer, line.back, line.over, line.mine) for line in (*shown.waiting, *shown.underway)
    }

    assert found == {
        "c-1": (True, False, False, False),
        "c-2": (False, True, False, False),
        "c-3": (True, False, False, False),
        "c-4": (False, False, True, False),
        "c-5": (False, False, False, True),
    }


@pytest.mark.parametrize(
    ("ago", "state", "note"), [(14, "", "ventes"), (15, "late", "ventet for 15 min siden")]
)
def test_somebody_who_has_not_come_is_marked_a_quarter_of_an_hour_after_the_time(
    ago: float, state: str, note: str
) -> None:
    (line,) = calls_view((on_the_way("e-90", ago),), known(), me=NORA, now=NOW, t=NB).expected

    assert (line.state, line.note, line.alert) == (state, note, "Surstoff gitt")


def test_a_share_under_the_goal_is_outlined_and_no_calls_are_no_share() -> None:
    shown = {figure.id: (figure.value, figure.state) for figure in view().figures}

    assert (shown["lately"], shown["day"]) == (("–", ""), ("79 %", "low"))
