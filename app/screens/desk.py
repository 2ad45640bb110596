"""The desk (køen): patients are checked in here, and everybody who is here is on one list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from app.screens.render import data_block, render
from app.screens.row_view import blank_row, row_view
from app.screens.texts import Texts, texts
from app.screens.triage.signs import for_script
from core.access.permissions import Permission, may
from core.clock import local
from core.ids import Actor
from core.patients.gp.named import GeneralPractitioner
from triage.queries.board_row import Board, Flag
from triage.rules.complaints.offered import CommonComplaint
from triage.rules.complaints.pack import complaints_of

_SCRIPT_TEXTS = (
    "age.", "alarm.", "complaint.", "desk.based_on", "desk.checked_in", "desk.done_", "desk.expected",
    "desk.leaving_question", "desk.missing", "desk.not_now", "desk.now", "desk.signed_out", "desk.slipped",
    "desk.stale", "desk.ticket_for", "error.", "level.", "live.", "missing.", "next.", "place.", "sex.",
    "time.", "wait.",
)  # fmt: skip
_QUESTIONS = ("all", "triage", "doctor", "overdue", "mine", "expected")
_DEEDS = (
    ("open", "Enter", Permission.READ_RECORD),
    ("triage", "T", Permission.ASSESS),
    ("measure", "V", Permission.ASSESS),
    ("seen", "S", Permission.LOOK_AFTER),
    ("place", "R", Permission.LOOK_AFTER),
    ("call", "C", Permission.LOOK_AFTER),
    ("take", "M", Permission.TAKE_PATIENT),
    ("take-alarm", "A", Permission.LOOK_AFTER),
    ("ticket", "L", Permission.LOOK_AFTER),
    ("arrive", "A", Permission.CHECK_IN),
    ("confirm-level", "B", Permission.ASSESS),
    ("left", "G", Permission.REGISTER_LEFT),
)
_MODES = ("walk-in", "ambulance", "police", "referred")


def desk(
    board: Board,
    *,
    me: Actor,
    gps: Sequence[GeneralPractitioner],
    language: str,
    websocket_path: str,
    asset_version: str,
    common: Sequence[CommonComplaint] = (),
) -> str:
    """The page; what `me` may not do is not offered. `gps` can be named as the patient's GP at the door.

    `common` are the complaints offered first in the field, before anything is typed.
    """
    t, now = texts(language), board.server_time
    deeds = [(deed, key) for deed, key, permission in _DEEDS if may(me, permission)]
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
        complaint_data=data_block(
            {
                "complaints": for_script(complaints_of(None), None, language),
                "common": [each.model_dump(mode="json") for each in common],
            }
        ),
        gp_data=data_block([gp.model_dump(mode="json") for gp in gps]),
        all_flags=get_args(Flag),
        questions=_QUESTIONS,
        deeds=deeds,
        allowed=" ".join(deed for deed, _ in deeds),
        keys=_keys(deeds, t, checks_in=may(me, Permission.CHECK_IN)),
        may_check_in=may(me, Permission.CHECK_IN),
        may_assess=may(me, Permission.ASSESS),
        may_look_after=may(me, Permission.LOOK_AFTER),
        may_take=may(me, Permission.TAKE_PATIENT),
        data=data_block(board.model_dump(mode="json")),
        words=data_block(t.subset(_SCRIPT_TEXTS)),
    )


def _keys(deeds: Sequence[tuple[str, str]], t: Texts, *, checks_in: bool) -> list[tuple[str, str]]:
    """Every key and what it does, as listed under `?`."""
    moving = [("J", t("desk.key_next")), ("K", t("desk.key_before")), ("/", t("desk.words"))]
    arrival = [("N", t("desk.arrival"))] if checks_in else []
    doing = [(key, t(f"desk.deed_{deed}")) for deed, key in deeds]
    return [*moving, *doing, *arrival, ("?", t("desk.keys"))]
