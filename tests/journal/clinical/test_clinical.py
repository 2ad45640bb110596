"""Critical information and medicines over HTTP: written, corrected, carried along, sealed, never changed."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, text

from core.store.work import DatabaseRefused, Work
from integrations.gp_summary.read import read
from integrations.tables import OutboxMessage
from journal.queries.signed_contents import contents_now
from tests.cast import Person, arrival, finishing, full_arrival, system
from tests.conftest import Served
from tests.core.patients.identity.hand import Hand
from tests.journal.orders.test_orders import page, post
from tests.journal.test_writing_and_signing import check_in, tag, treat

PENICILLIN = {
    "kind": "allergy",
    "text": "Penicillin",
    "reaction": "anafylaksi 2011",
    "severity": "life-threatening",
    "certainty": "unconfirmed",
    "source": "patient",
}


async def written(ward: Served, path: str, body: Any, who: Person, version: int | None = None) -> Any:
    answer = await post(ward, path, body, who, version)
    assert answer.is_success, answer.text
    return answer.json()


async def test_an_allergy_is_written_confirmed_and_disproved_and_every_version_stays(served: Served) -> None:
    path, nora, dag = await check_in(served), served.cast.nora, served.cast.dag
    assert (await page(served, path, dag))["critical"]["state"] == "not-recorded"
    none = await written(served, f"{path}/critical/none-known", {"source": "relative"}, nora)
    critical = (await page(served, path, dag))["critical"]
    assert (critical["state"], critical["none_known"]["by"]) == ("none-known", "Nora Lie")

    line = await written(served, f"{path}/critical", PENICILLIN, nora)

    assert (await Hand(served.store, served.cast).row(path.rpartition("/")[2])).flags == ("allergy",)
    refused = await post(served, f"{path}/critical/none-known", {"source": "patient"}, nora)
    assert (refused.status_code, refused.json()["code"]) == (409, "critical-known")
    sure = {**PENICILLIN, "certainty": "confirmed", "reason": "Allergikort vist"}
    where = f"{path}/critical/{line['id']}"
    changed = await written(served, where, sure, dag, line["version"])
    stale = await post(served, where, sure, nora, line["version"])
    assert stale.status_code == 412
    shown = (await page(served, path, dag))["critical"]
    [first] = shown["lines"]
    assert (shown["state"], first["certainty"], first["version"]) == ("recorded", "confirmed", 2)
    assert [(each["certainty"], each["by"]) for each in first["history"]] == [("unconfirmed", "Nora Lie")]
    off = {**PENICILLIN, "certainty": "refuted", "reason": "Provokasjonstest 2026"}
    await written(served, where, off, dag, changed["version"])
    after = (await page(served, path, dag))["critical"]
    assert (after["state"], after["lines"], len(after["removed"][0]["history"])) == ("not-recorded", [], 2)
    assert (await Hand(served.store, served.cast).row(path.rpartition("/")[2])).flags == ()
    missing = await post(served, f"{path}/critical/{none['id']}", off, dag, 1)
    assert missing.status_code == 404
    assert [m["kind"] for m in (await page(served, path, dag))["timeline"]].count("critical-recorded") == 2


async def test_what_was_written_goes_along_when_two_records_are_one_and_back_when_they_are_not(
    served: Served,
) -> None:
    hand, nora = Hand(served.store, served.cast), served.cast.nora
    old = await check_in(served)
    await written(served, f"{old}/critical", PENICILLIN, nora)
    await written(served, f"{old}/medicines", {"name": "Apiksaban 5 mg", "source": "patient"}, nora)
    known = old.rpartition("/")[2]
    await hand.leave(known)
    unknown = await check_in(served, arrival(called="Ukjent kvinne"))
    here = unknown.rpartition("/")[2]
    assert (await page(served, unknown, nora))["critical"]["lines"] == []

    done = await hand.merge(here, (await hand.encounter(known)).patient_id)

    seen = await page(served, unknown, nora)
    assert [each["text"] for each in seen["critical"]["lines"]] == ["Penicillin"]
    assert [(m["name"], m["source"], m["version"]) for m in seen["medicine_list"]["lines"]] == [
        ("Apiksaban 5 mg", "earlier", 0)
    ]
    line = seen["critical"]["lines"][0]
    off = {**PENICILLIN, "certainty": "entered-in-error", "reason": "Gjaldt en annen"}
    await written(served, f"{unknown}/critical/{line['id']}", off, nora, line["version"])
    assert (await page(served, unknown, nora))["critical"]["lines"] == []
    await hand.undo(here, done.change_id)
    # Each has again what was written about them: the first line as it stood, the correction for nobody.
    assert (await page(served, unknown, nora))["critical"]["lines"] == []
    again = await check_in(served)
    [back] = (await page(served, again, nora))["critical"]["lines"]
    assert (back["text"], back["certainty"]) == ("Penicillin", "unconfirmed")


async def test_another_units_record_of_another_legal_entity_is_not_read(served: Served) -> None:
    path, nora = await check_in(served, full_arrival(7)), served.cast.nora
    await written(served, f"{path}/critical", PENICILLIN, nora)
    await Hand(served.store, served.cast).leave(path.rpartition("/")[2])

    async def move(work: Work) -> None:
        await work.session.execute(
            text("UPDATE unit SET organisation_number = '111222333' WHERE id = 'sorvik'")
        )

    await served.store.write(system(), move)
    other = served.cast.stranger
    there = await served.http.post("/api/units/sorvik/arrivals", json=full_arrival(7), headers=other.headers)

    assert (await page(served, f"/api/encounters/{there.json()['id']}", other))["critical"]["lines"] == []


async def test_medicines_are_answered_for_changed_with_a_reason_and_taken_back(served: Served) -> None:
    path, nora, dag = await check_in(served), served.cast.nora, served.cast.dag
    await served.http.post(f"{path}/take", headers=dag.headers)
    line = await written(
        served, f"{path}/medicines", {"name": "Simvastatin 20 mg", "source": "patient"}, nora
    )
    where = f"{path}/medicines/{line['id']}"
    twice = await post(served, f"{path}/medicines", {"name": "simvastatin 20 MG", "source": "relative"}, nora)
    assert (twice.status_code, twice.json()["code"]) == (409, "medicine-listed")

    said = await written(served, f"{where}/use", {"use": "unknown"}, nora, line["version"])
    bare = await post(served, f"{where}/change", {"change": "stopped"}, dag, said["version"])
    assert (bare.status_code, bare.json()["code"]) == (422, "medicine-reason-missing")
    stop = {"change": "stopped", "reason": "Samspill med klaritromycin"}
    assert (await post(served, f"{where}/change", stop, nora, said["version"])).status_code == 403
    stopped = await written(served, f"{where}/change", stop, dag, said["version"])

    listed = (await page(served, path, dag))["medicine_list"]
    [shown] = listed["lines"]
    assert (shown["use"], shown["change"], shown["by"]) == ("unknown", "stopped", "Dag Holm")
    assert (listed["changed"], listed["reconciled"]) == (True, True)
    await written(served, f"{where}/change", {"change": None}, dag, stopped["version"])
    assert (await page(served, path, dag))["medicine_list"]["changed"] is False


async def test_every_version_is_sealed_and_the_database_refuses_to_change_one(served: Served) -> None:
    path, nora = await check_in(served), served.cast.nora
    await written(served, f"{path}/critical", PENICILLIN, nora)
    await written(served, f"{path}/medicines", {"name": "Metoprolol", "source": "relative"}, nora)

    async def sealed(work: Work) -> tuple[set[str], set[str]]:
        found = await work.session.execute(text("SELECT documents FROM access_log WHERE what = 'signed'"))
        return {str(row[0]) for row in found}, {line async for line in contents_now(work.session)}

    named, now = await served.store.write(system(), sealed)
    assert len(now) == 2
    assert all(any(line in each for each in named) for line in now)
    for table, column in (("critical_information", "text"), ("medication_statement", "name")):
        for statement in (f"UPDATE {table} SET {column} = 'Annet'", f"DELETE FROM {table}"):

            async def tamper(work: Work, sql: str = statement) -> None:
                await work.session.execute(text(sql))

            with pytest.raises(DatabaseRefused):
                await served.store.write(system(), tamper)


async def test_the_letter_says_no_changes_only_when_the_doctor_did_and_each_change_with_its_reason(
    served: Served,
) -> None:
    dag = served.cast.dag
    silent, none, changed = [await check_in(served, full_arrival(each)) for each in (1, 2, 3)]
    for path in (silent, none, changed):
        await treat(served, path, dag)
    new = {"name": "Doksysyklin 100 mg", "dosage": "1 × 2", "source": "contact", "change": "new"}
    await written(served, f"{changed}/medicines", {**new, "reason": "Lungebetennelse"}, dag)

    said = {"no_medication_changes": True}
    untrue = await served.http.post(
        f"{changed}/finish", json=finishing(**said), headers=await tag(served, changed, dag)
    )
    assert (untrue.status_code, untrue.json()["code"]) == (409, "medicines-changed")
    letters = [
        await letter(served, path, finishing(**more))
        for path, more in ((silent, {}), (none, said), (changed, {"medication_changes": "Gitt Paracet her"}))
    ]

    assert letters == [
        ("Endringer i legemidler er ikke oppgitt.",),
        ("Ingen endringer i legemidler.",),
        ("Ny: Doksysyklin 100 mg, 1 × 2. Grunn: Lungebetennelse.", "Gitt Paracet her"),
    ]
    shown = (await page(served, changed, dag))["conclusion"]
    assert (shown["medicines_stated"], "Lungebetennelse" in shown["medication_changes"]) == ("changed", True)
    late = await post(served, f"{changed}/medicines", {"name": "Nytt", "source": "patient"}, dag)
    assert (late.status_code, late.json()["code"]) == (409, "not-possible-now")
    correction = {"outcome": "home-gp", "medication_changes": None, "no_medication_changes": True}
    body = {"kind": "correction", "target": "conclusion", "reason": "Feil pasient", "conclusion": correction}
    put_right = await served.http.post(
        f"{changed}/corrections", json=body, headers=await tag(served, changed, dag)
    )
    assert put_right.status_code == 201, put_right.text
    assert (await medication(served, changed))[-1] == ("Ingen endringer i legemidler.",)


async def letter(ward: Served, path: str, closing: dict[str, Any]) -> tuple[str, ...]:
    """What the GP's letter says about medicines after this closing."""
    dag = ward.cast.dag
    answer = await ward.http.post(f"{path}/finish", json=closing, headers=await tag(ward, path, dag))
    assert answer.status_code == 200, answer.text
    return (await medication(ward, path))[-1]


async def medication(ward: Served, path: str) -> list[tuple[str, ...]]:
    """The same of every letter, oldest first."""

    async def bodies(work: Work) -> list[bytes]:
        found = await work.session.execute(
            select(OutboxMessage.body)
            .where(
                OutboxMessage.encounter_id == path.rpartition("/")[2], OutboxMessage.channel == "gp-summary"
            )
            .order_by(OutboxMessage.edition)
        )
        return [body for body in found.scalars() if body]

    return [read(body).medication for body in await ward.store.write(system(), bodies)]
