"""What is offered first at the door is counted from the ward's own contacts of lately."""

from __future__ import annotations

from datetime import timedelta

from tests.cast import OTHER_UNIT, UNIT, arrival
from tests.conftest import SettableClock
from tests.triage.hand import Hand
from triage.commands.check_in import Arrival, check_in
from triage.queries.common_complaints import common_complaints


async def own(nora: Hand, unit: str = UNIT) -> list[str]:
    offered = await nora.store.read(common_complaints, unit, nora.store.clock(), "nb")
    return [each.text for each in offered if each.here]


async def test_only_the_wards_own_contacts_count(nora: Hand) -> None:
    given = Arrival.model_validate(arrival(complaint="Feber og hoste"))
    for _ in range(2):
        await nora.check_in(complaint="Brystsmerter")
        await nora.store.write(nora.cast.stranger.actor, check_in, given, OTHER_UNIT, "test")

    assert await own(nora) == ["Brystsmerter"]
    assert await own(nora, OTHER_UNIT) == ["Feber og hoste"]


async def test_what_was_common_last_winter_is_not_what_is_common_now(
    nora: Hand, clock: SettableClock
) -> None:
    for _ in range(2):
        await nora.check_in(complaint="Tung pust")
    clock.advance(hours=24 * 89)
    assert await own(nora) == ["Tung pust"]

    clock.advance(hours=24 * 2)
    assert await own(nora) == []


async def test_who_is_only_expected_has_not_come_with_anything(nora: Hand, clock: SettableClock) -> None:
    for _ in range(2):
        await nora.check_in(complaint="Brystsmerter", expected_at=clock() + timedelta(minutes=30))

    assert await own(nora) == []
