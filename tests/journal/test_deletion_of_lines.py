"""Everything in the record can be deleted by decision, with no word left in the database, on both engines."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.log_check.command import everything
from app.tables import METADATA
from core.store.event_log import EventRow
from core.store.work import DatabaseRefused, Work
from tests.cast import OTHER_UNIT, UNIT, assessment, finishing, full_arrival, system
from tests.conftest import Served
from tests.core.patients.identity.hand import Hand
from tests.journal.clinical.test_clinical import PENICILLIN, written
from tests.journal.medication.orders import FOR_ANYBODY, approved, order
from tests.journal.orders.test_orders import page
from tests.journal.test_deletion import ask, decide
from tests.journal.test_writing_and_signing import check_in, tag, treat
from tests.triage.observe.test_measuring import CALM, plan

WORDS = {
    "assessment": "Skjoldkjertel",
    "measurement": "Kvikkmeter",
    "order": "Blindtarm",
    "administration": "Reisesyke",
    "critical": "Kiwifrukt",
    "medicine": "Doksysyklin",
    "conclusion": "Trylleformular",
}
"""What only that thing says, in the record of this test; no letter that a database may write otherwise."""


async def told_of(session: AsyncSession, encounter: str) -> int:
    """How far the log has come about one contact."""
    last = select(func.max(EventRow.seq)).where(EventRow.encounter_id == encounter)
    return (await session.execute(last)).scalar_one()


async def everything_said(session: AsyncSession) -> str:
    """Every value of every row of every table, bytes too."""
    said: list[str] = []
    for table in METADATA.sorted_tables:
        for row in (await session.execute(text(f'SELECT * FROM "{table.name}"'))).all():
            for value in row:
                said.append(value.decode(errors="replace") if isinstance(value, bytes) else str(value))
    return "\n".join(said)


async def well_filled(ward: Served) -> tuple[str, dict[str, str]]:
    """A finished contact with one of everything, and what each is called."""
    path, ids = await filled(ward)
    told = finishing(told_to_patient=WORDS["conclusion"])
    dag = ward.cast.dag
    ended = await ward.http.post(f"{path}/finish", json=told, headers=await tag(ward, path, dag))
    assert ended.is_success, ended.text
    ids["conclusion"] = path.rpartition("/")[2]
    return path, ids


async def filled(ward: Served) -> tuple[str, dict[str, str]]:
    """The same before it is signed."""
    cast = ward.cast
    nora, dag = cast.nora, cast.dag
    await approved(ward.store, dag.actor, order(**FOR_ANYBODY, code="o", substance="o", double_check=True))
    path = await check_in(ward)
    ids: dict[str, str] = {}
    await written(ward, f"{path}/assessments", assessment(history=WORDS["assessment"]), nora)
    await treat(ward, path, dag)
    await written(ward, f"{path}/observation", plan(ward), dag)
    measured = {"vital_signs": CALM, "source": "device", "device": WORDS["measurement"]}
    ids["measurement"] = (await written(ward, f"{path}/measurements", measured, nora))["measurement"]
    right = {**measured, "vital_signs": {**CALM, "hr": 81}, "reason": "Leste feil"}
    await written(ward, f"{path}/measurements/{ids['measurement']}/corrections", right, nora)
    giving = {"standing_order": "o", "remark": WORDS["administration"]}
    given = await written(ward, f"{path}/administrations", giving, nora)
    ids["administration"] = given["administration"]
    await written(ward, f"{path}/administrations/{given['administration']}/check", {}, cast.kari)
    kiwi = {**PENICILLIN, "text": WORDS["critical"]}
    ids["critical"] = (await written(ward, f"{path}/critical", kiwi, nora))["id"]
    new = {"name": WORDS["medicine"], "source": "contact", "change": "new", "reason": "Lungebetennelse"}
    ids["medicine"] = (await written(ward, f"{path}/medicines", new, dag))["id"]
    asked = {"items": [{"code": "crp"}], "question": WORDS["order"]}
    [ids["order"]] = (await written(ward, f"{path}/orders", asked, dag))["orders"]
    came = await written(ward, f"{path}/orders/{ids['order']}/result", {"text": WORDS["order"]}, nora, 1)
    await written(ward, f"{path}/orders/{ids['order']}/seen", {"result": came["result"]}, dag)
    ids["assessment"] = (await page(ward, path, dag))["assessments"][0]["id"]
    return path, ids


def left_in_file(database_url: str) -> bytes:
    """The bytes of SQLite's file, free pages too, when what waited beside it is in it."""
    file = database_url.partition(":///")[2]
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Path(file).read_bytes()


async def test_each_thing_goes_by_decision_with_all_its_words_and_the_log_is_whole(
    served: Served, database_url: str
) -> None:
    path, ids = await well_filled(served)
    before = await served.store.read(everything_said)
    for word in WORDS.values():
        assert word in before

    for what, word in WORDS.items():
        where = await ask(served, path, ids[what], what)
        own = await decide(served, where, served.cast.dag) if what in ("order", "conclusion") else None
        assert own is None or own[1]["code"] == "own-deletion"
        status, answer = await decide(served, where, served.cast.dina)
        assert (status, answer["state"]) == (200, "granted"), (what, answer)
        assert word not in await served.store.read(everything_said), what
        assert (await served.store.read(everything)).faults == (), what

    after = await page(served, path, served.cast.dag)
    assert [each["what"] for each in after["deletions"]] == list(WORDS)
    assert (after["orders"], after["results"], after["administrations"]) == ([], [], [])
    assert (after["measurements"], after["assessments"], after["medicine_list"]["lines"]) == ([], [], [])
    assert (after["critical"]["state"], after["conclusion"]["told_to_patient"]) == ("not-recorded", None)
    assert after["conclusion"]["medicines_stated"] == "not-stated"  # silence, not "none"
    assert after["conclusion"]["outcome"] == "home-gp"
    assert after["notes"]
    if database_url.startswith("sqlite"):
        left = left_in_file(database_url)
        assert [word for word in WORDS.values() if word.encode() in left] == []


async def test_every_line_stands_on_the_page_with_its_own_form(served: Served) -> None:
    path, ids = await well_filled(served)
    answer = await served.http.get(f"{path.removeprefix('/api')}/record", headers=served.cast.kari.headers)
    assert answer.status_code == 200
    for what, word in WORDS.items():
        assert word in answer.text, what
        if what not in ("measurement", "administration"):  # those two were put right: the newest is named
            assert f'name="id" value="{ids[what]}"' in answer.text, what


async def test_the_database_lets_no_line_go_by_any_other_way(served: Served) -> None:
    path, ids = await well_filled(served)
    await decide(served, await ask(served, path, ids["medicine"], "medicine"), served.cast.dina)
    for deed in (
        "DELETE FROM test_result",
        "DELETE FROM result_seen",
        "DELETE FROM service_request",
        "DELETE FROM measured_value",
        "DELETE FROM vital_sign",
        "DELETE FROM administration_check",
        "DELETE FROM critical_information",
        "UPDATE observation_due SET measurement_id = NULL",
        # The tombstone of the closing is used up; what is left is as locked as before.
        "UPDATE conclusion SET told_to_patient = NULL",
        "UPDATE conclusion SET told_to_patient = NULL, emptied = emptied + 1",
    ):

        async def tamper(work: Work, sql: str = deed) -> None:
            await work.session.execute(text(sql))

        with pytest.raises(DatabaseRefused):
            await served.store.write(system(UNIT), tamper)


async def test_a_refused_wish_keeps_its_words_until_the_thing_itself_is_deleted(served: Served) -> None:
    path, ids = await well_filled(served)
    refused = {"granted": False, "reason": "Opplysningen er riktig og trengs.", "appeal_told": True}
    where = await ask(served, path, ids["critical"], "critical")
    await decide(served, where, served.cast.dina, refused)
    assert "Det stemmer ikke." in json.dumps((await page(served, path, served.cast.dag))["deletions"])

    await decide(served, await ask(served, path, ids["critical"], "critical"), served.cast.dina)

    assert "Det stemmer ikke." not in await served.store.read(everything_said)


async def test_an_allergy_that_is_deleted_is_no_sign_on_the_row_of_who_is_here_again(served: Served) -> None:
    path, ids = await well_filled(served)
    here = await check_in(served)
    kiwi = next(each for each in (await page(served, here, served.cast.dag))["critical"]["lines"])
    surer = {**PENICILLIN, "text": WORDS["critical"], "certainty": "confirmed", "reason": "Vist kort"}
    await written(served, f"{here}/critical/{kiwi['id']}", surer, served.cast.nora, kiwi["version"])
    hand = Hand(served.store, served.cast)
    assert (await hand.row(here.rpartition("/")[2])).flags == ("allergy",)

    before = await served.store.read(told_of, here.rpartition("/")[2])
    await decide(served, await ask(served, path, ids["critical"], "critical"), served.cast.dina)

    assert (await hand.row(here.rpartition("/")[2])).flags == ()
    assert await served.store.read(told_of, here.rpartition("/")[2]) > before, "walls are told"
    assert WORDS["critical"] not in await served.store.read(everything_said)
    assert (await served.store.read(everything)).faults == ()


async def test_a_line_that_two_units_wrote_on_is_deleted_by_one_and_both_logs_are_whole(
    served: Served,
) -> None:
    path, ids = await well_filled(served)
    other = served.cast.stranger
    there = await written(served, f"/api/units/{OTHER_UNIT}/arrivals", full_arrival(), other)
    surer = {**PENICILLIN, "text": WORDS["critical"], "certainty": "confirmed", "reason": "Vist kort"}
    await written(served, f"/api/encounters/{there['id']}/critical/{ids['critical']}", surer, other, 1)

    status, _ = await decide(served, await ask(served, path, ids["critical"], "critical"), served.cast.dina)

    assert status == 200
    assert WORDS["critical"] not in await served.store.read(everything_said)
    assert (await served.store.read(everything)).faults == ()
