"""Who may open whose record: each role and relation, cell by cell, with and without a block."""

from __future__ import annotations

import pytest

from core.access.permissions import TABLE, Permission
from core.access.relation import OPENS, Access, Relation, opens
from core.ids import Role

YES, REASON, NO = Access.YES, Access.REASON, Access.NO
CARE = (Role.TRIAGE_NURSE, Role.DOCTOR, Role.COORDINATOR)
# relation: (what opens it, what opens it when the patient has blocked the reader)
WRITTEN = {
    Relation.SELF: (REASON, REASON),
    Relation.TREATING: (YES, REASON),
    Relation.COLLEAGUE: (REASON, REASON),
    Relation.HERE_NOW: (YES, REASON),
    Relation.ENDED_LATELY: (YES, REASON),
    Relation.ENDED_BEFORE: (REASON, REASON),
    Relation.SAME_ENTITY: (YES, NO),
    Relation.OTHER_UNIT: (NO, NO),
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("relation", Relation)
@pytest.mark.parametrize("blocked", [False, True])
def test_each_cell_of_the_table_is_as_it_was_decided(role: Role, relation: Relation, blocked: bool) -> None:
    expected = WRITTEN[relation][blocked] if role in CARE else NO

    assert opens(role, relation, blocked=blocked) is expected


def test_every_role_and_every_relation_is_in_the_table() -> None:
    assert set(OPENS) == set(Role)
    assert all(set(row) == set(Relation) for row in OPENS.values())


def test_who_may_not_read_records_opens_none() -> None:
    for role in Role:
        reads = Permission.READ_RECORD in TABLE[role]
        assert reads is any(each is not NO for each in OPENS[role].values())
