"""Letters about somebody who turned out to be another: held while they can be, work for a person after."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core.errors import NotAllowed
from core.store.work import Store
from integrations import outbox
from integrations.dispatcher import forwarding
from integrations.messages import balance, messages_of
from integrations.reviews import (
    Deciding,
    DecisionNotPossible,
    ReviewedAlready,
    decide,
    reviews_of,
)
from journal.commands.finish_encounter import Finishing, finish_encounter
from journal.commands.set_diagnosis import NewDiagnosis, set_diagnosis
from journal.commands.take_patient import Taking, take_patient
from journal.queries.page import PageMessage
from tests.cast import DIAGNOSIS, UNIT, finishing, full_arrival, note
from tests.core.patients.identity.conftest import ward
from tests.core.patients.identity.hand import Hand

__all__ = ["ward"]
GP = "gp-summary"


async def signed(ward: Hand) -> str:
    """Ingrid has been seen, and her letters are fixed."""
    came = await ward.check_in(**full_arrival(3))
    dag = ward.cast.dag.actor
    taken = await ward.store.write(dag, take_patient, came.id, Taking(), None)
    diagnosis = NewDiagnosis.model_validate(DIAGNOSIS)
    set_ = await ward.store.write(dag, set_diagnosis, came.id, diagnosis, taken.version)
    given = Finishing.model_validate(finishing(note=note()))
    await ward.store.write(dag, finish_encounter, came.id, given, set_.version)
    return came.id


async def letters(ward: Hand, encounter: str) -> list[PageMessage]:
    found = await ward.store.read(messages_of, encounter)
    return [each for each in found if each.channel == GP]


async def claim(store: Store) -> list[outbox.Claimed]:
    return list(await store.write(forwarding(None), outbox.claim_due, {GP: 9}))


async def choose(ward: Hand, encounter: str, message: str, decision: str, **more: Any) -> Any:
    given = Deciding.model_validate({"decision": decision, "note": "Ringt legekontoret", **more})
    return await ward.store.write(ward.cast.kari.actor, decide, encounter, message, given)


async def test_what_has_not_gone_out_waits_for_a_person(ward: Hand) -> None:
    encounter = await signed(ward)

    await ward.split(encounter, called="Ukjent kvinne")

    [letter] = await letters(ward, encounter)
    assert letter.state == "held"
    assert letter.review is not None
    assert not letter.review.left
    assert await claim(ward.store) == []
    [gp, record] = await ward.store.read(reviews_of, UNIT)
    assert {gp.channel, record.channel} == {GP, "shared-record"}
    [line, *_] = await ward.store.read(balance, UNIT, ward.store.clock())
    assert (line.written, line.acknowledged + line.waiting + line.for_a_person) == (1, 1)
    assert (await ward.events(encounter)).count("message-held") == 2


async def test_undoing_lets_it_go_as_it_was(ward: Hand) -> None:
    encounter = await signed(ward)
    [before] = await letters(ward, encounter)
    done = await ward.split(encounter, called="Ukjent kvinne")

    await ward.undo(encounter, done.change_id)

    [after] = await letters(ward, encounter)
    assert (after.state, after.review, after.message_id) == ("queued", None, before.message_id)
    assert [each.message_id for each in await claim(ward.store)] == [before.message_id]
    assert await ward.store.read(reviews_of, UNIT) == ()


async def test_written_anew_the_letter_is_about_the_right_person_and_the_old_one_never_goes(
    ward: Hand,
) -> None:
    encounter = await signed(ward)
    [old] = await letters(ward, encounter)
    await ward.identify(encounter, given="Inga", family="Solheim")

    await choose(ward, encounter, old.id, "send-anew")

    [first, second] = await letters(ward, encounter)
    assert (first.state, first.reason) == ("given-up", "replaced")
    [claimed] = await claim(ward.store)
    assert claimed.message_id == second.message_id != old.message_id
    assert "Inga Solheim" in claimed.body.decode()
    with pytest.raises(ReviewedAlready):
        await choose(ward, encounter, old.id, "send")


async def test_what_has_gone_out_becomes_work_with_the_word_of_whoever_did_it(ward: Hand) -> None:
    encounter = await signed(ward)
    for each in await claim(ward.store):
        await ward.store.write(forwarding(UNIT), outbox.mark_sent, each.id, "ext-1", None)

    await ward.split(encounter, called="Ukjent kvinne")

    [letter] = await letters(ward, encounter)
    assert letter.state == "sent"
    assert letter.review is not None
    assert letter.review.left
    with pytest.raises(DecisionNotPossible):
        await choose(ward, encounter, letter.id, "withdraw")
    await choose(ward, encounter, letter.id, "told")
    [letter] = await letters(ward, encounter)
    assert (letter.state, letter.review) == ("sent", None)
    assert "message-reviewed" in await ward.events(encounter)


async def test_a_letter_under_way_when_it_happens_is_work_and_is_not_tried_again(
    ward: Hand, clock: Any
) -> None:
    encounter = await signed(ward)
    [claimed] = await claim(ward.store)

    await ward.split(encounter, called="Ukjent kvinne")
    later = ward.store.clock() + timedelta(seconds=1)
    await ward.store.write(forwarding(UNIT), outbox.mark_retry, claimed.id, "timeout", later)
    clock.advance(minutes=5)

    [letter] = await letters(ward, encounter)
    assert letter.state == "held"
    assert letter.review is not None
    assert letter.review.left  # nobody knows whether it arrived
    assert await claim(ward.store) == []


async def test_a_letter_that_arrived_all_the_same_is_said_to_have(ward: Hand) -> None:
    encounter = await signed(ward)
    [claimed] = await claim(ward.store)
    await ward.split(encounter, called="Ukjent kvinne")

    await ward.store.write(forwarding(UNIT), outbox.mark_sent, claimed.id, "ext-1", None)

    [letter] = await letters(ward, encounter)
    assert letter.state == "sent"
    assert letter.review is not None


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_a_new_telephone_number_puts_no_letter_in_doubt(ward: Hand) -> None:
    encounter = await signed(ward)

    await ward.identify(encounter, phone="99 88 77 66", residence="SE")

    [letter] = await letters(ward, encounter)
    assert (letter.state, letter.review) == ("queued", None)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_a_nurse_does_not_decide_about_letters(ward: Hand) -> None:
    encounter = await signed(ward)
    await ward.split(encounter, called="Ukjent kvinne")
    [letter] = await letters(ward, encounter)
    given = Deciding(decision="send", note="x")

    with pytest.raises(NotAllowed):
        await ward.store.write(ward.cast.nora.actor, decide, encounter, letter.id, given)


async def test_two_changes_are_two_doubts_and_undoing_one_leaves_the_other(ward: Hand) -> None:
    encounter = await signed(ward)
    first = await ward.identify(encounter, given="Inga")
    second = await ward.identify(encounter, birth_date="1980-02-03")

    await ward.undo(encounter, second.change_id)
    [letter] = await letters(ward, encounter)
    assert letter.state == "held"
    await ward.undo(encounter, first.change_id)
    [letter] = await letters(ward, encounter)
    assert (letter.state, letter.review) == ("queued", None)
