"""Letters of a signature that may still be taken back (angrefrist): they wait, and are withdrawn unseen."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from core.errors import Conflict
from core.store.work import Work
from integrations.reviews import close_undone
from integrations.tables import OutboxMessage
from journal.events import FinishUndone
from journal.tables import Conclusion

UNDONE = "undone"
"""Why such a letter was given up: nobody has it, nobody is told of it, and it counts nowhere."""

_SETTLED = ("replaced", "withdrawn", "readdressed", UNDONE)


class LetterHasLeft(Conflict):
    """A letter about it has gone or was handed over: the receiver can only be told by a correction."""

    code = "letter-has-left"


async def wait_until(work: Work, encounter_id: str) -> datetime | None:
    """Until when letters about this encounter do not leave."""
    conclusion = await work.session.get(Conclusion, encounter_id)
    return conclusion.undo_until if conclusion else None


async def take_back(work: Work, event: FinishUndone) -> None:
    """The reaction to an undoing: none of its letters leaves. Raises LetterHasLeft when one has.

    Rows somebody else holds at this moment are being sent: skipped rows are missed in the count.
    """
    of_it = select(OutboxMessage).where(
        OutboxMessage.encounter_id == event.encounter_id,
        # Of this signature; a question to the GP on the way is none of it.
        OutboxMessage.not_before == await wait_until(work, event.encounter_id),
    )
    written = (await work.session.execute(of_it.with_only_columns(func.count()))).scalar_one()
    held = (await work.session.execute(of_it.with_for_update(skip_locked=True))).scalars().all()
    if len(held) < written or any(_has_left(each) for each in held):
        raise LetterHasLeft
    for message in held:
        if message.reason in _SETTLED:
            continue
        message.state, message.reason, message.changed_at = "given-up", UNDONE, work.now
        await close_undone(work, message.id)
    await work.session.flush()


def _has_left(message: OutboxMessage) -> bool:
    if message.state in ("sent", "acknowledged", "rejected") or message.external_id or message.by_hand:
        return True
    # Readdressed by the register before it left: claimed once, and nobody has it.
    return message.reason != "readdressed" and (message.attempts > 0 or message.leased_until is not None)
