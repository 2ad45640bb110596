"""Who may open whose record (tjenstlig behov), on one page. Pure: role and relation in, yes or no out.

The role alone opens nothing: there must be a reason in the work itself. Where the work does not show one, the
person may say it (selvvalgt tilgang, and nødrett when the patient has blocked): it is asked for, told in the
record and looked at afterwards by somebody else. Everything not listed is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from core.ids import Role

AFTERWARDS = timedelta(days=30)
"""So long after it ended a contact is still work: letters, results and questions come."""

GLASS_STAYS_BROKEN = timedelta(minutes=60)
"""So long one reason counts."""


class Relation(StrEnum):
    """How the reader stands to the patient. The first that fits counts."""

    SELF = "self"  # egen journal
    TREATING = "treating"  # er eller var lege for kontakten, som pågår eller nylig er avsluttet
    COLLEAGUE = "colleague"  # pasienten arbeider her
    HERE_NOW = "here-now"  # pasienten er her nå
    ENDED_LATELY = "ended-lately"  # kontakten er nylig avsluttet
    ENDED_BEFORE = "ended-before"  # avsluttet for lenge siden
    SAME_ENTITY = "same-entity"  # ved en annen enhet i samme virksomhet; pasienten er her nå
    OTHER_UNIT = "other-unit"  # kontakt ved en annen enhet


class Access(StrEnum):
    """What comes of it."""

    YES = "yes"
    REASON = "reason"  # only with a reason, which is reviewed
    NO = "no"  # as if there were no such record


_CARE: Mapping[Relation, Access] = {
    Relation.SELF: Access.REASON,
    Relation.TREATING: Access.YES,
    Relation.COLLEAGUE: Access.REASON,
    Relation.HERE_NOW: Access.YES,
    Relation.ENDED_LATELY: Access.YES,
    Relation.ENDED_BEFORE: Access.REASON,
    # One legal entity keeps one record (pasientjournalloven § 8): who treats the patient reads it.
    Relation.SAME_ENTITY: Access.YES,
    Relation.OTHER_UNIT: Access.NO,
}
_NOBODY: Mapping[Relation, Access] = dict.fromkeys(Relation, Access.NO)

_READERS = (Role.TRIAGE_NURSE, Role.DOCTOR, Role.COORDINATOR)

OPENS: Mapping[Role, Mapping[Relation, Access]] = {
    role: _CARE if role in _READERS else _NOBODY for role in Role
}


def opens(role: Role, relation: Relation, *, blocked: bool) -> Access:
    """Whether the record opens. A block turns yes into "only with a reason", for the treating doctor too.

    What another unit wrote is then as if it were not there: that unit can be asked.
    """
    plain = OPENS[role][relation]
    if not blocked or plain is not Access.YES:
        return plain
    return Access.NO if relation is Relation.SAME_ENTITY else Access.REASON


NEEDS_A_LOOK = (Relation.SELF, Relation.COLLEAGUE, Relation.ENDED_BEFORE)
"""Openings that later control begins with."""
