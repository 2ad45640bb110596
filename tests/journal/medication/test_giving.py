"""Medicines given over HTTP on both databases: by standing order, on a doctor's word, by two; put right."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.cli import main
from app.log_check.command import everything
from core.access.control.verify import Verified
from core.ids import new_id
from core.store.work import DatabaseRefused, Work
from integrations.gp_summary.read import read
from journal.commands.medication.standing import StandingOrderVersionTaken, bring_standing_orders
from tests.cast import UNIT, Person, finishing, system
from tests.conftest import Served
from tests.journal.medication.orders import FOR_ANYBODY, approved, file_of, order
from tests.journal.test_writing_and_signing import check_in, tag, treat

BY_ORDER = {"standing_order": "paracetamol-voksen", "cleared": ["liver"]}


async def post(ward: Served, path: str, body: Any, who: Person) -> httpx.Response:
    headers = {**who.headers, "Idempotency-Key": new_id()}
    return await ward.http.post(path, json=body, headers=headers)


async def done(ward: Served, path: str, body: Any, who: Person) -> dict[str, Any]:
    answer = await post(ward, path, body, who)
    assert answer.is_success, answer.text
    return dict(answer.json())


async def shown(ward: Served, path: str) -> dict[str, Any]:
    answer = await ward.http.get(path, headers=ward.cast.dag.headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_what_no_doctor_has_approved_cannot_be_given_and_a_changed_text_is_a_new_version(
    served: Served,
) -> None:
    path, nora, dag = await check_in(served), served.cast.nora, served.cast.dag
    await served.store.write(system(UNIT), bring_standing_orders, file_of(order()))
    early = await post(served, f"{path}/administrations", BY_ORDER, nora)
    assert (early.status_code, early.json()["code"]) == (422, "standing-order-unknown")

    where = f"/api/units/{UNIT}/standing-orders"
    await done(served, f"{where}/paracetamol-voksen/1/decide", {"approved": True}, dag)
    await done(served, f"{path}/administrations", BY_ORDER, nora)
    again = await served.store.write(system(UNIT), bring_standing_orders, file_of(order()))
    assert again.added == ()
    with pytest.raises(StandingOrderVersionTaken):
        await served.store.write(system(UNIT), bring_standing_orders, file_of(order(dose="2000")))
    newer = order(version="2", dose="500")
    await served.store.write(system(UNIT), bring_standing_orders, file_of(newer))
    [first, second] = (await served.http.get(where, headers=nora.headers)).json()["orders"]
    assert (first["order"]["version"], first["in_use"], first["decided_by"]) == ("1", True, "Dag Holm")
    assert (second["order"]["version"], second["in_use"], second["approved"]) == ("2", False, False)

    await done(served, f"{where}/paracetamol-voksen/2/decide", {"approved": True}, dag)
    read_before = {**BY_ORDER, "standing_version": "1"}
    outdated = await post(served, f"{path}/administrations", read_before, nora)
    assert (outdated.status_code, outdated.json()["code"]) == (422, "standing-order-unknown")
    for version in ("2", "1"):
        withdrawn = {"approved": False, "reason": "Ny preparatomtale"}
        await done(served, f"{where}/paracetamol-voksen/{version}/decide", withdrawn, dag)
    late = await post(served, f"{path}/administrations", BY_ORDER, nora)
    assert late.json()["code"] == "standing-order-unknown"


async def test_a_dose_is_refused_outside_its_order_put_right_checked_by_two_and_told_to_the_gp(
    served: Served,
) -> None:
    nora, dag, kari = served.cast.nora, served.cast.dag, served.cast.kari
    double = order(**FOR_ANYBODY, code="ondansetron", substance="ondansetron", double_check=True)
    await approved(served.store, dag.actor, order(), {**double, "medication": "Ondansetron", "dose": "4"})
    path = await check_in(served)
    where = f"{path}/administrations"
    first = await done(served, where, BY_ORDER, nora)
    soon = await post(served, where, BY_ORDER, kari)
    assert (soon.status_code, soon.json()["why"]) == (409, ["too-soon"])
    refused = {**BY_ORDER, "outcome": "refused", "remark": "Vil vente"}
    no_reason = await post(served, where, {**refused, "remark": None}, nora)
    assert no_reason.json()["code"] == "administration-reason-missing"
    await done(served, where, refused, nora)

    fixed = {**BY_ORDER, "dose": "500", "reason": "Ga én tablett"}
    await done(served, f"{where}/{first['administration']}/corrections", fixed, kari)
    twice = await post(served, f"{where}/{first['administration']}/corrections", fixed, nora)
    assert (twice.status_code, twice.json()["code"]) == (409, "administration-corrected-already")

    word = {"medication": "Morfin 10 mg/ml", "dose": "2.5", "unit": "mg", "route": "intravenous"}
    nobody = await post(served, where, word, nora)
    assert (nobody.status_code, nobody.json()["code"]) == (422, "nobody-ordered")
    nurse = await post(served, where, {**word, "ordered_by": kari.actor.id}, nora)
    assert nurse.json()["code"] == "nobody-ordered"
    gone = await done(served, where, {**word, "ordered_by": dag.actor.id}, nora)
    never = {**word, "ordered_by": dag.actor.id, "withdrawn": True, "reason": "Feil pasient"}
    await done(served, f"{where}/{gone['administration']}/corrections", never, nora)

    two = await done(served, where, {"standing_order": "ondansetron"}, nora)
    assert two["status"] == "in-progress"
    own = await post(served, f"{where}/{two['administration']}/check", {}, nora)
    assert (own.status_code, own.json()["code"]) == (409, "own-check")
    assert (await done(served, f"{where}/{two['administration']}/check", {}, kari))["status"] == "completed"
    again = await post(served, f"{where}/{two['administration']}/check", {}, dag)
    assert again.json()["code"] == "nothing-to-check"

    given = (await shown(served, path))["administrations"]
    standing = [(each["medication"], each["dose"], each["outcome"]) for each in given if each["stands"]]
    assert ("Paracetamol 500 mg tablett", "500", "given") in standing
    assert ("Paracetamol 500 mg tablett", "1000", "refused") in standing
    assert [each["checked_by"] for each in given if each["medication"] == "Ondansetron"] == ["Kari Moe"]
    told = [each["facts"].get("told") for each in (await shown(served, path))["timeline"]]
    assert "Paracetamol 500 mg tablett, 500 mg" in told

    await treat(served, path, dag)
    ended = await served.http.post(f"{path}/finish", json=finishing(), headers=await tag(served, path, dag))
    assert ended.is_success, ended.text
    letter = await sent(served)
    assert "Paracetamol 500 mg tablett, 500 mg, peroralt, delegering paracetamol-voksen." in letter
    assert "ville ikke ha" in letter
    assert "Morfin" not in letter
    late = await post(served, where, BY_ORDER, nora)
    assert (late.status_code, late.json()["code"]) == (409, "not-possible-now")


async def sent(ward: Served) -> str:
    """What the GP reads under what was found and done."""

    async def body(session: AsyncSession) -> bytes:
        found = await session.execute(
            text("SELECT body FROM outbox_message WHERE channel = 'gp-summary' AND body IS NOT NULL")
        )
        return bytes(found.scalars().all()[-1])

    return read(await ward.store.read(body)).comment("FU") or ""


async def test_the_database_keeps_what_was_given_and_the_log_tells_when_it_was_changed_below_it(
    served: Served, database_url: str
) -> None:
    nora, dag, kari = served.cast.nora, served.cast.dag, served.cast.kari
    await approved(served.store, dag.actor, order(**FOR_ANYBODY, double_check=True))
    path = await check_in(served)
    made = await done(served, f"{path}/administrations", {"standing_order": "paracetamol-voksen"}, nora)
    await done(served, f"{path}/administrations/{made['administration']}/check", {}, kari)
    for statement in (
        "UPDATE medication_administration SET dose = '500'",
        "DELETE FROM medication_administration",
        "UPDATE administration_check SET by_id = encounter_id",
        "DELETE FROM administration_check",
        "UPDATE standing_order SET version = '9'",
        "DELETE FROM standing_order",
        "UPDATE standing_order_decision SET approved = false",
        "DELETE FROM standing_order_decision",
    ):

        async def tamper(work: Work, statement: str = statement) -> None:
            await work.session.execute(text(statement))

        with pytest.raises(DatabaseRefused):
            await served.store.write(system(UNIT), tamper)

    async def unlocked(work: Work) -> None:
        table = "medication_administration"
        of = "" if database_url.startswith("sqlite") else f" ON {table}"
        await work.session.execute(text(f"DROP TRIGGER locked_{table}_update{of}"))
        await work.session.execute(text(f"UPDATE {table} SET dose = '500'"))

    found: Verified = await served.store.read(everything)
    assert found.faults == ()
    await served.store.write(system(UNIT), unlocked)
    faults = (await served.store.read(everything)).faults
    assert [(each.kind, each.where.split(":")[0]) for each in faults] == [
        ("signed-changed", "administration")
    ]


async def test_a_known_allergy_must_be_held_against_the_medicine(served: Served) -> None:
    nora, dag = served.cast.nora, served.cast.dag
    await approved(served.store, dag.actor, order(**FOR_ANYBODY))
    path = await check_in(served)
    line = {"kind": "allergy", "text": "Penicillin", "severity": "severe", "certainty": "confirmed"}
    await done(served, f"{path}/critical", {**line, "source": "patient"}, nora)
    by_order = {"standing_order": "paracetamol-voksen"}

    unasked = await post(served, f"{path}/administrations", by_order, nora)
    assert (unasked.status_code, unasked.json()["why"]) == (409, ["not-ruled-out"])
    await done(served, f"{path}/administrations", {**by_order, "cleared": ["allergy"]}, nora)


async def test_standing_orders_come_from_a_file_on_the_command_line(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LEGEVAKT_DATABASE_URL", database_url)
    good, bad = tmp_path / "orders.json", tmp_path / "bad.json"
    good.write_text(file_of(order()), encoding="utf-8")
    bad.write_text(file_of(order(dose=None)), encoding="utf-8")
    unit = ["--unit", UNIT]

    def run(*arguments: str) -> tuple[int, str]:
        status = main(["import-standing-orders", *arguments])
        said = capsys.readouterr()
        return status, said.out + said.err

    add = ["unit", "add", "--id", UNIT, "--name", "Nordvik legevakt", "--municipality", "Nordvik kommune"]
    assert await asyncio.to_thread(main, [*add, "--organisation-number", "999888777"]) == 0
    status, said = await asyncio.to_thread(run, str(good), *unit, "--dry-run")
    assert (status, "nothing kept" in said) == (0, True)
    status, said = await asyncio.to_thread(run, str(good), *unit)
    assert (status, "kept: 1. None is used until a doctor" in said) == (0, True)
    status, said = await asyncio.to_thread(run, str(bad), *unit)
    assert (status, "orders.0" in said, "one-of-dose" in said) == (1, True, True)
