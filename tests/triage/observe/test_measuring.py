"""Measuring between assessments and observing by a plan, over HTTP on both databases; what is due rings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.night_watch import look_at_those_due, watch_everybody
from core.ids import new_id
from core.store.work import DatabaseRefused, Work
from tests.cast import UNIT, Person, arrival, assessment, system
from tests.conftest import Served
from triage.vitals_tables import Measurement, ObservationDue

CALM = {"rr": 16, "spo2": 97, "hr": 80, "sbp": 125, "temp": 37, "avpu": "A", "air_or_oxygen": "air"}
ILL = {"rr": 25, "spo2": 90, "hr": 118, "sbp": 98, "temp": 38.8, "avpu": "A", "air_or_oxygen": "air"}
HOUR = timedelta(hours=1)


async def post(ward: Served, path: str, body: Any, who: Person, version: int | None = None) -> httpx.Response:
    match = {} if version is None else {"If-Match": f'"{version}"'}
    headers = {**who.headers, **match, "Idempotency-Key": new_id()}
    return await ward.http.post(path, json=body, headers=headers)


async def done(ward: Served, path: str, body: Any, who: Person, version: int | None = None) -> dict[str, Any]:
    answer = await post(ward, path, body, who, version)
    assert answer.is_success, answer.text
    return dict(answer.json())


async def triaged(ward: Served, **signs: Any) -> str:
    nora = ward.cast.nora
    came = await done(ward, f"/api/units/{UNIT}/arrivals", arrival(), nora)
    path = f"/api/encounters/{came['id']}"
    body = assessment(vital_signs={**CALM, "mobility": "walking", "trauma": "no", **signs})
    await done(ward, f"{path}/assessments", body, nora)
    return path


async def row(ward: Served, path: str) -> dict[str, Any]:
    board = await ward.http.get(f"/api/units/{UNIT}/board", headers=ward.cast.kari.headers)
    [found] = [each for each in board.json()["rows"] if path.endswith(each["id"])]
    return dict(found)


async def rules(ward: Served, path: str) -> list[str]:
    alarm = (await row(ward, path))["alarm"]
    return list(alarm["rules"]) if alarm else []


def plan(ward: Served, **changes: Any) -> dict[str, Any]:
    return {
        "question": "Hodeskade, våkenhet",
        "signs": ["rr", "spo2", "avpu"],
        "every_minutes": 30,
        "limits": [{"code": "spo2", "low": 90}, {"code": "news2", "high": 7}],
        "until_at": (ward.store.clock() + 4 * HOUR).isoformat(),
        **changes,
    }


async def test_a_round_is_recorded_put_right_as_a_new_version_and_what_is_worse_rings(served: Served) -> None:
    path, nora, dag = await triaged(served), served.cast.nora, served.cast.dag
    calm = await done(served, f"{path}/measurements", {"vital_signs": CALM, "pain": 3}, nora)
    assert (calm["worse"], await rules(served, path)) == (False, [])

    device = {"source": "device", "device": "Monitor 3", "vital_signs": ILL}
    ill = await done(served, f"{path}/measurements", device, nora)
    assert ill["worse"] is True
    assert await rules(served, path) == ["worse"]
    partly = await done(served, f"{path}/measurements", {"vital_signs": {"hr": 80}}, nora)
    assert (partly["worse"], await rules(served, path)) == (True, ["worse"])  # one pulse takes nothing back

    where = f"{path}/measurements/{ill['measurement']}/corrections"
    right = {"vital_signs": CALM, "reason": "Feil pasient på skjermen"}
    fixed = await done(served, where, right, nora)
    assert (fixed["worse"], await rules(served, path)) == (False, [])
    twice = await post(served, where, right, nora)
    assert (twice.status_code, twice.json()["code"]) == (409, "measurement-corrected-already")
    gone = {"withdrawn": True, "reason": "Målt på en annen"}
    await done(served, f"{path}/measurements/{fixed['measurement']}/corrections", gone, nora)

    page = (await served.http.get(path, headers=dag.headers)).json()
    assert [(each["status"], each["stands"], each["reason"]) for each in page["measurements"]] == [
        ("final", True, None),
        ("entered-in-error", False, "Målt på en annen"),
        ("amended", False, "Feil pasient på skjermen"),
        ("final", False, None),
        ("final", True, None),
    ]
    assert page["measurements"][3]["device"] == "Monitor 3"
    series = {each["code"]: [point["value"] for point in each["points"]] for each in page["vital_signs"]}
    assert (series["rr"], series["hr"], series["pain"]) == (["16", "16"], ["80", "80", "80"], ["3"])
    assert [each["kind"] for each in page["timeline"]][2:] == [
        *("measured", "measured", "alarm-rang", "measured"),
        *("measurement-corrected", "measurement-corrected"),
    ]
    told = [each["facts"] for each in page["timeline"] if each["kind"] == "measured"]
    assert [(each["scores"], each.get("before")) for each in told] == [
        ("NEWS2 0", 0),
        ("NEWS2 11", 0),
        ("", 11),
    ]


async def test_what_cannot_be_is_refused_and_what_is_odd_is_asked_about(served: Served) -> None:
    path, nora = await triaged(served), served.cast.nora
    late = (served.store.clock() + HOUR).isoformat()
    cases: tuple[tuple[dict[str, Any], int, str], ...] = (
        ({}, 422, "nothing-measured"),
        ({"vital_signs": {"hr": 1110}}, 422, "value-not-possible"),
        ({"vital_signs": {"hr": 240}}, 422, "values-unconfirmed"),
        ({"vital_signs": {"humour": 3}}, 422, "parameter-unknown"),
        ({"vital_signs": {"hr": 80}, "measured_at": late}, 422, "measured-time-not-possible"),
        ({"pain": 11}, 422, "invalid"),
        ({"gcs": {"eye": 4, "verbal": 5}}, 422, "invalid"),
    )
    for body, status, code in cases:
        answer = await post(served, f"{path}/measurements", body, nora)
        assert (answer.status_code, answer.json()["code"]) == (status, code), body
    fast = {"vital_signs": {"hr": 240}, "confirmed": ["hr", "rr"], "gcs": {"eye": 4, "verbal": 5, "motor": 6}}
    await done(served, f"{path}/measurements", fast, nora)

    async def kept(session: AsyncSession) -> list[list[str]]:
        return [each.confirmed for each in (await session.execute(select(Measurement))).scalars()]

    assert await served.store.read(kept) == [["hr"]]


async def test_a_plan_is_followed_by_rows_and_what_is_due_or_passed_rings_also_with_a_doctor(
    served: Served,
) -> None:
    path, nora, dag = await triaged(served), served.cast.nora, served.cast.dag
    assert (await post(served, f"{path}/observation", plan(served), nora)).status_code == 403
    await done(served, f"{path}/take", {}, dag)
    begun = await done(served, f"{path}/observation", plan(served), dag)
    assert (await row(served, path))["next_assessment_at"] <= begun["next_due_at"]
    partly = await done(served, f"{path}/measurements", {"vital_signs": {"spo2": 97}}, nora)
    assert (partly["left_out"], partly["next_due_at"]) == (["rr", "avpu"], begun["next_due_at"])

    whole = await done(served, f"{path}/measurements", {"vital_signs": CALM}, nora)
    assert whole["left_out"] == []
    assert whole["next_due_at"] > begun["next_due_at"]
    passed = await done(served, f"{path}/measurements", {"vital_signs": {"spo2": 90}}, nora)
    assert (passed["passed"], await rules(served, path)) == (["spo2"], ["limit", "worse"])
    assert path.endswith((await overview(served))["ringing"][0])
    await done(served, f"{path}/seen", {}, nora)
    assert await rules(served, path) == ["limit", "worse"]  # a nurse who looks is not the doctor
    await done(served, f"{path}/seen", {}, dag)
    assert await rules(served, path) == []

    stale = await post(served, f"{path}/observation", plan(served), dag)
    assert stale.status_code == 412
    await done(served, f"{path}/observation", plan(served, every_minutes=60), dag, 1)
    ended = await post(served, f"{path}/observation/end", {"code": "other"}, dag, 2)
    assert ended.status_code == 422
    await done(served, f"{path}/observation/end", {"code": "well", "reason": "Våken og klar"}, dag, 2)
    again = await post(served, f"{path}/observation/end", {"code": "well"}, dag, 2)
    assert (again.status_code, again.json()["code"]) == (409, "no-observation")
    page = (await served.http.get(path, headers=dag.headers)).json()["observation"]
    assert (page["version"], page["end_code"], page["ended_by"]) == (2, "well", "Dag Holm")


async def overview(ward: Served) -> dict[str, Any]:
    answer = await ward.http.get(f"/api/units/{UNIT}/overview", headers=ward.cast.kari.headers)
    return dict(answer.json())


async def test_a_time_that_passes_rings_once_and_measuring_ends_it(served: Served) -> None:
    path, nora, dag = await triaged(served), served.cast.nora, served.cast.dag
    await done(served, f"{path}/take", {}, dag)
    await done(served, f"{path}/observation", plan(served, every_minutes=5), dag)
    before = served.store.clock

    def in_a_while() -> Any:
        return before() + timedelta(minutes=6)

    served.store.clock = in_a_while  # the jobs of the server ask the same store
    assert await look_at_those_due(served.store) in (0, 1)  # the server's own job may be first
    assert await rules(served, path) == ["observation"]
    assert await look_at_those_due(served.store) == 0
    await done(served, f"{path}/take-alarm", {}, nora)
    await done(served, f"{path}/measurements", {"vital_signs": CALM}, nora)
    assert await rules(served, path) == []
    assert await watch_everybody(served.store) == 0


async def test_the_database_keeps_what_was_measured_and_one_time_ahead(served: Served) -> None:
    path, nora, dag = await triaged(served), served.cast.nora, served.cast.dag
    await done(served, f"{path}/observation", plan(served), dag)
    await done(served, f"{path}/measurements", {"vital_signs": CALM}, nora)
    for statement in (
        "UPDATE measurement SET measured_at = recorded_at",
        "DELETE FROM measurement",
        "UPDATE measured_value SET value = '1'",
        "DELETE FROM measured_value",
        "UPDATE observation_plan SET every_minutes = 240",
        "DELETE FROM observation_plan",
        "UPDATE observation_due SET due_at = done_at WHERE done_at IS NOT NULL",
        "DELETE FROM observation_due",
    ):

        async def tamper(work: Work, statement: str = statement) -> None:
            await work.session.execute(text(statement))

        with pytest.raises(DatabaseRefused):
            await served.store.write(system(UNIT), tamper)

    async def ahead(session: AsyncSession) -> int:
        found = await session.execute(select(ObservationDue).where(ObservationDue.done_at.is_(None)))
        return len(found.all())

    assert await served.store.read(ahead) == 1
    headers = {**nora.headers, "If-Match": f'"{(await row(served, path))["version"]}"'}
    assert (await served.http.post(f"{path}/left", headers=headers)).is_success
    assert await served.store.read(ahead) == 0
