"""One state of an order for who asked and who answers; results are versions and never filed unseen."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text

from core.ids import new_id
from core.store.work import DatabaseRefused, Work
from integrations.gp_summary.read import read
from integrations.tables import OutboxMessage
from journal.queries.signed_contents import contents_now
from journal.rules.orders.catalogue import catalogue, mark
from journal.rules.orders.course import (
    OrderNotPossible,
    OrderStatus,
    ReasonMissing,
    ResultNotPossible,
    ResultStatus,
    require_result,
    require_step,
)
from tests.cast import UNIT, Person, finishing, system
from tests.conftest import Served
from tests.journal.test_writing_and_signing import check_in, tag, treat

INFECTION = {"items": [{"code": code} for code in ("crp", "hb", "leukocytes")]}


async def post(ward: Served, path: str, body: Any, who: Person, version: int | None = None) -> httpx.Response:
    match = {} if version is None else {"If-Match": f'"{version}"'}
    return await ward.http.post(
        path, json=body, headers={**who.headers, **match, "Idempotency-Key": new_id()}
    )


async def page(ward: Served, path: str, who: Person) -> dict[str, Any]:
    answer = await ward.http.get(path, headers=who.headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def waiting(ward: Served, who: Person) -> dict[str, Any]:
    answer = await ward.http.get(f"/api/units/{UNIT}/orders", headers=who.headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def order(ward: Served, path: str, who: Person, body: dict[str, Any] = INFECTION) -> list[str]:
    answer = await post(ward, f"{path}/orders", body, who)
    assert answer.status_code == 201, answer.text
    return list(answer.json()["orders"])


async def test_an_order_is_answered_corrected_and_seen_by_name(served: Served) -> None:
    path, dag, nora = await check_in(served), served.cast.dag, served.cast.nora
    await served.http.post(f"{path}/take", headers=dag.headers)
    crp, hb, _ = await order(served, path, dag)

    begun = await post(served, f"{path}/orders/{crp}/progress", {"status": "in-progress"}, nora, 1)
    assert [each["order"]["display"] for each in (await waiting(served, nora))["waiting"]] == [
        "CRP", "Hb", "Leukocytter"
    ]  # fmt: skip
    came = await post(served, f"{path}/orders/{crp}/result", {"value": "148"}, nora, begun.json()["version"])
    assert came.status_code == 201, came.text
    assert [each["result"]["value"] for each in (await waiting(served, dag))["unseen"]] == ["148"]
    seen = {"result": came.json()["result"]}
    for who in (nora, dag, dag):
        assert (await post(served, f"{path}/orders/{crp}/seen", seen, who)).status_code == 200
    assert (await waiting(served, dag))["unseen"] == []
    wrong = {"status": "corrected", "value": "14.8"}
    no_reason = await post(served, f"{path}/orders/{crp}/result", wrong, nora, came.json()["version"])
    assert (no_reason.status_code, no_reason.json()["code"]) == (422, "order-reason-missing")
    fixed = await post(
        served,
        f"{path}/orders/{crp}/result",
        wrong | {"reason": "Feil desimal"},
        nora,
        came.json()["version"],
    )
    assert fixed.status_code == 201, fixed.text
    stale = await post(served, f"{path}/orders/{hb}/result", {"value": "9"}, nora, 7)
    assert stale.status_code == 412

    shown = await page(served, path, dag)
    first, second = shown["results"]
    assert [(each["name"], each["by_doctor"], each["responsible"]) for each in first["seen"]] == [
        ("Nora Lie", False, False),
        ("Dag Holm", True, True),
    ]
    assert (first["value"], first["high"], first["mark"], first["newest"]) == ("148", "5", "high", False)
    assert (second["value"], second["status"], second["newest"], second["seen"]) == (
        "14.8",
        "corrected",
        True,
        [],
    )
    assert [each["status"] for each in shown["orders"]] == ["completed", "active", "active"]
    assert shown["timeline"][-1]["facts"]["told"] == "CRP 14,8"
    assert [each["result"]["value"] for each in (await waiting(served, dag))["unseen"]] == ["14.8"]  # anew


async def test_nobody_signs_past_what_is_unseen_or_unanswered_and_a_late_result_finds_somebody(
    served: Served,
) -> None:
    path, dag, nora = await check_in(served), served.cast.dag, served.cast.nora
    await treat(served, path, dag)
    crp, hb, leukocytes = await order(served, path, dag)
    came = await post(served, f"{path}/orders/{crp}/result", {"value": "3"}, nora, 1)

    async def finish() -> httpx.Response:
        return await served.http.post(
            f"{path}/finish", json=finishing(), headers=await tag(served, path, dag)
        )

    unseen = await finish()
    assert (unseen.status_code, unseen.json()["code"], unseen.json()["orders"]) == (
        409, "results-not-seen", ["CRP"]
    )  # fmt: skip
    await post(served, f"{path}/orders/{crp}/seen", {"result": came.json()["result"]}, dag)
    left = await finish()
    assert (left.json()["code"], left.json()["orders"]) == ("orders-unanswered", ["Hb", "Leukocytter"])
    await post(served, f"{path}/orders/{hb}/revoke", {"reason": "Prøven klumpet seg"}, nora, 1)
    assert (
        await post(served, f"{path}/orders/{leukocytes}/follow-up", {"by": "unit"}, dag, 1)
    ).status_code == 200
    assert (await finish()).status_code == 200
    assert await sent(served) == ("CRP", "3", True, True)

    assert [each["order"]["display"] for each in (await waiting(served, nora))["waiting"]] == ["Leukocytter"]
    late = await post(served, f"{path}/orders/{leukocytes}/result", {"value": "19.1"}, nora, 2)
    assert late.status_code == 201, late.text
    [line] = (await waiting(served, dag))["unseen"]
    assert (line["ended"], line["patient"], line["result"]["mark"]) == (True, "Ingrid Solvang", "high")
    gone = await post(served, f"{path}/orders", INFECTION, dag)
    assert (gone.status_code, gone.json()["code"]) == (409, "not-possible-now")


async def sent(ward: Served) -> tuple[str, str, bool, bool]:
    """The result as the GP's system reads it; whether it and the unanswered test are told to both."""

    async def bodies(session: Any) -> dict[str, bytes]:
        return {row.channel: row.body for row in (await session.execute(select(OutboxMessage))).scalars()}

    letters = await ward.store.read(bodies)
    received = read(letters["gp-summary"])
    [result] = [each for each in received.results if each.name == "CRP"]
    left = "Leukocytter (følges opp av legevakten)"
    shared = json.dumps(json.loads(letters["shared-record"]), ensure_ascii=False)
    both = '"text": "CRP"' in shared and '"value": 3' in shared and left in shared
    return result.name, str(result.number), any(left in words for _, words in received.comments), both


async def test_what_is_asked_twice_or_makes_no_sense_is_refused_and_changes_nothing(served: Served) -> None:
    path, dag, nora = await check_in(served), served.cast.dag, served.cast.nora
    [crp] = await order(served, path, nora, {"items": [{"code": "crp"}]})
    cases = (
        (nora, {"items": [{"code": "crp"}]}, 409, "ordered-already"),
        (nora, {"items": [{"code": "unobtainium"}]}, 422, "order-code-unknown"),
        (nora, {"items": [{"code": "xray-chest"}]}, 403, "not-allowed"),
        (nora, {"items": []}, 422, "invalid"),
        (nora, {"items": [{"display": "Gips"}]}, 422, "invalid"),
    )
    for who, body, status, code in cases:
        answer = await post(served, f"{path}/orders", body, who)
        assert (answer.status_code, answer.json()["code"]) == (status, code), body
    nothing = await post(served, f"{path}/orders/{crp}/result", {}, nora, 1)
    assert nothing.status_code == 422
    assert [each["display"] for each in (await page(served, path, dag))["orders"]] == ["CRP"]


async def test_the_database_itself_keeps_results_and_what_was_ordered(served: Served) -> None:
    path, nora = await check_in(served), served.cast.nora
    [crp] = await order(served, path, nora, {"items": [{"code": "crp"}]})
    came = (await post(served, f"{path}/orders/{crp}/result", {"value": "148"}, nora, 1)).json()
    await post(served, f"{path}/orders/{crp}/seen", {"result": came["result"]}, nora)
    for statement in (
        "UPDATE test_result SET value = '14.8'",
        "DELETE FROM test_result",
        "UPDATE service_request SET display = 'Hb'",
        "UPDATE service_request SET status = 'active'",
        "DELETE FROM service_request",
        "DELETE FROM result_seen",
    ):

        async def tamper(work: Work, statement: str = statement) -> None:
            await work.session.execute(text(statement))

        with pytest.raises(DatabaseRefused):
            await served.store.write(system(UNIT), tamper)

    async def sealed(session: Any) -> list[str]:
        return [line async for line in contents_now(session)]

    [line] = [each for each in await served.store.read(sealed) if each.startswith("result:")]
    assert line.startswith(f"result:{came['result']}:")


def test_what_follows_what() -> None:
    allowed = {
        (before, after)
        for before in OrderStatus
        for after in OrderStatus
        if not _refuses(OrderNotPossible, require_step, before, after)
    }
    open_ones = (OrderStatus.ACTIVE, OrderStatus.IN_PROGRESS, OrderStatus.ON_HOLD)
    assert allowed == {(a, b) for a in open_ones for b in OrderStatus if a is not b}

    first, final, fixed = ResultStatus.PRELIMINARY, ResultStatus.FINAL, ResultStatus.CORRECTED
    possible = {(None, first), (None, final), (first, first), (first, final), (final, fixed), (fixed, fixed)}
    for before in (None, *ResultStatus):
        for after in ResultStatus:
            refused = _refuses(ResultNotPossible, require_result, before, after, "Feil prøve")
            assert refused == ((before, after) not in possible), (before, after)
    assert _refuses(ReasonMissing, require_result, final, fixed, None)


def _refuses(kind: type[Exception], rule: Any, *given: Any) -> bool:
    try:
        rule(*given)
    except kind:
        return True
    return False


def test_a_value_outside_the_range_is_marked_and_unknown_age_has_no_range() -> None:
    low, high = catalogue().item("hb").range_for("female", 40 * 12)
    marks = {value: mark(Decimal(value), low, high) for value in ("11.6", "11.7", "15.3", "15.4")}

    assert marks == {"11.6": "low", "11.7": None, "15.3": None, "15.4": "high"}
    for sex, months in (("female", None), ("female", 6 * 12), ("unknown", 40 * 12)):
        assert catalogue().item("hb").range_for(sex, months) == (None, None)
    assert {code for each in catalogue().sets for code in each.items} <= {
        each.code for each in catalogue().items
    }
