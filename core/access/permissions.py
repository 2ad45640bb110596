"""What each role may do (tilgangstabell), on one page. Pure: who and what in, yes or no out.

The role decides what is possible at all; that the patient is in the unit one works at is checked where the
record is opened (`core/patients/open_record.py`). Everything not listed is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from core.errors import NotAllowed
from core.ids import Actor, Role


class Permission(StrEnum):
    """Something a person or a screen may be allowed to do."""

    READ_BOARD = "read-board"  # se tavlen
    READ_RECORD = "read-record"  # åpne journalen
    CHECK_IN = "check-in"  # ta imot
    ASSESS = "assess"  # vurdere hastegrad
    LOOK_AFTER = "look-after"  # se til, plassere, kalle opp
    REGISTER_LEFT = "register-left"  # gikk uten å bli sett
    TAKE_PATIENT = "take-patient"  # ta pasient
    WRITE_NOTE = "write-note"  # skrive notat og diagnose
    FINISH = "finish"  # avslutte og signere
    READ_BALANCE = "read-balance"  # se om meldinger kom fram
    ADMINISTER = "administer"  # ansatte, skjermer


_NURSE = frozenset(
    {
        Permission.READ_BOARD,
        Permission.READ_RECORD,
        Permission.CHECK_IN,
        Permission.ASSESS,
        Permission.LOOK_AFTER,
        Permission.REGISTER_LEFT,
    }
)

TABLE: Mapping[Role, frozenset[Permission]] = {
    Role.TRIAGE_NURSE: _NURSE,
    Role.COORDINATOR: _NURSE | {Permission.READ_BALANCE},
    Role.DOCTOR: _NURSE
    | {Permission.TAKE_PATIENT, Permission.WRITE_NOTE, Permission.FINISH, Permission.READ_BALANCE},
    Role.DISPLAY: frozenset({Permission.READ_BOARD}),
    Role.ADMIN: frozenset({Permission.ADMINISTER, Permission.READ_BALANCE}),
    Role.SYSTEM: frozenset(),
}


def may(actor: Actor, permission: Permission) -> bool:
    """Whether the actor's role allows it."""
    return permission in TABLE[actor.role]


def require(actor: Actor, permission: Permission) -> None:
    """Refuse with `not-allowed` unless the role allows it."""
    if not may(actor, permission):
        raise NotAllowed(permission=permission.value, role=actor.role.value)
