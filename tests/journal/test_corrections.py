"""What was signed is corrected by a new version beside it; the old one stays, and nobody corrects another."""

from __future__ import annotations

from typing import Any

import httpx
from sqlalchemy import delete, update

from core.store.work import DatabaseRefused, Work
from journal.rules.corrections import changes
from journal.tables import Correction
from tests.cast import Person, finishing, note, system
from tests.conftest import Served
from tests.journal.test_writing_and_signing import check_in, tag, treat


async def signed(ward: Served) -> tuple[str, dict[str, Any]]:
    """An encounter that Dag signed, and its page."""
    path, dag = await check_in(ward), ward.cast.dag
    await treat(ward, path, dag)
    answer = await ward.http.post(f"{path}/finish", json=finishing(), headers=await tag(ward, path, dag))
    assert answer.status_code == 200, answer.text
    return path, (await ward.http.get(path, headers=dag.headers)).json()


def corrected(page: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The first note as it should have been written."""
    return {
        "kind": "correction",
        "target": "note",
        "note": page["notes"][0]["id"],
        "reason": "Feil side",
        "headings": note(plan="Troponin, ny vurdering om to timer."),
        **changes,
    }


def addendum(page: dict[str, Any], text: str) -> dict[str, Any]:
    return corrected(page, kind="addendum", headings=None, text=text, reason="Svaret kom etterpå")


async def post(ward: Served, path: str, who: Person, body: dict[str, Any]) -> httpx.Response:
    return await ward.http.post(f"{path}/corrections", json=body, headers=await tag(ward, path, who))


async def test_a_corrected_note_reads_as_corrected_and_says_what_it_said_before(served: Served) -> None:
    path, page = await signed(served)
    dag = served.cast.dag

    answer = await post(served, path, dag, corrected(page))

    assert (answer.status_code, answer.json()["number"]) == (201, 1), answer.text
    after = (await served.http.get(path, headers=dag.headers)).json()
    assert after["version"] == page["version"] + 1
    [now] = after["notes"]
    assert now["plan"] == "Troponin, ny vurdering om to timer."
    assert (now["corrected"]["by"]["name"], now["corrected"]["reason"]) == ("Dag Holm", "Feil side")
    assert [each["kind"] for each in now["editions"]] == ["signed", "correction"]
    assert now["editions"][0]["body"]["plan"] == note()["plan"]
    assert after["timeline"][-1]["kind"] == "corrected"


async def test_diagnoses_and_closing_are_corrected_by_who_signed(served: Served) -> None:
    path, page = await signed(served)
    angina = {"code": "K75", "display": "Akutt hjerteinfarkt", "system": "icpc-2"}
    closing = {"outcome": "admitted", "asked_of_gp": None, "told_to_patient": "Legges inn."}
    plain = {"note": None, "headings": None}

    for body in (
        corrected(page, target="diagnoses", diagnoses=[angina], **plain),
        corrected(page, target="conclusion", conclusion=closing, **plain),
    ):
        assert (await post(served, path, served.cast.dina, body)).json()["code"] == "only-author-corrects"
        assert (await post(served, path, served.cast.dag, body)).status_code == 201

    after = (await served.http.get(path, headers=served.cast.dag.headers)).json()
    assert [each["code"] for each in after["diagnoses"]] == ["K75"]
    assert (after["conclusion"]["outcome"], after["conclusion"]["asked_of_gp"]) == ("admitted", None)
    assert [each["number"] for each in after["conclusion"]["editions"]] == [0, 2, 0, 1]


async def test_another_doctor_adds_beside_it_and_corrects_nothing(served: Served) -> None:
    path, page = await signed(served)
    dina = served.cast.dina

    refused = await post(served, path, dina, corrected(page))
    added = await post(served, path, dina, addendum(page, "CRP kom: 148."))

    assert (refused.status_code, refused.json()["code"]) == (403, "only-author-corrects")
    assert added.status_code == 201, added.text
    [now] = (await served.http.get(path, headers=dina.headers)).json()["notes"]
    assert now["plan"] == note()["plan"]
    assert [each["body"]["text"] for each in now["editions"] if each["kind"] == "addendum"] == [
        "CRP kom: 148."
    ]


async def test_what_cannot_be_a_correction_is_refused_and_nothing_is_written(served: Served) -> None:
    path, page = await signed(served)
    dag = served.cast.dag
    cases: list[tuple[dict[str, Any], str]] = [
        (corrected(page, headings=note()), "correction-without-change"),
        (corrected(page, headings=note(subjective="", objective="", assessment="", plan="")), "invalid"),
        (corrected(page, reason=""), "invalid"),
        (corrected(page, text="og et tillegg"), "invalid"),
        (corrected(page, note=None), "invalid"),
        (corrected(page, note="00000000-0000-4000-8000-000000000000"), "not-found"),
        (corrected(page, target="diagnoses", note=None, headings=None, diagnoses=[]), "invalid"),
    ]

    for body, code in cases:
        assert (await post(served, path, dag, body)).json()["code"] == code, body
    stale = await served.http.post(
        f"{path}/corrections", json=corrected(page), headers={**dag.headers, "If-Match": '"1"'}
    )
    nora = await post(served, path, served.cast.nora, corrected(page))

    assert (stale.status_code, nora.status_code) == (412, 403)
    open_path = await check_in(served)
    early = await post(served, open_path, dag, corrected(page))
    assert early.json()["code"] == "not-possible-now"
    assert (await served.http.get(path, headers=dag.headers)).json()["version"] == page["version"]


async def test_two_who_correct_from_the_same_page_do_not_overwrite_each_other(served: Served) -> None:
    path, page = await signed(served)
    dag = served.cast.dag
    match = await tag(served, path, dag)
    first, second = corrected(page), corrected(page, headings=note(plan="Hjem."))

    answers = [
        await served.http.post(f"{path}/corrections", json=body, headers=match) for body in (first, second)
    ]
    again = await served.http.post(
        f"{path}/corrections", json=second, headers={**match, "If-Match": answers[0].headers["etag"]}
    )

    assert [each.status_code for each in (*answers, again)] == [201, 412, 201]
    [now] = (await served.http.get(path, headers=dag.headers)).json()["notes"]
    assert (now["plan"], len(now["editions"])) == ("Hjem.", 3)


async def test_the_database_itself_refuses_to_change_a_correction(served: Served) -> None:
    path, page = await signed(served)
    await post(served, path, served.cast.dag, corrected(page))

    async def change(work: Work) -> None:
        await work.session.execute(update(Correction).values(reason="En annen grunn"))

    async def remove(work: Work) -> None:
        await work.session.execute(delete(Correction))

    for deed in (change, remove):
        try:
            await served.store.write(system("nordvik"), deed)
        except DatabaseRefused:
            continue
        raise AssertionError(f"{deed.__name__} was let through")


def test_what_changed_is_told_heading_by_heading() -> None:
    before = {**note(), "diagnoses": [{"code": "K74", "display": "Angina"}], "asked_of_gp": None}
    after = {
        **before,
        "plan": "",
        "asked_of_gp": "Kontroll",
        "diagnoses": [{"code": "K75", "display": "AMI"}],
    }

    told = [each.words for each in changes(before, after)]

    assert told == [
        f"Tiltak og plan: sto «{before['plan']}», er tatt bort",
        "Diagnoser: sto «K74 Angina», er nå «K75 AMI»",
        "Til fastlegen: nytt – «Kontroll»",
    ]
    assert changes(before, before) == ()
