"""The coordinator's page: complete from the server, then kept live by its scripts."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, get_args

from app.screens.coordinator.lines import DoctorLine, RuleLine, TaskLine
from app.screens.coordinator.view import RoomLine, SoonLine, coordinator_view
from app.screens.render import data_block, render
from app.screens.row_view import blank_row
from app.screens.show import shift
from app.screens.texts import texts
from core.access.permissions import Permission, may
from core.ids import Actor
from triage.queries.board_row import Board
from triage.queries.overview import Overview
from triage.rules.safety.call_back import Result

_SCRIPT_TEXTS = (
    "age.", "alarm.", "calls.missing", "coordinator.", "error.", "level.", "live.", "next.", "place.", "sex.",
    "shift.", "time.", "wait.",
)  # fmt: skip


def coordinator(
    board: Board, seen: Overview, *, me: Actor, language: str, websocket_path: str, asset_version: str
) -> str:
    """The page, with everything as of `board.server_time`."""
    t, now = texts(language), board.server_time
    return render(
        "screens/coordinator.html",
        t=t,
        asset_version=asset_version,
        current="coordinator",
        linked=True,
        me=me,
        now=now,
        unit=board.unit,
        unit_name=board.unit_name,
        websocket_path=websocket_path,
        shift=t(shift(now)),
        view=coordinator_view(board, seen, now=now, t=t),
        results=get_args(Result),
        may_confirm=may(me, Permission.ASSESS),
        blank_row=blank_row(t),
        blank_soon=_blank(SoonLine),
        blank_doctor=_blank(DoctorLine),
        blank_room=_blank(RoomLine),
        blank_task=_blank(TaskLine),
        blank_rule=_blank(RuleLine),
        data=data_block({"board": board.model_dump(mode="json"), "overview": seen.model_dump(mode="json")}),
        words=data_block(t.subset(_SCRIPT_TEXTS)),
    )


def _blank(line: type[Any]) -> Any:
    """A line that says nothing, for the template that new ones are made from."""
    return line(**{field.name: "" for field in fields(line)})
