"""What a wall says besides its patients (topp og bunn): counts, headings, footer, and alarms.

`app/static/screens/wall_view.js` says the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.screens import show
from app.screens.row_view import is_late, level_word
from app.screens.texts import Texts
from app.screens.wall.paging import Page, paging_words
from app.screens.wall.tiles import Tile, treated_rows, waiting_rows
from triage.queries.board_row import Board, BoardRow
from triage.rules.unit.zones import rooms_on_wall, rows_on_wall

LEVELS = 5
_LEVELS_ALWAYS = 4
_NEVER_CAME = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Part:
    """What one wall shows of the unit's board (tavlas del): everything, or a zone of it."""

    board: Board  # its own rows and rooms
    zone: str  # its name; empty: the whole unit
    elsewhere: int  # patients on other walls only


def part_of(board: Board, zone: str | None) -> Part:
    """The zone's part of the board."""
    rows = rows_on_wall(board.zones, zone, board.rows)
    rooms = set(rooms_on_wall(board.zones, zone, (room.name for room in board.rooms)))
    mine = board.model_copy(
        update={
            "rows": tuple(rows),
            "rooms": tuple(room for room in board.rooms if room.name in rooms),
        }
    )
    name = next((each.name for each in board.zones if each.id == zone), "")
    return Part(mine, name, len(board.rows) - len(rows))


def wall_view(
    part: Part, page: Page[BoardRow], tiles: Page[Tile], *, missing: int, now: datetime, t: Texts
) -> dict[str, str | bool]:
    """Every word around the patients, by slot."""
    waiting = waiting_rows(part.board.rows)
    counts = {f"count_{rank}": str(_at_level(waiting, rank)) for rank in range(1, LEVELS + 1)}
    shown = {
        f"has_{rank}": rank <= _LEVELS_ALWAYS or _at_level(waiting, rank) > 0 for rank in range(1, LEVELS + 1)
    }
    return {
        **counts,
        **shown,
        **_head(part, waiting, page, tiles, now=now, t=t),
        **_foot(part.board, waiting, now=now, t=t),
        "alarm": _alarm(missing, len(page.crowded_out) + len(tiles.crowded_out), t),
        "clock": show.clock(now),
        "seconds": f":{now:%S}",
    }


def _at_level(rows: Sequence[BoardRow], rank: int) -> int:
    return sum(row.level == rank for row in rows)


def _alarm(missing: int, crowded_out: int, t: Texts) -> str:
    said = []
    if missing:
        said.append(t("wall.missing_one") if missing == 1 else t("wall.missing", number=missing))
    if crowded_out:
        said.append(t("wall.crowded_out", number=crowded_out))
    return " · ".join(said)


def _head(
    part: Part,
    waiting: Sequence[BoardRow],
    page: Page[BoardRow],
    tiles: Page[Tile],
    *,
    now: datetime,
    t: Texts,
) -> dict[str, str | bool]:
    untriaged = [row for row in waiting if row.level is None]
    longest = max((show.minutes_between(row.arrived_at, now) for row in untriaged), default=0)
    turns = t("wall.page", page=tiles.page, pages=tiles.pages) if tiles.pages > 1 else ""
    return {
        "heading": part.zone or part.board.unit_name,
        "subtitle": " · ".join(part_ for part_ in _subtitle(part, now, t) if part_),
        "untriaged": str(len(untriaged)),
        "untriaged_longest": t("wall.longest", time=show.duration(longest, t)) if untriaged else "",
        "waiting": str(len(waiting) - len(untriaged)),
        "for_triage": str(len(untriaged)),
        "has_untriaged": bool(untriaged),
        "paging": paging_words(page, t),
        "treated": str(len(treated_rows(part.board.rows))),
        "treated_note": turns or t("wall.time_in_room"),
        "nobody": not waiting,
    }


def _subtitle(part: Part, now: datetime, t: Texts) -> tuple[str, ...]:
    if not part.zone:
        return t("wall.title"), t(show.shift(now))
    return part.board.unit_name, t("wall.elsewhere", number=part.elsewhere) if part.elsewhere else ""


def _foot(board: Board, waiting: Sequence[BoardRow], *, now: datetime, t: Texts) -> dict[str, str | bool]:
    rooms = {room.name for room in board.rooms}
    used = {row.place for row in board.rows if row.place in rooms}
    longest = max((show.minutes_between(row.arrived_at, now) for row in waiting), default=None)
    median, share = board.figures.median_minutes_to_doctor, board.figures.share_within_target
    return {
        "rooms_used": str(len(used)),
        "rooms_of": t("wall.of", number=len(rooms)),
        **_expected(board.rows, now, t),
        "longest": show.duration(longest, t) if longest is not None else "–",
        "overdue": str(sum(is_late(row, now) for row in waiting)),
        "median": show.duration(median, t) if median is not None else "–",
        "share": str(share) if share is not None else "–",
        "share_unit": "%" if share is not None else "",
    }


def _next_in(row: BoardRow, now: datetime) -> tuple[bool, bool, timedelta]:
    """Ambulances before appointments. Who never came hides nobody: an old time is read as tonight's."""
    late = now - row.arrived_at
    never_came = late > _NEVER_CAME
    return never_came, not row.by_ambulance, late if never_came else -late


def _expected(rows: Sequence[BoardRow], now: datetime, t: Texts) -> dict[str, str | bool]:
    """Who comes next (på vei inn), with the level when somebody has set one."""
    planned = sorted((row for row in rows if row.status == "planned"), key=lambda row: _next_in(row, now))
    first = planned[0] if planned else None
    level = first.level if first else None
    person = show.person(first.sex, first.age_months, t) if first else ""
    return {
        "expected_label": t("wall.ambulance" if first and first.by_ambulance else "wall.expected"),
        "expected": show.clock(first.arrived_at) if first else "–",
        "expected_note": f"{person} +{len(planned) - 1}".strip() if len(planned) > 1 else person,
        "has_level": level is not None,
        "level_class": f"l{level or 0}",
        "mark": str(level or "?"),
        "level_word": level_word(level, t),
    }
