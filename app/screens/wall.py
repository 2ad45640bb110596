"""The staff wall (personaltavla): who waits, who is treated and what is late, readable from four metres."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from app.screens import show
from app.screens.render import data_block, render
from app.screens.row_view import NameMode, blank_row, is_late, level_word, next_view, row_view
from app.screens.texts import Texts, texts
from triage.queries.board_row import Board, BoardRow, Flag

Theme = Literal["dark", "light"]

ROWS = 11
"""How many rows a wall of 1080 lines shows with letters large enough for four metres."""

_PINNED_AT_MOST = 8
_ROOMY, _DENSE = 12, 16
_BARS_AT_MOST = 20
_LEVELS_ALWAYS = 4
_LEVELS = 5
_SCRIPT_TEXTS = (
    "age.",
    "level.",
    "live.",
    "next.",
    "place.",
    "room.",
    "sex.",
    "shift.",
    "time.",
    "wait.",
    "wall.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A room (rom), or a patient under treatment without one: nobody may vanish from the wall."""

    key: str
    kind: Literal["busy", "waiting", "free"]
    title: str
    line: str
    time: str = ""
    note: str = ""
    note_state: str = ""  # "late" when somebody should have looked again
    doctor: str = ""
    level_class: str = "l0"
    mark: str = ""
    level_word: str = ""


def wall(
    board: Board,
    *,
    language: str,
    theme: Theme,
    name_mode: NameMode,
    websocket_path: str,
    asset_version: str,
    sign_in_path: str | None = None,
) -> str:
    """The whole page, complete before any script runs; `sign_in_path` is where a refused screen goes."""
    t, now = texts(language), board.server_time
    waiting = waiting_rows(board.rows)
    tiles = room_tiles(board, now=now, t=t, name_mode=name_mode)
    return render(
        "screens/wall.html",
        t=t,
        theme=theme,
        asset_version=asset_version,
        board=board,
        websocket_path=websocket_path,
        sign_in_path=sign_in_path or f"/display/{board.unit}",
        name_mode=name_mode,
        rows=[row_view(row, now=now, t=t, name_mode=name_mode) for row in waiting],
        shown={row.id for row in first_page(waiting)},
        blank=blank_row(t),
        tiles=tiles,
        blank_tile=Tile(key="", kind="free", title="", line=""),
        density=density(len(tiles)),
        ranks=range(1, _LEVELS + 1),
        all_flags=get_args(Flag),
        bars=len(board.rooms) if len(board.rooms) <= _BARS_AT_MOST else 0,
        wall=wall_view(board, now=now, t=t),
        data=data_block(board.model_dump(mode="json")),
        words=data_block(t.subset(_SCRIPT_TEXTS)),
    )


def waiting_rows(rows: Iterable[BoardRow]) -> list[BoardRow]:
    """Everybody here whom no doctor has taken (venter på lege), also those not triaged yet."""
    return [row for row in rows if row.doctor is None and row.status != "planned"]


def treated_rows(rows: Iterable[BoardRow]) -> list[BoardRow]:
    """Everybody a doctor has taken (under behandling)."""
    return [row for row in rows if row.doctor is not None and row.status != "planned"]


def first_page(waiting: Sequence[BoardRow]) -> list[BoardRow]:
    """The rows of page one: the most urgent always, then as many of the others as there is room for."""
    if len(waiting) <= ROWS:
        return list(waiting)
    pinned = [row for row in waiting if row.level in (1, 2)][:_PINNED_AT_MOST]
    others = [row for row in waiting if row not in pinned]
    return pinned + others[: ROWS - len(pinned)]


def density(tiles: int) -> str:
    """How tight the tiles must stand so that none falls off the screen."""
    if tiles <= _ROOMY:
        return ""
    return "dense" if tiles <= _DENSE else "denser"


def room_tiles(board: Board, *, now: datetime, t: Texts, name_mode: NameMode) -> list[Tile]:
    """One tile per room in the unit's order, a further one for each patient that shares it or has none."""
    treated = treated_rows(board.rows)
    tiles: list[Tile] = []
    for room in board.rooms:
        inside = [row for row in treated if row.place == room.name]
        tiles += [_busy(row, now=now, t=t) for row in inside]
        if not inside:
            tiles.append(_quiet(room.name, waiting_rows(board.rows), t=t, name_mode=name_mode))
    known = {room.name for room in board.rooms}
    tiles += [_busy(row, now=now, t=t) for row in treated if row.place not in known]
    # Who waits in a room stands in the list with the room's name, so those tiles give way first.
    return tiles if len(tiles) <= _ROOMY else [tile for tile in tiles if tile.kind != "waiting"]


def _busy(row: BoardRow, *, now: datetime, t: Texts) -> Tile:
    since = row.doctor_since or row.arrived_at
    return Tile(
        key=f"p:{row.id}",
        kind="busy",
        title=row.place or t("room.none"),
        time=show.duration(show.minutes_between(since, now), t),
        line=" · ".join(part for part in (show.person(row.sex, row.age_months, t), row.complaint) if part),
        note=_next_step(row, t),
        note_state=next_view(row, now=now, t=t).state,
        doctor=row.doctor or "",
        level_class=f"l{row.level or 0}",
        mark=str(row.level or "?"),
        level_word=level_word(row.level, t),
    )


def _next_step(row: BoardRow, t: Texts) -> str:
    if row.continuous:
        return t("room.watched")
    if row.next_assessment_at is None:
        return t("room.with_doctor")
    return t("room.next", clock=show.clock(row.next_assessment_at))


def _quiet(room: str, waiting: Sequence[BoardRow], *, t: Texts, name_mode: NameMode) -> Tile:
    inside = [row.name if name_mode == "name" else row.number for row in waiting if row.place == room]
    if not inside:
        return Tile(key=f"r:{room}", kind="free", title=room, line=t("room.free"))
    return Tile(key=f"r:{room}", kind="waiting", title=room, line=", ".join(inside), note=t("room.waits"))


def wall_view(board: Board, *, now: datetime, t: Texts) -> dict[str, str | bool]:
    """What the header, the headings and the footer say; `app/static/screens/wall_view.js` says the same."""
    waiting = waiting_rows(board.rows)
    counts = {f"count_{rank}": str(_at_level(waiting, rank)) for rank in range(1, _LEVELS + 1)}
    shown = {
        f"has_{rank}": rank <= _LEVELS_ALWAYS or _at_level(waiting, rank) > 0
        for rank in range(1, _LEVELS + 1)
    }
    return {
        **counts,
        **shown,
        **_head(board.rows, waiting, now=now, t=t),
        **_foot(board, waiting, now=now, t=t),
        "clock": show.clock(now),
        "seconds": f":{now:%S}",
        "shift": t(show.shift(now)),
    }


def _at_level(rows: Sequence[BoardRow], rank: int) -> int:
    return sum(row.level == rank for row in rows)


def _head(
    rows: Sequence[BoardRow], waiting: Sequence[BoardRow], *, now: datetime, t: Texts
) -> dict[str, str | bool]:
    untriaged = [row for row in waiting if row.level is None]
    longest = max((show.minutes_between(row.arrived_at, now) for row in untriaged), default=0)
    page = first_page(waiting)
    pages = 1 + _further_pages(waiting, page)
    paging = t("wall.paging", shown=len(page), total=len(waiting), page=1, pages=pages)
    return {
        "untriaged": str(len(untriaged)),
        "untriaged_longest": t("wall.longest", time=show.duration(longest, t)) if untriaged else "",
        "waiting": str(len(waiting) - len(untriaged)),
        "for_triage": str(len(untriaged)),
        "has_untriaged": bool(untriaged),
        "paging": paging if pages > 1 else "",
        "treated": str(len(treated_rows(rows))),
        "nobody": not waiting,
    }


def _further_pages(waiting: Sequence[BoardRow], page: Sequence[BoardRow]) -> int:
    pinned = min(_at_level(waiting, 1) + _at_level(waiting, 2), _PINNED_AT_MOST)
    return -(-(len(waiting) - len(page)) // (ROWS - pinned))


def _foot(board: Board, waiting: Sequence[BoardRow], *, now: datetime, t: Texts) -> dict[str, str | bool]:
    rooms = {room.name for room in board.rooms}
    used = {row.place for row in board.rows if row.place in rooms}
    planned = sorted((row for row in board.rows if row.status == "planned"), key=lambda row: row.arrived_at)
    longest = max((show.minutes_between(row.arrived_at, now) for row in waiting), default=None)
    median, share = board.figures.median_minutes_to_doctor, board.figures.share_within_target
    return {
        "rooms_used": str(len(used)),
        "rooms_of": t("wall.of", number=len(rooms)),
        "expected": show.clock(planned[0].arrived_at) if planned else "–",
        "expected_note": _expected_note(planned, t),
        "longest": show.duration(longest, t) if longest is not None else "–",
        "overdue": str(sum(is_late(row, now) for row in waiting)),
        "median": show.duration(median, t) if median is not None else "–",
        "share": str(share) if share is not None else "–",
        "share_unit": "%" if share is not None else "",
    }


def _expected_note(planned: Sequence[BoardRow], t: Texts) -> str:
    if not planned:
        return ""
    first = show.person(planned[0].sex, planned[0].age_months, t)
    return f"{first} +{len(planned) - 1}".strip() if len(planned) > 1 else first
