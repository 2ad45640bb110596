"""What was measured before: from this unit only, and that it was read is in the access log."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.tables import AccessLogRow
from tests.cast import OTHER_UNIT, assessment, full_arrival
from tests.conftest import SettableClock
from tests.triage.hand import Hand
from triage.commands.assess import NewAssessment, assess
from triage.commands.check_in import Arrival, check_in
from triage.commands.draft_triage import TriageDraftText, save_triage_draft
from triage.commands.look_after import register_left
from triage.queries.intake import Intake, open_intake


async def opened(nora: Hand, encounter: str) -> Intake:
    return await nora.store.write(nora.cast.nora.actor, open_intake, encounter, "nb")


async def test_each_earlier_contact_that_is_read_is_in_the_access_log(
    nora: Hand, clock: SettableClock
) -> None:
    before = (await nora.check_in_known(3)).id
    assessed = await nora.assess(before)
    await nora.store.write(nora.cast.nora.actor, register_left, before, assessed.version)
    clock.advance(hours=30)
    now = (await nora.check_in_known(3)).id
    await nora.assess(now)

    earlier = (await opened(nora, now)).earlier

    async def logged(session: AsyncSession) -> list[tuple[str | None, str]]:
        statement = select(AccessLogRow).where(AccessLogRow.what == "earlier-values")
        rows = (await session.execute(statement)).scalars()
        return [(row.encounter_id, row.actor_name) for row in rows]

    assert [each.here for each in earlier] == [True, False]
    assert await nora.store.read(logged) == [(before, "Nora Lie")]


async def test_what_another_unit_measured_is_not_shown_here(nora: Hand, clock: SettableClock) -> None:
    there = nora.cast.stranger.actor
    given = Arrival.model_validate(full_arrival(3))
    elsewhere = await nora.store.write(there, check_in, given, OTHER_UNIT, "test")
    measured = NewAssessment.model_validate(assessment())
    await nora.store.write(there, assess, elsewhere.id, measured, None)
    clock.advance(hours=30)
    now = (await nora.check_in_known(3)).id

    assert (await opened(nora, now)).earlier == ()


async def test_a_draft_from_two_days_ago_is_not_offered_before_anybody_has_thrown_it_away(
    nora: Hand, clock: SettableClock
) -> None:
    encounter = (await nora.check_in()).id
    text = TriageDraftText(history="glemt")
    await nora.store.write(nora.cast.nora.actor, save_triage_draft, encounter, text, 0)
    clock.advance(hours=47)
    assert (await opened(nora, encounter)).draft is not None

    clock.advance(hours=2)
    assert (await opened(nora, encounter)).draft is None
