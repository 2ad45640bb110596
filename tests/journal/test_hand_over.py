"""Handing over by ISBAR: asked with the words of the record, responsible at the moment of yes, never two."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from app.log_check.command import everything
from app.main import create_app
from app.night_watch import end_those_unanswered
from core.settings import Settings
from core.store.work import DatabaseRefused, Work
from journal.hand_over_tables import HandOver
from journal.rules.isbar import LIFETIME
from tests.cast import Person, arrival, assessment, finishing, move_in, note, system
from tests.conftest import Served, SettableClock, client, serving
from tests.journal.test_writing_and_signing import check_in, tag, treat

ISBAR = {"situation": "Brystsmerter, smertefri nå.", "recommendation": "Ny troponin kl. 23."}


@pytest.fixture
async def ward(
    database_url: str, settings_for: Callable[..., Settings], clock: SettableClock
) -> AsyncIterator[Served]:
    """A served ward whose clock stands still until told."""
    app = create_app(settings_for(database_url), clock=clock)
    async with serving(app) as url:
        cast = await move_in(app.state.store)
        async with client(url) as http:
            yield Served(url, app.state.store, cast, http, app)


async def proposed(ward: Served, path: str, **changes: Any) -> httpx.Response:
    """Dag asks Dina, a moment later."""
    ward.store.clock.advance(seconds=1)  # type: ignore[attr-defined]
    body = {"to": ward.cast.dina.actor.id, "isbar": ISBAR, **changes}
    headers = await tag(ward, path, ward.cast.dag)
    return await ward.http.post(f"{path}/hand-over/proposals", json=body, headers=headers)


async def answer(ward: Served, path: str, id: str, how: str, who: Person, **body: Any) -> Any:
    where = f"{path}/hand-over/proposals/{id}/{how}"
    return (await ward.http.post(where, json=body, headers=who.headers)).json()


async def page(ward: Served, path: str) -> Any:
    return (await ward.http.get(path, headers=ward.cast.kari.headers)).json()


async def mine(ward: Served, who: Person) -> Any:
    return (await ward.http.get("/api/units/nordvik/mine", headers=who.headers)).json()


async def test_the_receiver_is_responsible_from_the_moment_of_yes_and_not_before(ward: Served) -> None:
    path, cast = await check_in(ward), ward.cast
    await treat(ward, path, cast.dag)

    made = await proposed(ward, path)

    assert made.status_code == 201, made.text
    waits = await ward.http.get("/api/units/nordvik/hand-overs", headers=cast.dina.headers)
    [asked] = waits.json()
    assert (asked["from_name"], asked["isbar"]["situation"]) == ("Dag Holm", ISBAR["situation"])
    assert (await page(ward, path))["doctor"]["name"] == "Dag Holm"
    taken = await answer(ward, path, asked["id"], "confirm", cast.dina)
    assert (taken["state"], taken["doctor_id"]) == ("confirmed", cast.dina.actor.id)
    after = await page(ward, path)
    assert after["doctor"]["name"] == "Dina Berg"
    assert [each["state"] for each in after["hand_overs"]] == ["confirmed"]
    assert [each["kind"] for each in after["timeline"]][-2:] == ["hand-over-proposed", "handed-over"]
    assert (await ward.http.get("/api/units/nordvik/hand-overs", headers=cast.dina.headers)).json() == []
    assert (await ward.store.read(everything)).faults == ()


async def test_no_answer_no_and_taken_back_leave_the_patient_where_it_was(
    ward: Served, clock: SettableClock
) -> None:
    path, cast = await check_in(ward), ward.cast
    await treat(ward, path, cast.dag)
    declined = (await proposed(ward, path)).json()["id"]
    assert (await proposed(ward, path)).json()["code"] == "hand-over-already-proposed"
    assert (await answer(ward, path, declined, "confirm", cast.dag))["code"] == "hand-over-not-yours"
    assert (await answer(ward, path, declined, "withdraw", cast.dina))["code"] == "hand-over-not-yours"
    assert (await answer(ward, path, declined, "decline", cast.dina, reason="Har tre"))["state"] == "declined"
    withdrawn = (await proposed(ward, path)).json()["id"]
    assert (await answer(ward, path, withdrawn, "withdraw", cast.dag))["state"] == "withdrawn"
    expired = (await proposed(ward, path)).json()["id"]
    clock.now += LIFETIME

    late = await answer(ward, path, expired, "confirm", cast.dina)
    await end_those_unanswered(ward.store)

    assert late["code"] == "hand-over-over"
    after = await page(ward, path)
    assert after["doctor"]["name"] == "Dag Holm"
    assert [(each["state"], each["reason"]) for each in after["hand_overs"]] == [
        ("declined", "Har tre"),
        ("withdrawn", None),
        ("expired", None),
    ]
    assert after["timeline"][-1]["kind"] == "hand-over-expired"


@pytest.mark.parametrize("moved", ["at once", "finished"])
async def test_a_question_ends_when_the_patient_goes_another_way(ward: Served, moved: str) -> None:
    path, cast = await check_in(ward), ward.cast
    await treat(ward, path, cast.dag)
    id = (await proposed(ward, path)).json()["id"]
    headers = await tag(ward, path, cast.dag)
    if moved == "at once":
        await ward.http.post(f"{path}/hand-over", json={"to": cast.dina.actor.id}, headers=headers)
    else:
        await ward.http.post(f"{path}/finish", json=finishing(), headers=headers)

    assert (await answer(ward, path, id, "confirm", cast.dina))["code"] == "hand-over-over"
    assert [each["state"] for each in (await page(ward, path))["hand_overs"]] == ["withdrawn"]


async def test_only_who_has_the_patient_asks_and_only_a_doctor_is_asked(ward: Served) -> None:
    path, cast = await check_in(ward), ward.cast
    await treat(ward, path, cast.dag)
    for to in (cast.dag, cast.nora, cast.stranger):
        assert (await proposed(ward, path, to=to.actor.id)).json()["code"] == "not-a-doctor"
    headers = await tag(ward, path, cast.dina)
    body = {"to": cast.dag.actor.id, "isbar": ISBAR}
    asked = await ward.http.post(f"{path}/hand-over/proposals", json=body, headers=headers)
    assert asked.json()["code"] == "not-yours"


async def test_the_words_are_filled_from_the_record_and_never_changed_after(ward: Served) -> None:
    path, cast = await check_in(ward), ward.cast
    await ward.http.post(f"{path}/assessments", json=assessment(), headers=cast.nora.headers)
    await treat(ward, path, cast.dag)

    shown = await ward.http.get(f"{path.removeprefix('/api')}/hand-over", headers=cast.dag.headers)

    for words in ("Hastegrad Oransje", "TEWS 4", "Kritisk informasjon: ikke registrert", note()["plan"]):
        assert words in shown.text, words
    id = (await proposed(ward, path)).json()["id"]

    async def rewrite(work: Work) -> None:
        await work.session.execute(update(HandOver).where(HandOver.id == id).values(isbar={"situation": "x"}))

    with pytest.raises(DatabaseRefused):
        await ward.store.write(system("nordvik"), rewrite)


async def test_who_goes_home_is_told_whom_and_what_they_leave(ward: Served, clock: SettableClock) -> None:
    path, cast = await check_in(ward), ward.cast
    await treat(ward, path, cast.dag)
    other = await check_in(ward, arrival(called="Ola Nordby"))
    await treat(ward, other, cast.dina)
    body = {**note(), "plan": "Som avtalt."}
    await ward.http.post(f"{other}/notes", json=body, headers=await tag(ward, other, cast.dag))
    headers = await tag(ward, other, cast.dina)
    await ward.http.post(f"{other}/finish", json=finishing(outcome="admitted"), headers=headers)

    dag, dina = await mine(ward, cast.dag), await mine(ward, cast.dina)

    assert [each["patient"] for each in dag["patients"]] == ["Ingrid Solvang"]
    assert [(each["patient"], each["kind"], each["ended"]) for each in dag["unsigned"]] == [
        ("Ola Nordby", "note", True)
    ]
    assert [(each["patient"], each["referral"]) for each in dina["admissions"]] == [("Ola Nordby", "none")]
    assert (dina["patients"], dina["unsigned"]) == ([], [])
    signed = await ward.http.post(f"{other}/notes/sign", headers=cast.dag.headers)
    assert signed.json()["notes"] == 1, signed.text
    assert (await mine(ward, cast.dag))["unsigned"] == []
    assert (await ward.store.read(everything)).faults == ()
    clock.now += timedelta(days=15)
    assert (await mine(ward, cast.dina))["admissions"] == []


async def test_whoever_was_finished_lately_is_found_with_the_copy_to_take_home(ward: Served) -> None:
    path, cast = await check_in(ward), ward.cast
    await treat(ward, path, cast.dag)
    copy = f'href="{path.removeprefix("/api")}/patient-copy"'

    async def listed(who: Person, where: str = "/units/nordvik/finished") -> bool:
        return copy in (await ward.http.get(where, headers=who.headers)).text

    assert not await listed(cast.nora)
    signed = await ward.http.post(f"{path}/finish", json=finishing(), headers=await tag(ward, path, cast.dag))
    assert signed.is_success, signed.text

    assert await listed(cast.nora)
    assert [await listed(who, "/units/nordvik/mine") for who in (cast.dag, cast.dina)] == [True, False]
    ward.store.clock.advance(hours=25)  # type: ignore[attr-defined]
    assert not await listed(cast.kari)
