"""What a patient's own link shows: the number, a count, a measured range and the call; nothing of anybody."""

from __future__ import annotations

import secrets

import pytest

from core.errors import Refused
from core.patients.identity.merge import Merging, merge
from core.patients.identity.split import Splitting, split
from core.patients.tables import Encounter
from core.store.idempotency import IdempotencyRow
from journal.commands.take_patient import Taking, take_patient
from tests.cast import UNIT
from tests.conftest import SettableClock
from tests.triage.hand import Hand
from triage.commands.hand_out_ticket import NewTicket, end_ticket, hand_out_ticket
from triage.commands.look_after import Calling, Placing, call_patient, place_in_room, register_left
from triage.queries.ticket.place import OwnPlace, holder_of, line_of, own_place
from triage.rules.place_in_line import GRACE
from triage.tables import Ticket


async def ticket(nora: Hand, encounter: str) -> str:
    secret = secrets.token_urlsafe(24)
    await nora.store.write(nora.cast.nora.actor, hand_out_ticket, encounter, NewTicket(secret=secret))
    return secret


async def shown(nora: Hand, secret: str) -> OwnPlace:
    holder = await nora.store.read(holder_of, secret, nora.store.clock())
    return own_place(await nora.store.read(line_of, holder.unit, nora.store.clock()), holder.encounter)


async def ends(nora: Hand, secret: str) -> str:
    with pytest.raises(Refused) as refused:
        await shown(nora, secret)
    return refused.value.code


async def test_it_shows_the_own_number_and_a_place_among_those_as_urgent_or_more(
    nora: Hand, clock: SettableClock
) -> None:
    first = await nora.check_in()
    await nora.assess(first.id)
    clock.advance(minutes=5)
    mine = await nora.check_in()
    secret = await ticket(nora, mine.id)
    assert (await shown(nora, secret)).state == "to-be-assessed"
    assert (await shown(nora, secret)).place is None

    await nora.assess(mine.id)

    own = await shown(nora, secret)
    assert (own.state, own.number, own.place, own.low) == ("waiting", mine.number, 2, None)
    assert own.arrived_at == clock()


async def test_a_call_is_shown_with_its_place_and_no_number_in_line(nora: Hand) -> None:
    me, mine = nora.cast.nora.actor, await nora.check_in()
    await nora.assess(mine.id)
    secret = await ticket(nora, mine.id)

    await nora.store.write(me, call_patient, mine.id, Calling(place="Rom 2"), None)
    called = await shown(nora, secret)
    await nora.store.write(me, place_in_room, mine.id, Placing(place="Rom 2"), None)

    assert (called.state, called.called_to, called.place) == ("called", "Rom 2", None)
    assert (await shown(nora, secret)).state == "waiting"  # in a room, and still waiting for a doctor


async def test_with_the_doctor_there_is_nothing_more_to_wait_for(nora: Hand, clock: SettableClock) -> None:
    mine = await nora.check_in()
    clock.advance(minutes=1)
    behind = await nora.check_in()
    for each in (mine, behind):
        await nora.assess(each.id)
    secret, next_one = await ticket(nora, mine.id), await ticket(nora, behind.id)
    assert (await shown(nora, next_one)).place == 2

    await nora.store.write(nora.cast.dag.actor, take_patient, mine.id, Taking())

    assert (await shown(nora, secret)).state == "with-staff"
    assert (await shown(nora, next_one)).place == 1


async def test_nothing_but_what_the_patient_may_know_is_in_it(nora: Hand) -> None:
    mine = await nora.check_in_known(complaint="Brystsmerter")
    await nora.assess(mine.id)

    said = (await shown(nora, await ticket(nora, mine.id))).model_dump()

    assert set(said) == {
        *("unit_name", "state", "number", "arrived_at", "place", "low", "high", "called_at", "called_to")
    }
    assert "Ingrid" not in str(said)
    assert "orange" not in str(said)


async def test_after_the_visit_it_says_thanks_for_a_while_and_then_leads_nowhere(
    nora: Hand, clock: SettableClock
) -> None:
    mine = await nora.check_in()
    secret = await ticket(nora, mine.id)
    version = (await nora.row(mine.id)).version
    await nora.store.write(nora.cast.nora.actor, register_left, mine.id, version)

    own = await shown(nora, secret)
    clock.now += GRACE
    clock.advance(seconds=1)

    assert (own.state, own.number, own.arrived_at, own.called_at) == ("over", "", None, None)
    assert await ends(nora, secret) == "link-unknown"


async def test_a_new_ticket_ends_the_one_before_and_a_ticket_taken_back_leads_nowhere(nora: Hand) -> None:
    mine = await nora.check_in()
    lost, found = await ticket(nora, mine.id), await ticket(nora, mine.id)

    assert await ends(nora, lost) == "link-unknown"
    assert (await shown(nora, found)).number == mine.number
    await nora.store.write(nora.cast.nora.actor, end_ticket, mine.id)
    assert await ends(nora, found) == await ends(nora, "x" * 22) == "link-unknown"


async def test_a_secret_is_handed_out_once(nora: Hand) -> None:
    mine, other = await nora.check_in(), await nora.check_in()
    secret = await ticket(nora, mine.id)

    for encounter in (mine.id, other.id):
        with pytest.raises(Refused, match="ticket-secret-used"):
            await nora.store.write(nora.cast.nora.actor, hand_out_ticket, encounter, NewTicket(secret=secret))


async def test_who_is_only_expected_gets_no_ticket(nora: Hand, clock: SettableClock) -> None:
    expected = await nora.check_in(expected_at=clock())

    with pytest.raises(Refused, match="not-here-yet"):
        await ticket(nora, expected.id)


async def test_the_link_stays_true_when_the_patient_turns_out_to_be_another(nora: Hand) -> None:
    before = await nora.check_in_known()
    version = (await nora.row(before.id)).version
    await nora.store.write(nora.cast.nora.actor, register_left, before.id, version)
    mine, dag = await nora.check_in(called="Ukjent"), nora.cast.dag.actor
    secret = await ticket(nora, mine.id)

    other = await nora.store.read(_patient, before.id)
    merging = Merging(other=other, keep="other", reason="Samme person")
    version = (await nora.row(mine.id)).version
    await nora.store.write(dag, merge, mine.id, merging, version, environment="test")
    assert (await shown(nora, secret)).number == mine.number

    version = (await nora.row(mine.id)).version
    splitting = Splitting(called="En annen", reason="Feil person")
    await nora.store.write(dag, split, mine.id, splitting, version, environment="test")
    assert (await shown(nora, secret)).number == mine.number


async def _patient(session: object, encounter: str) -> str:
    found = await session.get_one(Encounter, encounter)  # type: ignore[attr-defined]
    return str(found.patient_id)


async def test_the_secret_itself_is_kept_nowhere(nora: Hand) -> None:
    secret = await ticket(nora, (await nora.check_in()).id)

    async def everything(session: object) -> str:
        rows = []
        for table in (Ticket, IdempotencyRow):
            found = await session.execute(table.__table__.select())  # type: ignore[attr-defined]
            rows += [str(row) for row in found]
        return "".join(rows)

    assert secret not in await nora.store.read(everything)
    assert UNIT in await nora.store.read(everything)
