"""An evening at Nordvik legevakt, 14 March 2026 at 21:47:08: everything the screens must be able to show."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from triage.queries.board_row import Board, BoardFigures, BoardRow, Flag, Room

NOW = datetime(2026, 3, 14, 20, 47, 8, tzinfo=UTC)
ROOMS = (
    "Akutt 1", "Akutt 2", "Rom 1", "Rom 2", "Rom 3", "Rom 4", "Rom 5", "Rom 6",
    "Rom 7", "Rom 8", "Rom 9", "Obs 1", "Obs 2", "Obs 3", "Obs 4",
)  # fmt: skip
_CODES = {1: "red", 2: "orange", 3: "yellow", 4: "green", 5: "blue"}
_TARGETS = {1: 0, 2: 10, 3: 60, 4: 120, 5: 240}
Sex = Literal["female", "male", "unknown"]


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def row(
    id: str,
    name: str,
    age: int | None,
    complaint: str,
    *,
    sex: Sex = "female",
    level: int | None = 3,
    waited: float = 10,
    flags: tuple[Flag, ...] = (),
    next_in: float | None = None,
    **more: Any,
) -> BoardRow:
    """One patient whose deadline began `waited` minutes ago; `age` in years."""
    start = NOW - minutes(waited)
    values: dict[str, Any] = {
        "id": id, "version": 1, "number": f"T {id[-2:]}", "status": "arrived" if level is None else "triaged",
        "level": level, "level_code": _CODES.get(level or 0), "place": None, "name": name, "sex": sex,
        "age_months": None if age is None else age * 12 + 3, "complaint": complaint, "flags": flags,
        "arrived_at": start, "nurse": "IM", "doctor": None, "doctor_since": None, "continuous": False,
        "target_at": None if level is None else start + minutes(_TARGETS[level]),
        "target_minutes": None if level is None else _TARGETS[level],
        "next_assessment_at": None if next_in is None else NOW.replace(second=0) + minutes(next_in),
    }  # fmt: skip
    return BoardRow(**(values | more))


def treated(
    id: str,
    place: str | None,
    age: int,
    complaint: str,
    since: float,
    *,
    name: str = "Berit A.",
    **more: Any,
) -> BoardRow:
    """One patient a doctor took `since` minutes ago."""
    doctor = {
        "place": place, "doctor_since": NOW - minutes(since), "status": "in-progress", "doctor": "HS",
        "waited": since + 14,
    }  # fmt: skip
    return row(id, name, age, complaint, **(doctor | more))


def waiting() -> tuple[BoardRow, ...]:
    return (
        row("e-11", "Ingrid S.", 71, "Brystsmerter, kaldsvett", level=1, waited=0.4, place="Akutt 2",
            flags=("allergy",), continuous=True),
        row("e-12", "Olav H.", 84, "Nyoppstått forvirring", sex="male", level=2, waited=14, place="Rom 7",
            flags=("fall", "allergy"), next_in=-2, nurse="LK"),
        row("e-13", "Emil T.", 0, "Tung pust, feber 39,8", sex="male", level=2, waited=6, place="Rom 9",
            flags=("infant", "infection", "allergy"), next_in=4, nurse="LK", age_months=11),
        row("e-26", "Nils F.", 9, "Slag mot hodet", sex="male", level=None, waited=9, nurse=None),
        row("e-27", "Ukjent kvinne", None, "Funnet på benk", level=None, waited=5, nurse=None,
            flags=("unknown-identity",)),
        row("e-28", "Hanne V.", 40, "Hodepine", level=None, waited=2, nurse=None),
        row("e-14", "Amina Y.", 34, "Magesmerter, økende", waited=52, flags=("interpreter",), next_in=8),
        row("e-15", "Per K.", 58, "Kutt i hånd, trykkbandasje", sex="male", waited=41, place="Rom 3",
            next_in=18, nurse="SV"),
        row("e-16", "Sofie L.", 6, "Feber og utslett", waited=33, flags=("infection",), next_in=13,
            nurse="SV"),
        row("e-17", "Tor B.", 47, "Ryggsmerter, stråler til ben", sex="male", waited=12, flags=("allergy",),
            next_in=48),
        row("e-18", "Maria O.", 26, "Vridd ankel, støtter ikke", level=4, waited=129, next_in=23, nurse="SV"),
        row("e-19", "Jonas W.", 19, "Sår hals, feber 38,4", sex="male", level=4, waited=65,
            flags=("infection", "similar-name"), next_in=53, nurse="SV"),
        row("e-20", "Kari N.", 66, "Urinveisplager", level=4, waited=24, flags=("allergy",), next_in=93),
        row("e-21", "Jonas V.", 23, "Kutt i finger", sex="male", level=4, waited=20, flags=("similar-name",),
            next_in=100),
        row("e-22", "Ali R.", 31, "Sårskift, fjerne sting", sex="male", level=5, waited=130, next_in=103,
            nurse="SV"),
    )  # fmt: skip


def under_treatment() -> tuple[BoardRow, ...]:
    return (
        treated("e-31", "Akutt 1", 63, "Brystsmerter", 18, sex="male", level=2, continuous=True),
        treated("e-32", "Rom 1", 45, "Migrene", 34, doctor="AB", next_in=23),
        treated("e-33", "Rom 2", 29, "Tannverk", 12, sex="male", level=4, doctor="MN"),
        treated("e-34", "Rom 4", 79, "Fall, hofte", 51, doctor="AB", next_in=9),
        treated("e-35", "Rom 5", 14, "Hodeskade", 22, level=4, doctor="MN", next_in=73),
        treated("e-36", "Rom 6", 38, "Nyrestein", 72, sex="male"),
        treated("e-37", "Obs 1", 68, "Tung pust", 160, level=2, doctor="AB", continuous=True),
        treated("e-38", "Obs 2", 22, "Psykisk helse", 115, sex="male", level=4, next_in=12),
        treated("e-39", "Obs 3", 3, "Brekninger", 46, sex="male", doctor="MN", next_in=30),
        treated("e-40", None, 52, "Allergisk reaksjon", 7, sex="male", doctor="HS", level=2, continuous=True),
    )  # fmt: skip


def planned() -> BoardRow:
    return row("e-41", "Ventet", 55, "Brystsmerter", sex="male", level=None, status="planned",
               arrived_at=NOW.replace(second=0) + minutes(11), nurse=None)  # fmt: skip


def board(*rows: BoardRow, rooms: tuple[str, ...] = ROOMS, **more: Any) -> Board:
    """The board with these rows, else the whole evening."""
    shown = rows or (*waiting(), *under_treatment(), planned())
    figures = BoardFigures(
        longest_wait_since=NOW - minutes(130), median_minutes_to_doctor=38, share_within_target=82
    )
    values: dict[str, Any] = {
        "unit": "nordvik", "unit_name": "Nordvik legevakt", "epoch": "e1", "seq": 41, "server_time": NOW,
        "count": len(shown), "rows": shown, "rooms": tuple(Room(name=name) for name in rooms),
        "figures": figures,
    }  # fmt: skip
    return Board(**(values | more))
