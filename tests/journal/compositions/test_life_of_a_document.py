"""A sick note is begun from the record, signed, sealed, made anew with a reason, and handed over on paper."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from sqlalchemy import text

from app.log_check.command import everything
from core.store.work import DatabaseRefused, Work
from tests.cast import DIAGNOSIS, Person, finishing, full_arrival, note, system
from tests.conftest import Served
from tests.journal.compositions.test_forms import REFERRAL, SICK
from tests.journal.orders.test_orders import page, post
from tests.journal.test_writing_and_signing import check_in


async def ready(ward: Served, who: Person) -> tuple[str, int]:
    """A patient the doctor has taken and diagnosed; the address and the version."""
    path = await check_in(ward, full_arrival())
    taken = await post(ward, f"{path}/take", {}, who)
    answer = await post(ward, f"{path}/diagnoses", DIAGNOSIS, who, taken.json()["version"])
    assert answer.status_code == 201, answer.text
    return path, answer.json()["version"]


async def put(ward: Served, path: str, form: dict[str, Any], who: Person, version: int) -> httpx.Response:
    headers = {**who.headers, "If-Match": f'"{version}"'}
    return await ward.http.put(path, json={"form": form}, headers=headers)


async def test_a_sick_note_from_draft_to_the_patients_hand(served: Served) -> None:
    dag, dina, nora = served.cast.dag, served.cast.dina, served.cast.nora
    path, _ = await ready(served, dag)

    begun = await post(served, f"{path}/compositions", {"kind": "sick-note"}, dag)
    where = f"{path}/compositions/{begun.json()['composition']}"
    (drafted,) = (await page(served, path, dag))["compositions"]
    assert drafted["body"]["diagnosis"] == "K74 Angina pectoris"
    early = await post(served, f"{where}/sign", {}, dag, 1)
    assert (early.status_code, early.json()["code"]) == (422, "composition-incomplete")
    theirs = await put(served, where, SICK, dina, 1)
    assert (theirs.status_code, theirs.json()["code"]) == (403, "not-your-draft")
    form = {**SICK, "from_day": "2199-01-01", "to_day": "2199-01-02"}
    saved = await put(served, where, form, dag, 1)
    assert (saved.json()["version"], saved.json()["lacks"]) == (2, [])
    assert (await put(served, where, form, dag, 1)).status_code == 412  # written elsewhere meanwhile
    not_yet = await post(served, f"{where}/handed-over", {"way": "patient", "receiver": "Ingrid"}, nora)
    assert not_yet.json()["code"] == "composition-not-signed-yet"

    signed = await post(served, f"{where}/sign", {}, dag, 2)
    assert signed.status_code == 200, signed.text
    assert (await put(served, where, form, dag, 2)).json()["code"] == "composition-signed"
    handed = await post(served, f"{where}/handed-over", {"way": "patient", "receiver": "Ingrid"}, nora)
    assert handed.status_code == 201, handed.text
    anew = await post(served, f"{where}/renew", {"reason": "Feil dag"}, dag)
    assert (await post(served, f"{where}/renew", {"reason": "Igjen"}, dag)).json()["code"] == (
        "composition-draft-there"
    )

    first, second = (await page(served, path, dag))["compositions"]
    assert [(each["by"], each["receiver"]) for each in first["handed_over"]] == [("Nora Lie", "Ingrid")]
    assert (first["newest"], second["number"], second["reason"]) == (False, 2, "Feil dag")
    assert second["body"] == first["body"]
    assert anew.json()["composition"] == second["id"]
    screen = await served.http.get(where.removeprefix("/api"), headers=dag.headers)
    assert "Eldre versjon" in screen.text


async def test_a_referral_begins_with_what_the_record_says(served: Served) -> None:
    dag, nora = served.cast.dag, served.cast.nora
    path, version = await ready(served, dag)
    at_note = await post(served, f"{path}/notes", note(), dag, version)
    assert at_note.status_code == 201, at_note.text
    told = {"kind": "allergy", "text": "Penicillin", "reaction": "Utslett", "severity": "severe"}
    said = {**told, "certainty": "confirmed", "source": "patient"}
    allergy = await post(served, f"{path}/critical", said, nora)
    assert allergy.status_code == 201, allergy.text

    await post(served, f"{path}/compositions", {"kind": "referral"}, dag)

    (draft,) = (await page(served, path, dag))["compositions"]
    assert draft["body"]["critical"] == "Penicillin: Utslett"
    assert draft["body"]["findings"] == note()["objective"]
    assert draft["body"]["diagnosis"] == "K74 Angina pectoris"


async def test_whole_drafts_are_signed_with_the_encounter_and_what_lacks_something_stays(
    served: Served,
) -> None:
    dag = served.cast.dag
    path, version = await ready(served, dag)
    for form, kind in ((REFERRAL, "referral"), ({**SICK, "grade": None}, "sick-note")):
        begun = await post(served, f"{path}/compositions", {"kind": kind}, dag)
        await put(served, f"{path}/compositions/{begun.json()['composition']}", form, dag, 1)

    ended = await post(served, f"{path}/finish", finishing(note=note()), dag, version)
    assert ended.status_code == 200, ended.text

    shown = (await page(served, path, dag))["compositions"]
    assert {each["kind"]: each["signed_at"] is not None for each in shown} == {
        "referral": True,
        "sick-note": False,
    }
    found = await served.store.read(everything)
    assert found.faults == ()
    assert any(name.startswith("composition:") for name in found.sealed)


async def test_a_document_is_deleted_by_anothers_decision_and_a_tombstone_stays(served: Served) -> None:
    dag, dina, kari = served.cast.dag, served.cast.dina, served.cast.kari
    path, version = await ready(served, dag)
    begun = await post(served, f"{path}/compositions", {"kind": "referral"}, dag)
    id = begun.json()["composition"]
    await put(served, f"{path}/compositions/{id}", REFERRAL, dag, 1)
    ended = await post(served, f"{path}/finish", finishing(note=note()), dag, version)
    assert ended.status_code == 200, ended.text
    handed = {"way": "escort", "receiver": "Ambulansen"}
    assert (await post(served, f"{path}/compositions/{id}/handed-over", handed, dag)).is_success
    letters = await messages(served, path)

    wish = {"what": "composition", "id": id, "asked_by": "patient", "wish": "Gjelder en annen."}
    asked = await post(served, f"{path}/deletions", wish, kari)
    decide = f"{path}/deletions/{asked.json()['id']}/decide"
    grant = {"granted": True, "basis": "hpl-43-1-deletion", "reason": "Skrevet på feil pasient."}
    own = await post(served, decide, grant, dag)
    granted = await post(served, decide, grant, dina)

    assert (own.status_code, own.json()["code"]) == (403, "own-deletion")
    assert granted.status_code == 200, granted.text
    after = await page(served, path, dag)
    assert after["compositions"] == []
    assert [each["what"] for each in after["deletions"]] == ["composition"]
    assert await messages(served, path) == letters
    assert (await served.store.read(everything)).faults == ()


async def messages(ward: Served, path: str) -> list[str]:
    """What has been written to anybody about the contact."""
    answer = await ward.http.get(f"{path}/messages", headers=ward.cast.dag.headers)
    assert answer.status_code == 200, answer.text
    return [each["message_id"] for each in answer.json()]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE composition SET body = '{}'",
        "DELETE FROM composition",
        "UPDATE handed_over SET receiver = 'Ingen'",
        "DELETE FROM handed_over",
    ],
)
async def test_the_database_itself_keeps_what_is_signed_and_handed_over(
    served: Served, statement: str
) -> None:
    dag = served.cast.dag
    path, _ = await ready(served, dag)
    begun = await post(served, f"{path}/compositions", {"kind": "referral"}, dag)
    where = f"{path}/compositions/{begun.json()['composition']}"
    await put(served, where, REFERRAL, dag, 1)
    assert (await post(served, f"{where}/sign", {}, dag, 2)).status_code == 200
    await post(served, f"{where}/handed-over", {"way": "escort", "receiver": "Ambulansen"}, dag)

    async def alter(work: Work) -> None:
        await work.session.execute(text(statement))

    with pytest.raises(DatabaseRefused):
        await served.store.write(system(), alter)
