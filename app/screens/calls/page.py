"""The operators' page: complete from the server, then kept live by its scripts."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, get_args

from app.screens.calls.view import CallLine, ClosedLine, ExpectedLine, calls_view
from app.screens.render import data_block, render
from app.screens.texts import texts
from core.ids import Actor
from triage.queries.board_row import Board
from triage.queries.telephone.calls import Calls
from triage.rules.telephone.course import RANK, Outcome, Urgency

_SCRIPT_TEXTS = ("calls.", "coordinator.per_cent", "error.", "level.", "live.", "time.", "wait.")


def calls(
    board: Board, known: Calls, *, me: Actor, language: str, websocket_path: str, asset_version: str
) -> str:
    """The page, with everything as of `board.server_time`."""
    t, now = texts(language), board.server_time
    data = board.model_dump(mode="json")
    data["rows"] = [row.model_dump(mode="json") for row in board.rows]
    data |= {"calls": [call.model_dump(mode="json") for call in known.calls]}
    data |= {"answered": known.figures.model_dump(mode="json")}
    return render(
        "screens/calls.html",
        t=t,
        asset_version=asset_version,
        current="calls",
        linked=True,
        me=me,
        now=now,
        unit=board.unit,
        unit_name=board.unit_name,
        websocket_path=websocket_path,
        view=calls_view(board.rows, known, me=me, now=now, t=t),
        urgencies=[(each, RANK[each]) for each in get_args(Urgency)],
        outcomes=get_args(Outcome),
        blank_call=_blank(CallLine),
        blank_expected=_blank(ExpectedLine),
        blank_closed=_blank(ClosedLine),
        data=data_block(
            {"board": data, "today": [call.model_dump(mode="json") for call in known.today], "me": me.id}
        ),
        words=data_block(t.subset(_SCRIPT_TEXTS)),
    )


def _blank(line: type[Any]) -> Any:
    """A line that says nothing, for the template that new ones are made from."""
    return line(**{field.name: "" for field in fields(line)})
