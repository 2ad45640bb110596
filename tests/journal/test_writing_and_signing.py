"""Writing, finishing and what can never be changed afterwards, over HTTP and in the database itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.tables import AccessLogRow
from core.ids import new_id
from core.patients.tables import Encounter
from core.store.work import DatabaseRefused, Work
from journal.rules.note import NoteText, content_hash
from journal.tables import Diagnosis, Note
from tests.cast import (
    DIAGNOSIS,
    UNIT,
    Person,
    arrival,
    assessment,
    finishing,
    full_arrival,
    note,
    system,
)
from tests.conftest import Served


async def check_in(ward: Served, body: dict[str, Any] | None = None) -> str:
    answer = await ward.http.post(
        f"/api/units/{UNIT}/arrivals", json=body or full_arrival(), headers=ward.cast.nora.headers
    )
    assert answer.status_code == 201, answer.text
    return f"/api/encounters/{answer.json()['id']}"


async def tag(ward: Served, path: str, who: Person) -> dict[str, str]:
    answer = await ward.http.get(path, headers=who.headers)
    return {**who.headers, "If-Match": answer.headers["etag"]}


async def treat(ward: Served, path: str, who: Person) -> None:
    assert (await ward.http.post(f"{path}/take", headers=who.headers)).status_code == 200
    for step, body in (("notes", note()), ("diagnoses", DIAGNOSIS)):
        answer = await ward.http.post(f"{path}/{step}", json=body, headers=await tag(ward, path, who))
        assert answer.status_code == 201, answer.text


async def test_the_page_is_filled_from_triage_before_the_doctor_opens_it(served: Served) -> None:
    path = await check_in(served)
    await served.http.post(f"{path}/assessments", json=assessment(), headers=served.cast.nora.headers)

    page = (await served.http.get(path, headers=served.cast.dag.headers)).json()

    assert page["assessments"][0]["level_code"] == "orange"
    scores = {score["name"]: score["total"] for score in page["assessments"][0]["scores"]}
    assert scores == {"TEWS": 4, "NEWS2": 4}
    series = {sign["code"]: sign["points"][-1]["value"] for sign in page["vital_signs"]}
    assert (series["rr"], series["temp"]) == ("22", "37.2")
    assert page["patient"]["identifier_masked"].endswith("•••••")
    assert page["patient"]["gp"]["name"] == "Gro Fastlege"
    assert page["critical_information"] == "not-recorded"
    assert {what for what, may in page["may"].items() if may} == {"assess", "take", "write"}
    assert [moment["kind"] for moment in page["timeline"]] == ["checked-in", "assessed"]


async def test_what_is_missing_is_said_and_nothing_is_signed(served: Served) -> None:
    path, dag = await check_in(served), served.cast.dag
    await served.http.post(f"{path}/take", headers=dag.headers)

    answer = await served.http.post(f"{path}/finish", json=finishing(), headers=await tag(served, path, dag))

    assert (answer.status_code, answer.json()["code"]) == (422, "missing-before-signing")
    assert answer.json()["missing"] == ["note", "diagnosis"]
    assert (await served.http.get(path, headers=dag.headers)).json()["status"] == "in-progress"


async def test_only_the_doctor_who_has_the_patient_signs(served: Served) -> None:
    path = await check_in(served)
    await treat(served, path, served.cast.dag)

    answer = await served.http.post(
        f"{path}/finish", json=finishing(), headers=await tag(served, path, served.cast.dina)
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "not-yours")


async def test_a_patient_handed_over_is_signed_by_the_one_who_took_over(served: Served) -> None:
    path, dag, dina = await check_in(served), served.cast.dag, served.cast.dina
    await treat(served, path, dag)
    await served.http.post(
        f"{path}/hand-over", json={"to": dina.actor.id}, headers=await tag(served, path, dag)
    )
    await served.http.post(f"{path}/notes", json=note(), headers=await tag(served, path, dina))

    answer = await served.http.post(f"{path}/finish", json=finishing(), headers=await tag(served, path, dina))

    assert answer.status_code == 200, answer.text
    page = (await served.http.get(path, headers=dina.headers)).json()
    signed = {entry["author"]["name"]: entry["signed_at"] is not None for entry in page["notes"]}
    assert signed == {"Dag Holm": False, "Dina Berg": True}  # nobody signs a colleague's words


async def test_a_patient_whom_no_doctor_has_is_taken_and_not_handed_over(served: Served) -> None:
    path, dag = await check_in(served), served.cast.dag

    answer = await served.http.post(
        f"{path}/hand-over", json={"to": served.cast.dina.actor.id}, headers=await tag(served, path, dag)
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "not-possible-now")
    page = (await served.http.get(path, headers=dag.headers)).json()
    assert (page["status"], page["may"]["take"]) == ("arrived", True)


async def test_doctors_share_one_draft_and_it_becomes_the_note_with_both_their_names(
    served: Served,
) -> None:
    path, dag, dina = await check_in(served), served.cast.dag, served.cast.dina
    await served.http.post(f"{path}/take", headers=dag.headers)
    before = {who: await tag(served, path, who) for who in (dag, dina)}
    for who, words in ((dag, "Fra Dag"), (dina, "Fra Dina")):
        saved = await served.http.patch(f"{path}/draft", json=note(subjective=words), headers=before[who])
        assert saved.status_code == 200, saved.text
    await served.http.post(f"{path}/diagnoses", json=DIAGNOSIS, headers=await tag(served, path, dag))

    await served.http.post(f"{path}/finish", json=finishing(), headers=await tag(served, path, dag))

    mine = (await served.http.get(path, headers=dag.headers)).json()
    hers = (await served.http.get(path, headers=dina.headers)).json()
    assert [entry["subjective"] for entry in mine["notes"]] == ["Fra Dag\nFra Dina"]
    assert (mine["notes"][0]["author"]["name"], mine["notes"][0]["written_with"]) == (
        "Dag Holm",
        ["Dina Berg"],
    )
    assert mine["draft"]["version"] == hers["draft"]["version"] == 0


async def test_who_knows_only_the_record_writes_on_after_a_note_and_differs_from_nobody(
    served: Served,
) -> None:
    path, dag = await check_in(served), served.cast.dag
    taken = await served.http.post(f"{path}/take", headers=dag.headers)
    etag = taken.headers["etag"]

    for method, where, words in (
        ("PUT", "draft", "Først"),
        ("POST", "notes", "Først"),
        ("PUT", "draft", "Så"),
    ):
        headers = {**dag.headers, "If-Match": etag.partition(".")[0].strip('"').join('""')}
        answer = await served.http.request(
            method, f"{path}/{where}", json=note(subjective=words), headers=headers
        )
        assert answer.is_success, answer.text
        etag = answer.headers["etag"]

    draft = (await served.http.get(f"{path}/draft", headers=dag.headers)).json()
    assert (draft["text"]["subjective"], draft["conflicts"]) == ("Så", [])


async def test_what_was_signed_can_be_proved_from_its_hash(served: Served) -> None:
    path, dag = await check_in(served), served.cast.dag
    await treat(served, path, dag)

    answer = await served.http.post(f"{path}/finish", json=finishing(), headers=await tag(served, path, dag))

    signed_at = answer.json()["signed_at"]
    proof = content_hash(
        NoteText(**note()),
        author_id=dag.actor.id,
        encounter_id=path.rsplit("/", 1)[1],
        signed_at=datetime.fromisoformat(signed_at),
    )
    assert answer.json()["content_hash"] == proof


_FORGERIES = {
    "a signed note is rewritten": update(Note).values(plan="Noe annet"),
    "a signed note is removed": text("DELETE FROM note"),
    "an ended encounter is reopened": update(Encounter).values(status="in-progress"),
    "an ended encounter is removed": text("DELETE FROM encounter"),
    "the conclusion is rewritten": text("UPDATE conclusion SET outcome = 'home'"),
    "an assessment is rewritten": text("UPDATE assessment SET level_rank = 5"),
    "a measurement is rewritten": text("UPDATE vital_sign SET value = '0'"),
    "a diagnosis is rewritten": update(Diagnosis).values(code="A00"),
    "the access log is rewritten": text("UPDATE access_log SET actor_name = 'Ingen'"),
    "the access log is emptied": text("DELETE FROM access_log"),
    "a message is given other bytes": text("UPDATE outbox_message SET message_id = 'x'"),
    "a message is removed": text("DELETE FROM outbox_message"),
}


async def finished(ward: Served) -> str:
    path = await check_in(ward)
    await ward.http.post(f"{path}/assessments", json=assessment(), headers=ward.cast.nora.headers)
    await treat(ward, path, ward.cast.dag)
    answer = await ward.http.post(
        f"{path}/finish", json=finishing(), headers=await tag(ward, path, ward.cast.dag)
    )
    assert answer.status_code == 200, answer.text
    return path.rsplit("/", 1)[1]


async def succeeds(ward: Served, statement: Any) -> bool:
    async def forge(work: Work) -> None:
        await work.session.execute(statement)

    try:
        await ward.store.write(system(UNIT), forge)
    except DatabaseRefused:
        return False
    return True


async def test_the_database_itself_refuses_every_forgery(served: Served) -> None:
    encounter = await finished(served)

    possible = [what for what, statement in _FORGERIES.items() if await succeeds(served, statement)]
    assert possible == []
    late = insert(Diagnosis).values(
        id=new_id(),
        encounter_id=encounter,
        position=9,
        set_by=served.cast.dag.actor.id,
        set_at=served.store.clock(),
        **DIAGNOSIS,
    )
    assert not await succeeds(served, late)


async def openings(session: AsyncSession) -> list[tuple[str, str]]:
    found = await session.execute(
        select(AccessLogRow.actor_name, AccessLogRow.what).order_by(AccessLogRow.at)
    )
    return [(row[0], row[1]) for row in found]


async def test_every_opening_of_a_patient_is_logged_and_a_refused_one_shows_nothing(served: Served) -> None:
    path = await check_in(served)

    seen = await served.http.get(path, headers=served.cast.nora.headers)
    foreign = await served.http.get(path, headers=served.cast.stranger.headers)
    screen = await served.http.get(path, headers=served.cast.wall.headers)

    assert (seen.status_code, foreign.status_code, screen.status_code) == (200, 404, 403)
    assert await served.store.read(openings) == [("Nora Lie", "encounter")]


async def test_without_its_letters_nothing_is_signed(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    path, dag = await check_in(served), served.cast.dag
    await treat(served, path, dag)

    async def broken(*_: object) -> None:
        raise RuntimeError("the letter could not be made")

    monkeypatch.setattr("integrations.letters.summary", broken)
    answer = await served.http.post(f"{path}/finish", json=finishing(), headers=await tag(served, path, dag))

    assert (answer.status_code, answer.json()["code"]) == (500, "fault")
    page = (await served.http.get(path, headers=dag.headers)).json()
    assert (page["status"], page["messages"], page["notes"][0]["signed_at"]) == ("in-progress", [], None)


async def test_an_unknown_patient_is_treated_and_the_missing_letter_is_shown(served: Served) -> None:
    path, dag = await check_in(served, arrival(called="Ukjent mann")), served.cast.dag
    await treat(served, path, dag)

    answer = await served.http.post(f"{path}/finish", json=finishing(), headers=await tag(served, path, dag))

    letters = {m["channel"]: (m["state"], m["reason"]) for m in answer.json()["messages"]}
    assert letters == {
        "gp-summary": ("given-up", "no-norwegian-number"),
        "shared-record": ("given-up", "patient-not-identified"),
    }


async def test_the_same_finish_twice_signs_once(served: Served) -> None:
    path, dag = await check_in(served), served.cast.dag
    await treat(served, path, dag)
    headers = {**await tag(served, path, dag), "Idempotency-Key": "finish-1"}

    first = await served.http.post(f"{path}/finish", json=finishing(), headers=headers)
    again = await served.http.post(f"{path}/finish", json=finishing(), headers=headers)

    assert first.status_code == again.status_code == 200
    assert first.json()["signed_at"] == again.json()["signed_at"]
    assert len(again.json()["messages"]) == 2
