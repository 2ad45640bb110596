"""Identities: distinct types, so that a patient's id can never be handed over as an encounter's."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType
from uuid import uuid4

EncounterId = NewType("EncounterId", str)
PatientId = NewType("PatientId", str)
StaffId = NewType("StaffId", str)
UnitId = NewType("UnitId", str)


def new_id() -> str:
    """A random identity (UUID); tells nothing about order or number of patients."""
    return str(uuid4())


def initials(name: str) -> str:
    """As written on the wall: `Nora Lie` is `NL`."""
    return "".join(part[0] for part in name.split()[:3]).upper()


class Role(StrEnum):
    """What somebody is at work as (rolle)."""

    TRIAGE_NURSE = "triage-nurse"  # triagesykepleier
    DOCTOR = "doctor"  # lege
    COORDINATOR = "coordinator"  # koordinator
    DISPLAY = "display"  # skjerm: personaltavle
    WAITING_ROOM_DISPLAY = "waiting-room-display"  # skjerm: venterom
    ADMIN = "admin"  # administrator
    AUDITOR = "auditor"  # kontrollør, personvernombud
    EXCHANGE = "telephone-exchange"  # telefonsentralen: a program that tells of calls
    SYSTEM = "system"  # the service itself: dispatcher, receipts


DISPLAYS = (Role.DISPLAY, Role.WAITING_ROOM_DISPLAY)
"""Screens that hang unattended; each may follow one topic and do nothing."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is asking (den som handler): a person, a display, or the service itself."""

    id: StaffId
    name: str
    role: Role
    unit: UnitId | None  # the legevakt worked at; None only for the service itself
    sees_names: bool = True  # False: a wall the public can see, which is never told a name
    screen_version: int = 0  # of a display's own settings; another one and the screen draws itself anew

    @property
    def initials(self) -> str:
        """As written on the wall."""
        return initials(self.name)
