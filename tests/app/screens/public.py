"""The waiting room of Nordvik legevakt the same evening, 14 March 2026 at 21:47:08: as the public sees it."""

from __future__ import annotations

from typing import Any

from app.screens.waiting_room import waiting_room
from tests.app.screens.ward import NOW, minutes
from triage.queries.waiting_room import CalledRow, WaitingRoom
from triage.queries.waiting_times import LevelWait

WAITS = ((1, 0, 0), (2, 0, 15), (3, 35, 60), (4, 90, 150), (5, 180, 240))


def called(number: str, to: str | None = None, ago: float | None = None) -> CalledRow:
    """A number, called so many minutes ago or not at all."""
    at = None if ago is None else NOW - minutes(ago)
    return CalledRow(id=f"p{number.replace(' ', '')}", number=number, called_at=at, called_to=to)


def evening() -> tuple[CalledRow, ...]:
    """Four who are called, and some who wait."""
    return (
        called("A 20"), called("B 31", "Rom 1", 7), called("H 15", "Laboratoriet", 2.5),
        called("K 47", "Rom 3", 0.1), called("M 63", "Luke 2", 4),
        called("R 82", "Rom 9", 1.2), called("T 77"),
    )  # fmt: skip


def board(*rows: CalledRow, **more: Any) -> WaitingRoom:
    """The board with these rows, else the whole evening."""
    shown = rows or evening()
    values: dict[str, Any] = {
        "unit": "nordvik", "unit_name": "Nordvik legevakt", "call_seconds": 300, "epoch": "e1", "seq": 41,
        "server_time": NOW, "count": len(shown), "rows": shown, "computed_at": NOW - minutes(0.1),
        "waits": [LevelWait(level=level, low=low, high=high) for level, low, high in WAITS],
    }  # fmt: skip
    return WaitingRoom(**(values | more))


def page(shown: WaitingRoom, *, limit: str = "12000", **more: Any) -> str:
    """Drawn as for a screen on the wall."""
    options: dict[str, Any] = {
        "language": "nb", "theme": "light", "asset_version": "v1",
        "websocket_path": "/ws/units/nordvik/waiting-room",
    }  # fmt: skip
    source = waiting_room(shown, **(options | more))
    return source.replace('data-stale-after="12000"', f'data-stale-after="{limit}"')
