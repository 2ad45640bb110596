"""What each role may do, and that nothing is allowed by not being mentioned."""

from __future__ import annotations

import pytest

from core.access.permissions import TABLE, Permission, may, require
from core.errors import NotAllowed
from core.ids import Actor, Role, StaffId, UnitId


def _who(role: Role) -> Actor:
    return Actor(StaffId("x"), "X", role, UnitId("nordvik"))


@pytest.mark.parametrize(
    ("role", "permission", "allowed"),
    [
        (Role.TRIAGE_NURSE, Permission.ASSESS, True),
        (Role.TRIAGE_NURSE, Permission.FINISH, False),
        (Role.COORDINATOR, Permission.READ_BALANCE, True),
        (Role.COORDINATOR, Permission.WRITE_NOTE, False),
        (Role.DOCTOR, Permission.FINISH, True),
        (Role.DOCTOR, Permission.ADMINISTER, False),
        (Role.ADMIN, Permission.ADMINISTER, True),
        (Role.ADMIN, Permission.READ_RECORD, False),
        (Role.ADMIN, Permission.READ_BOARD, False),
        (Role.DISPLAY, Permission.READ_BOARD, True),
        (Role.DISPLAY, Permission.READ_RECORD, False),
        (Role.SYSTEM, Permission.READ_RECORD, False),
    ],
)
def test_a_role_may_do_its_own_work(role: Role, permission: Permission, allowed: bool) -> None:
    assert may(_who(role), permission) is allowed


def test_every_role_has_its_line() -> None:
    assert set(TABLE) == set(Role)


def test_a_screen_on_the_wall_may_look_at_the_board_and_nothing_else() -> None:
    assert TABLE[Role.DISPLAY] == {Permission.READ_BOARD}
    assert TABLE[Role.WAITING_ROOM_DISPLAY] == {Permission.READ_WAITING_ROOM}


def test_only_doctors_write_notes_and_sign() -> None:
    for permission in (Permission.TAKE_PATIENT, Permission.WRITE_NOTE, Permission.FINISH):
        assert {role for role in Role if may(_who(role), permission)} == {Role.DOCTOR}


def test_every_permission_is_somebodys() -> None:
    given = frozenset().union(*TABLE.values())

    assert given == set(Permission)


def test_a_refusal_says_what_was_asked_for_and_by_which_role() -> None:
    with pytest.raises(NotAllowed) as refused:
        require(_who(Role.DISPLAY), Permission.READ_RECORD)

    assert refused.value.facts == {"permission": "read-record", "role": "display"}
