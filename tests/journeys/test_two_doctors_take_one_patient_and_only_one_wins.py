"""Several people do the same thing at the same moment: one wins, the others are told, and no word is lost."""

from __future__ import annotations

import asyncio
import os
from typing import Any

import httpx
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.patients.tables import Encounter
from journal.tables import Draft, DraftKept
from tests.cast import DIAGNOSIS, UNIT, arrival, note
from tests.conftest import Served

PAIRS = int(os.environ.get("LEGEVAKT_PAIRS", "50"))


async def test_two_doctors_take_one_patient_and_only_one_wins(served: Served) -> None:
    doctors = {each.actor.id: each for each in (served.cast.dag, served.cast.dina)}
    winners = []

    for _ in range(PAIRS):
        encounter = await _arrived(served)
        answers = dict(
            zip(
                doctors,
                await asyncio.gather(*(_take(served, encounter, each.headers) for each in doctors.values())),
                strict=True,
            )
        )
        won = [id for id, answer in answers.items() if answer.status_code == 200]
        lost = [answer for answer in answers.values() if answer.status_code != 200]

        assert len(won) == 1, {id: answer.text for id, answer in answers.items()}
        assert (lost[0].status_code, lost[0].json()["code"]) == (409, "already-taken")
        assert lost[0].json()["doctor"] == doctors[won[0]].actor.name == answers[won[0]].json()["doctor"]
        assert await served.store.read(_doctor, encounter) == won[0]
        winners.append(won[0])

    assert len(winners) == PAIRS


async def test_ten_taps_on_take_with_different_keys_are_one_take(served: Served) -> None:
    encounter = await _arrived(served)
    dag = served.cast.dag.headers

    answers = await asyncio.gather(
        *(_take(served, encounter, dag | {"Idempotency-Key": f"tap-{number}"}) for number in range(10))
    )

    assert {answer.status_code for answer in answers} == {200}
    assert {answer.headers["etag"] for answer in answers} == {'"2"'}


async def test_ten_taps_on_check_in_are_one_patient_and_one_answer(served: Served) -> None:
    nora = served.cast.nora.headers | {"Idempotency-Key": "door-1"}
    before = await served.store.read(_encounters)

    async def tap() -> httpx.Response:
        return await served.http.post(f"/api/units/{UNIT}/arrivals", json=arrival(), headers=nora)

    answers = await asyncio.gather(*(tap() for _ in range(10)))

    assert {(each.status_code, each.text, each.headers["etag"]) for each in answers} == {
        (201, answers[0].text, '"1"')
    }
    assert await served.store.read(_encounters) == before + 1


async def test_the_answer_to_a_repeated_key_stays_what_it_was(served: Served) -> None:
    nora = served.cast.nora.headers | {"Idempotency-Key": "door-1"}
    first = await served.http.post(f"/api/units/{UNIT}/arrivals", json=arrival(), headers=nora)
    await _take(served, first.json()["id"], served.cast.dag.headers)

    again = await served.http.post(f"/api/units/{UNIT}/arrivals", json=arrival(), headers=nora)

    assert (again.status_code, again.text, again.headers["etag"]) == (201, first.text, first.headers["etag"])


async def test_one_key_with_two_contents_is_refused(served: Served) -> None:
    nora = served.cast.nora.headers | {"Idempotency-Key": "door-1"}
    await served.http.post(f"/api/units/{UNIT}/arrivals", json=arrival(), headers=nora)
    before = await served.store.read(_encounters)

    other = await served.http.post(
        f"/api/units/{UNIT}/arrivals", json=arrival(called="Anne Vik"), headers=nora
    )

    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert await served.store.read(_encounters) == before


async def test_two_nurses_may_have_made_the_same_key(served: Served) -> None:
    key = {"Idempotency-Key": "door-1"}

    nora, kari = [
        await served.http.post(f"/api/units/{UNIT}/arrivals", json=arrival(), headers=who.headers | key)
        for who in (served.cast.nora, served.cast.kari)
    ]

    assert (nora.status_code, kari.status_code) == (201, 201)
    assert nora.json()["id"] != kari.json()["id"]


async def test_a_refusal_is_not_kept_with_the_key(served: Served) -> None:
    encounter = await _arrived(served)
    key = {"Idempotency-Key": "take-1"}
    await _take(served, encounter, served.cast.dina.headers)
    lost = await _take(served, encounter, served.cast.dag.headers | key)
    page = await served.http.get(f"/api/encounters/{encounter}", headers=served.cast.dina.headers)
    await served.http.post(
        f"/api/encounters/{encounter}/hand-over",
        json={"to": served.cast.dag.actor.id},
        headers=served.cast.dina.headers | {"If-Match": page.headers["etag"]},
    )

    again = await _take(served, encounter, served.cast.dag.headers | key)

    assert lost.status_code == 409
    assert (again.status_code, again.json()["doctor"]) == (200, "Dag Holm")


async def test_of_many_changes_made_from_one_version_one_is_kept(served: Served) -> None:
    encounter = await _arrived(served)
    taken = await _take(served, encounter, served.cast.dag.headers)
    headers = served.cast.dag.headers | {"If-Match": taken.headers["etag"]}

    async def diagnose(number: int) -> httpx.Response:
        body = {**DIAGNOSIS, "code": f"K{number}"}
        return await served.http.post(f"/api/encounters/{encounter}/diagnoses", json=body, headers=headers)

    answers = await asyncio.gather(*(diagnose(number) for number in range(10, 20)))

    assert sorted(each.status_code for each in answers) == [201, *[412] * 9]
    assert {each.json()["code"] for each in answers if each.status_code == 412} == {"stale"}
    page = await served.http.get(f"/api/encounters/{encounter}", headers=served.cast.dag.headers)
    assert len(page.json()["diagnoses"]) == 1


async def test_a_change_without_a_version_is_not_guessed_at(served: Served) -> None:
    encounter = await _arrived(served)
    dag = served.cast.dag.headers
    await _take(served, encounter, dag)

    answer = await served.http.put(f"/api/encounters/{encounter}/draft", json=note(), headers=dag)

    assert (answer.status_code, answer.json()["code"]) == (428, "version-missing")
    assert await served.store.read(_draft, encounter) is None


async def test_a_draft_in_two_windows_loses_no_word(served: Served) -> None:
    encounter = await _arrived(served)
    dag = served.cast.dag.headers
    await _take(served, encounter, dag)
    opened = (await served.http.get(f"/api/encounters/{encounter}", headers=dag)).headers["etag"]

    async def save(text: str) -> httpx.Response:
        return await served.http.put(
            f"/api/encounters/{encounter}/draft",
            json=note(subjective=text),
            headers=dag | {"If-Match": opened},
        )

    texts = [f"vindu {number}" for number in range(6)]
    answers = dict(zip(texts, await asyncio.gather(*(save(text) for text in texts)), strict=True))

    saved = [text for text, answer in answers.items() if answer.status_code == 200]
    assert len(saved) == 1
    for text, answer in answers.items():
        if text != saved[0]:
            assert (answer.status_code, answer.json()["code"]) == (412, "draft-outdated")
            assert answer.json()["current"]["subjective"] == saved[0]
    assert await served.store.read(_draft, encounter) == saved[0]
    assert await served.store.read(_kept, encounter) == sorted(set(texts) - set(saved))


async def _arrived(served: Served) -> str:
    answer = await served.http.post(
        f"/api/units/{UNIT}/arrivals", json=arrival(), headers=served.cast.nora.headers
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def _take(served: Served, encounter: str, headers: dict[str, str]) -> httpx.Response:
    return await served.http.post(f"/api/encounters/{encounter}/take", json={}, headers=headers)


async def _doctor(session: AsyncSession, encounter: str) -> str | None:
    found = await session.execute(select(Encounter.doctor_id).where(Encounter.id == encounter))
    return found.scalar_one()


async def _encounters(session: AsyncSession) -> int:
    return (await session.execute(select(func.count()).select_from(Encounter))).scalar_one()


async def _draft(session: AsyncSession, encounter: str) -> Any:
    found = await session.execute(select(Draft.body).where(Draft.encounter_id == encounter))
    body = found.scalar_one_or_none()
    return body["subjective"] if body else None


async def _kept(session: AsyncSession, encounter: str) -> list[str]:
    found = await session.execute(select(DraftKept.body).where(DraftKept.encounter_id == encounter))
    return sorted(body["subjective"] for body in found.scalars())
