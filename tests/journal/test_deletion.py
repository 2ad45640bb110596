"""Deletion only as the law has it: asked for, decided by another with a basis, and a tombstone is left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.log_check.command import everything
from core.store.work import DatabaseRefused, Work
from integrations.gp_summary.read import read
from integrations.tables import OutboxMessage
from journal.tables import DeletionRequest, Erased, Note, tombstone
from tests.cast import Person, note, system
from tests.conftest import Served
from tests.journal.test_corrections import corrected, post, signed

GRANTED = {"granted": True, "basis": "hpl-43-1-deletion", "reason": "Opplysningen gjelder en annen."}
REFUSED = {"granted": False, "reason": "Opplysningen er riktig og trengs.", "appeal_told": True}


async def ask(ward: Served, path: str, object_id: str, what: str = "note") -> str:
    """Kari writes down what the patient wants."""
    body = {"what": what, "id": object_id, "asked_by": "patient", "wish": "Det stemmer ikke."}
    answer = await ward.http.post(f"{path}/deletions", json=body, headers=ward.cast.kari.headers)
    assert answer.status_code == 201, answer.text
    return f"{path}/deletions/{answer.json()['id']}/decide"


async def decide(
    ward: Served, where: str, who: Person, body: dict[str, Any] | None = None
) -> tuple[int, Any]:
    answer = await ward.http.post(where, json=body or GRANTED, headers=who.headers)
    return answer.status_code, answer.json()


async def letters(session: AsyncSession) -> list[OutboxMessage]:
    found = await session.execute(select(OutboxMessage).order_by(OutboxMessage.edition))
    return [each for each in found.scalars() if each.channel == "gp-summary"]


async def pretend_sent(work: Work) -> None:
    """As after the dispatcher's turn."""
    await work.session.execute(
        update(OutboxMessage).values(state="acknowledged", external_id="x", attempts=1)
    )


async def test_what_is_deleted_is_gone_everywhere_and_a_tombstone_says_only_that(served: Served) -> None:
    path, page = await signed(served)
    await post(served, path, served.cast.dag, corrected(page))
    await served.store.write(system("nordvik"), pretend_sent)
    where = await ask(served, path, page["notes"][0]["id"])

    status, answer = await decide(served, where, served.cast.dina)

    assert (status, answer["state"]) == (200, "granted"), answer
    after = await served.http.get(path, headers=served.cast.dag.headers)
    for word in (*note().values(), "om to timer"):
        assert word not in after.text
    assert after.json()["notes"] == []
    [mark] = after.json()["deletions"]
    assert (mark["state"], mark["by"]["name"]) == ("granted", "Dina Berg")
    assert mark["basis"] == "helsepersonelloven § 43 første ledd nr. 1"
    assert after.json()["timeline"][-1]["kind"] == "erased"
    first, second, withdrawn, left = await served.store.read(letters)
    assert (first.body, second.body) == (None, None)
    assert read(withdrawn.body or b"").service_type == "C"
    assert read(withdrawn.body or b"").report_id == read(left.body or b"").report_id
    assert all(note()["plan"].encode() not in (each.body or b"") for each in (withdrawn, left))
    assert "slettet etter vedtak" in read(left.body or b"").comments[0][1]
    assert (await served.store.read(everything)).faults == ()


async def test_a_letter_that_never_left_is_stopped_and_nobody_is_told_of_it(served: Served) -> None:
    path, page = await signed(served)
    where = await ask(served, path, page["diagnoses"][0]["id"], "diagnosis")

    status, answer = await decide(served, where, served.cast.dina)

    assert status == 200, answer
    assert (await served.http.get(path, headers=served.cast.dag.headers)).json()["diagnoses"] == []
    [only] = await served.store.read(letters)
    assert (only.state, only.reason, only.body) == ("given-up", "withdrawn", None)
    assert (await served.store.read(everything)).faults == ()


async def test_a_refusal_is_kept_with_its_reason_and_nothing_is_deleted(served: Served) -> None:
    path, page = await signed(served)
    where = await ask(served, path, page["notes"][0]["id"])

    silent = await decide(served, where, served.cast.dina, {**REFUSED, "appeal_told": False})
    status, _ = await decide(served, where, served.cast.dina, REFUSED)

    assert (silent[0], status) == (422, 200)
    after = (await served.http.get(path, headers=served.cast.dag.headers)).json()
    assert after["notes"][0]["plan"] == page["notes"][0]["plan"]
    [mark] = after["deletions"]
    assert (mark["state"], mark["reason"]) == ("refused", REFUSED["reason"])
    assert (await decide(served, where, served.cast.dina))[1]["code"] == "deletion-decided"


async def test_nobody_decides_about_own_words_or_without_a_basis_that_counts(served: Served) -> None:
    path, page = await signed(served)
    cast, note_id = served.cast, page["notes"][0]["id"]
    where = await ask(served, path, note_id)
    again = {"what": "note", "id": note_id, "asked_by": "patient", "wish": "Slett det!"}

    for who, body, code in (
        (cast.dag, GRANTED, "own-deletion"),
        (cast.kari, GRANTED, "not-allowed"),
        (cast.stranger, GRANTED, "not-found"),
        (cast.dina, {**GRANTED, "basis": "hpl-45a-summary"}, "no-such-basis"),
        (cast.dina, {**GRANTED, "basis": None}, "invalid"),
        (cast.dina, {**GRANTED, "reason": "kort"}, "invalid"),
    ):
        assert (await decide(served, where, who, body))[1]["code"] == code
    twice = await served.http.post(f"{path}/deletions", json=again, headers=cast.dag.headers)

    assert twice.json()["code"] == "deletion-asked-already"
    assert (await served.http.get(path, headers=cast.dag.headers)).json()["notes"]


async def test_the_database_lets_nothing_go_by_any_other_way(served: Served) -> None:
    path, page = await signed(served)
    note_id, encounter = page["notes"][0]["id"], page["id"]
    request = (await ask(served, path, note_id)).split("/")[-2]

    async def just_delete(work: Work) -> None:
        await work.session.execute(delete(Note))

    async def mark_undecided(work: Work) -> None:
        work.session.add(tombstone(request, encounter, "note", note_id, at=work.now))
        await work.session.flush()

    async def decide_alone(work: Work) -> None:
        values = {"state": "granted", "basis": "x", "reason": "x", "decided_at": work.now}
        values |= {"decided_by": served.cast.kari.actor.id}  # who brought it up
        await work.session.execute(update(DeletionRequest).values(**values))

    async def forget_request(work: Work) -> None:
        await work.session.execute(delete(DeletionRequest))

    async def empty_letter(work: Work) -> None:
        await work.session.execute(update(OutboxMessage).values(body=None))

    deeds: tuple[Callable[[Work], Any], ...] = (
        just_delete, mark_undecided, decide_alone, forget_request, empty_letter,
    )  # fmt: skip
    for deed in deeds:
        with pytest.raises(DatabaseRefused):
            await served.store.write(system("nordvik"), deed)
    await decide(served, f"{path}/deletions/{request}/decide", served.cast.dina)

    async def lift_stone(work: Work) -> None:
        await work.session.execute(delete(Erased))

    with pytest.raises(DatabaseRefused):
        await served.store.write(system("nordvik"), lift_stone)
