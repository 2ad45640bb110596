"""Taking a signature back (angre): how long, and why not. Pure.

A doctor who sees the wrong patient's name in the moment after signing must not need a correction that goes to
the GP. For so long nothing has left; afterwards only a correction helps (decision 31).
"""

from __future__ import annotations

from datetime import datetime

from core.errors import Conflict, NotAllowed


class OnlySignerUndoes(NotAllowed):
    """Nobody takes back a colleague's signature."""

    code = "only-signer-undoes"


class UndoTooLate(Conflict):
    """The time is over: what was signed is sealed, and is put right by a correction."""

    code = "undo-too-late"


class UndoChangedSince(Conflict):
    """Something was corrected, added or asked to be deleted after signing: it is used as signed already."""

    code = "undo-changed-since"


class PatientHereAgain(Conflict):
    """The patient is checked in anew; one person is on the board only once."""

    code = "patient-here-again"


def require_undoable(
    actor_id: str, *, signed_by: str, undo_until: datetime | None, now: datetime, changed: bool, back: bool
) -> None:
    """Refuse with the first reason that holds. `changed`: corrected since. `back`: the patient came again."""
    if actor_id != signed_by:
        raise OnlySignerUndoes
    if undo_until is None or now >= undo_until:
        raise UndoTooLate(until=undo_until)
    if changed:
        raise UndoChangedSince
    if back:
        raise PatientHereAgain
