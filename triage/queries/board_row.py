"""One row of the board (tavle) as staff see it: what the wall shows, and nothing it must not show.

No identity number, address, diagnosis or full family name is ever in this value, so no screen can leak it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypedDict

from core.text import Answer
from triage.rules.safety.alarms import Rule
from triage.rules.unit.arrangement import COLUMNS, Column
from triage.rules.unit.zones import Zone

Flag = Literal["allergy", "infection", "fall", "infant", "interpreter", "similar-name", "unknown-identity"]


class RowAlarm(Answer):
    """The patient's one active alarm (alarm)."""

    rules: tuple[Rule, ...]  # why, the gravest first
    since: datetime  # when it rang
    number: int  # how many times, for the same cause
    taken_by: str | None  # initials of whoever goes; None: it rings
    again_at: datetime | None  # rings once more then, unless something is done

    @property
    def rings(self) -> bool:
        """Whether nobody has taken it."""
        return self.taken_by is None


class BoardRow(Answer):
    """One patient (én rad, én pasient). Times are moments; what has elapsed is computed where it is shown."""

    id: str  # encounter
    version: int
    number: str  # kontaktnummer, e.g. "T 29"
    status: Literal["planned", "arrived", "triaged", "in-progress"]
    level: int | None  # rank, 1 is most urgent; None: not triaged yet (venter på triage)
    level_code: str | None  # the scale's own code, e.g. "orange"
    place: str | None  # room; None: waiting room (venterom)
    name: str  # "Ingrid S."; "Ukjent" patients carry what they were called at the door
    sex: Literal["female", "male", "unknown"]
    age_months: int | None
    complaint: str  # neutral group word for sensitive complaints
    flags: tuple[Flag, ...]
    by_ambulance: bool = False
    arrived_at: datetime
    target_at: datetime | None  # frist til lege; None until triaged
    target_minutes: int | None  # 0 = at once (straks)
    next_assessment_at: datetime | None  # ny vurdering; None when continuous or not triaged
    continuous: bool  # watched without pause (løpende overvåkes)
    nurse: str | None  # initials
    doctor: str | None  # initials
    doctor_since: datetime | None  # when the doctor took the patient; set: under treatment
    last_seen_at: datetime | None = None  # when somebody last looked to the patient (sist sett)
    second_look_at: datetime | None = None  # the level is below the suggested one: another must look by then
    alarm: RowAlarm | None = None


class Room(Answer):
    """A room of the unit; free unless a patient is placed in it."""

    name: str


class AboutUnit(TypedDict):
    """What screens know of the unit itself: sent with each picture, and when it changes."""

    unit: str
    unit_name: str
    rooms: tuple[Room, ...]
    desks: tuple[str, ...]  # where patients are called to, besides rooms
    zones: tuple[Zone, ...]
    columns: tuple[Column, ...]  # those of the wall that are shown


class BoardFigures(Answer):
    """The footer of the wall: figures computed from the record, None when nothing has been measured yet."""

    longest_wait_since: datetime | None  # lengst ventet
    median_minutes_to_doctor: int | None  # median til lege siste 2 timer
    share_within_target: int | None  # innen frist i kveld, per cent of those seen or overdue, last 8 h


class Board(Answer):
    """The whole board of a unit in board order, with the place in the log it is true for."""

    unit: str
    unit_name: str
    epoch: str
    seq: int
    server_time: datetime
    count: int  # open encounters; must equal len(rows)
    rows: tuple[BoardRow, ...]
    rooms: tuple[Room, ...]
    desks: tuple[str, ...] = ()
    zones: tuple[Zone, ...] = ()
    columns: tuple[Column, ...] = COLUMNS
    figures: BoardFigures
