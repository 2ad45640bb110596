"""The desk (køen): patients are checked in here, and everybody who is here is on one list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from app.screens.render import data_block, render
from app.screens.row_view import blank_row, row_view
from app.screens.texts import texts
from core.access.permissions import Permission, may
from core.clock import local
from core.ids import Actor
from core.patients.gp import GeneralPractitioner
from triage.queries.board_row import Board, Flag

_SCRIPT_TEXTS = (
    "age.", "desk.checked_in", "desk.stale", "error.", "level.", "live.", "missing.", "next.", "place.",
    "sex.", "time.", "wait.",
)  # fmt: skip
_MODES = ("walk-in", "ambulance", "police", "referred")


def desk(
    board: Board,
    *,
    me: Actor,
    gps: Sequence[GeneralPractitioner],
    language: str,
    websocket_path: str,
    asset_version: str,
) -> str:
    """The page; what `me` may not do is not offered. `gps` can be named as the patient's GP at the door."""
    t, now = texts(language), board.server_time
    return render(
        "screens/desk.html",
        t=t,
        asset_version=asset_version,
        current="desk",
        linked=True,
        me=me,
        now=now,
        today=local(now).date().isoformat(),
        unit=board.unit,
        unit_name=board.unit_name,
        websocket_path=websocket_path,
        rows=[row_view(row, now=now, t=t) for row in board.rows],
        blank=blank_row(t),
        rooms=[room.name for room in board.rooms],
        modes=_MODES,
        gps=gps,
        gp_data=data_block([gp.model_dump(mode="json") for gp in gps]),
        all_flags=get_args(Flag),
        may_check_in=may(me, Permission.CHECK_IN),
        may_assess=may(me, Permission.ASSESS),
        may_take=may(me, Permission.TAKE_PATIENT),
        data=data_block(board.model_dump(mode="json")),
        words=data_block(t.subset(_SCRIPT_TEXTS)),
    )
