"""What the coordinator steers by in the same evening: alarms on the board, and the overview beside it."""

from __future__ import annotations

from typing import Any

from tests.app.screens import ward
from tests.app.screens.ward import NOW, minutes
from triage.queries.board_row import Board, BoardRow, RowAlarm
from triage.queries.overview import ActedOn, DoctorLoad, OpenTask, Overview, Soon
from triage.rules.safety.alarms import Rule


def ringing(*rules: Rule, ago: float = 4, number: int = 1) -> RowAlarm:
    return RowAlarm(rules=rules, since=NOW - minutes(ago), number=number, taken_by=None, again_at=None)


def taken(*rules: Rule, by: str = "LK", ago: float = 2, again: float = 5) -> RowAlarm:
    return RowAlarm(
        rules=rules, since=NOW - minutes(ago), number=1, taken_by=by, again_at=NOW + minutes(again)
    )


_CHANGES: dict[str, dict[str, Any]] = {
    "e-12": {"alarm": ringing(Rule.TARGET, Rule.REASSESS), "last_seen_at": NOW - minutes(14)},
    "e-13": {"last_seen_at": NOW - minutes(6)},
    "e-14": {"last_seen_at": NOW - minutes(31), "second_look_at": NOW + minutes(9)},
    "e-18": {"alarm": ringing(Rule.TARGET, ago=9, number=2), "last_seen_at": NOW - minutes(40)},
    "e-26": {"alarm": taken(Rule.UNTRIAGED)},
}


def board(*rows: BoardRow) -> Board:
    """The evening with two alarms that ring and one that is taken."""
    evening = ward.board(*rows)
    shown = tuple(row.model_copy(update=_CHANGES.get(row.id, {})) for row in evening.rows)
    return evening.model_copy(update={"rows": shown})


def task(id: str = "t-1", **changes: Any) -> OpenTask:
    common: dict[str, Any] = {
        "id": id, "encounter": "e-50", "number": "T 50", "name": "Marte S.", "level": 3, "kind": "call-back",
        "created_at": NOW - minutes(48), "due_at": NOW + minutes(12), "attempts": (),
    }  # fmt: skip
    return OpenTask(**{**common, **changes})


UNANSWERED = {"at": (NOW - minutes(20)).isoformat(), "by": "Nora Lie", "result": "no-answer", "remark": None}


def overview(**changes: Any) -> Overview:
    """The evening's own."""
    common: dict[str, Any] = {
        "ringing": ("e-12", "e-18"),
        "unassigned": tuple(row.id for row in ward.waiting()),
        "late_soon": (
            Soon(encounter="e-13", number="T 13", target_at=NOW + minutes(4), expected_at=NOW + minutes(11)),
            Soon(encounter="e-14", number="T 14", target_at=NOW + minutes(8), expected_at=None),
        ),
        "doctors": (
            DoctorLoad(id="d-1", name="Henrik Sande", patients=4),
            DoctorLoad(id="d-2", name="Anne Bakke", patients=3),
            DoctorLoad(id="d-3", name="Mona Nilsen", patients=0),
        ),
        "tasks": (
            task("t-2", due_at=NOW - minutes(6), attempts=(UNANSWERED,), name="Ukjent mann", level=None),
            task(),
        ),
        "acted_on": (
            ActedOn(rule=Rule.TARGET, rang=40, acted=31),
            ActedOn(rule=Rule.UNTRIAGED, rang=25, acted=22),
            ActedOn(rule=Rule.UNSEEN, rang=61, acted=9, to_change=True),
        ),
    }
    return Overview(**{**common, **changes})


NOTHING = Overview(ringing=(), unassigned=(), late_soon=(), doctors=(), tasks=(), acted_on=())
