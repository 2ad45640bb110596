"""What each role may do (tilgangstabell), on one page. Pure: who and what in, yes or no out.

The role decides what is possible at all; whose record it opens is in `relation.py`. Everything not listed is
refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from core.errors import NotAllowed
from core.ids import Actor, Role


class Permission(StrEnum):
    """Something a person or a screen may be allowed to do."""

    READ_BOARD = "read-board"  # se tavlen
    READ_WAITING_ROOM = "read-waiting-room"  # se venteromstavlen
    READ_RECORD = "read-record"  # åpne journalen
    TAKE_CALLS = "take-calls"  # svare på telefonen
    REPORT_CALLS = "report-calls"  # telefonsentralen: melde samtaler
    CHECK_IN = "check-in"  # ta imot
    ASSESS = "assess"  # vurdere hastegrad
    LOOK_AFTER = "look-after"  # se til, plassere, kalle opp
    REGISTER_LEFT = "register-left"  # gikk uten å bli sett
    IDENTIFY = "identify"  # sette navn og nummer på
    MERGE_PATIENTS = "merge-patients"  # slå sammen, og flytte en kontakt til rett pasient
    TAKE_PATIENT = "take-patient"  # ta pasient
    WRITE_NOTE = "write-note"  # skrive notat og diagnose
    FINISH = "finish"  # avslutte og signere
    READ_BALANCE = "read-balance"  # se om meldinger kom fram
    ARRANGE_UNIT = "arrange-unit"  # skjermer, rom, soner og kolonner
    ADMINISTER = "administer"  # ansatte
    BLOCK_ACCESS = "block-access"  # sperre på pasientens vegne
    CONTROL_ACCESS = "control-access"  # kontrollere hvem som har åpnet hva
    ASK_DELETION = "ask-deletion"  # føre inn krav om sletting
    DECIDE_DELETION = "decide-deletion"  # avgjøre krav om sletting
    SETTLE = "settle"  # hente ut takster til oppgjør
    KEEP_UNIT_TEXTS = "keep-unit-texts"  # endre enhetens maler og fraser
    PRINT_ACCESS = "print-access"  # gi pasienten oversikten over hvem som har sett
    COPY_RECORD = "copy-record"  # gi pasienten kopi av hele journalen
    WITHHOLD = "withhold"  # unnta noe fra innsyn


_NURSE = frozenset(
    {
        Permission.READ_BOARD,
        Permission.READ_WAITING_ROOM,
        Permission.READ_RECORD,
        Permission.TAKE_CALLS,
        Permission.CHECK_IN,
        Permission.ASSESS,
        Permission.LOOK_AFTER,
        Permission.REGISTER_LEFT,
        Permission.IDENTIFY,
    }
)

TABLE: Mapping[Role, frozenset[Permission]] = {
    Role.TRIAGE_NURSE: _NURSE,
    Role.COORDINATOR: _NURSE
    | {Permission.MERGE_PATIENTS, Permission.READ_BALANCE, Permission.ARRANGE_UNIT}
    | {Permission.BLOCK_ACCESS, Permission.PRINT_ACCESS, Permission.ASK_DELETION}
    | {Permission.SETTLE, Permission.KEEP_UNIT_TEXTS, Permission.COPY_RECORD},
    Role.DOCTOR: _NURSE
    | {Permission.TAKE_PATIENT, Permission.WRITE_NOTE, Permission.FINISH, Permission.READ_BALANCE}
    | {Permission.MERGE_PATIENTS, Permission.BLOCK_ACCESS}
    | {Permission.ASK_DELETION, Permission.DECIDE_DELETION, Permission.KEEP_UNIT_TEXTS}
    | {Permission.COPY_RECORD, Permission.WITHHOLD},
    Role.DISPLAY: frozenset({Permission.READ_BOARD}),
    Role.WAITING_ROOM_DISPLAY: frozenset({Permission.READ_WAITING_ROOM}),
    Role.ADMIN: frozenset({Permission.ADMINISTER, Permission.ARRANGE_UNIT, Permission.READ_BALANCE})
    | {Permission.CONTROL_ACCESS, Permission.PRINT_ACCESS},
    Role.AUDITOR: frozenset({Permission.CONTROL_ACCESS, Permission.PRINT_ACCESS}),
    Role.EXCHANGE: frozenset({Permission.REPORT_CALLS}),
    Role.SYSTEM: frozenset(),
}


def may(actor: Actor, permission: Permission) -> bool:
    """Whether the actor's role allows it."""
    return permission in TABLE[actor.role]


def require(actor: Actor, permission: Permission) -> None:
    """Refuse with `not-allowed` unless the role allows it."""
    if not may(actor, permission):
        raise NotAllowed(permission=permission.value, role=actor.role.value)
