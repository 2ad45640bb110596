"""Templates and phrases: one's own and the unit's, changed without losing what an older one proposed."""

from __future__ import annotations

from typing import Any

import httpx

from tests.cast import UNIT, Person, note
from tests.conftest import Served
from tests.journal.orders.test_orders import page, post
from tests.journal.test_writing_and_signing import check_in

AIDS = f"/api/units/{UNIT}/writing-aids"
THROAT: dict[str, Any] = {"kind": "phrase", "shared": True, "trigger": ".hals", "text": "Svelg: [[funn]]."}


async def offered(ward: Served, who: Person) -> list[tuple[str, str, bool]]:
    answer = await ward.http.get(AIDS, headers=who.headers)
    assert answer.status_code == 200, answer.text
    return [(each["name"], next(iter(each["inserted"].values())), each["shared"]) for each in answer.json()]


async def change(ward: Served, made: httpx.Response, body: Any, who: Person) -> httpx.Response:
    headers = {**who.headers, "If-Match": made.headers["etag"]}
    return await ward.http.put(f"/api/writing-aids/{made.json()['id']}", json=body, headers=headers)


async def test_ones_own_goes_before_the_units_and_is_nobody_elses(served: Served) -> None:
    dag, dina, kari, nora = served.cast.dag, served.cast.dina, served.cast.kari, served.cast.nora

    unit = await post(served, AIDS, THROAT, kari)
    own = await post(served, AIDS, {**THROAT, "shared": False, "text": "Hals: [[?]]"}, dag)
    again = await post(served, AIDS, THROAT, dina)

    assert await offered(served, dag) == [
        (".hals", "Hals: ⟦?⟧", False),
        (".hals", "Svelg: ⟦funn⟧.", True),
    ]
    assert await offered(served, dina) == [(".hals", "Svelg: ⟦funn⟧.", True)]
    assert (again.status_code, again.json()["code"]) == (409, "aid-name-taken")
    assert (await change(served, own, THROAT, dina)).status_code == 404
    assert (await change(served, unit, {**THROAT, "text": "Nytt"}, dina)).status_code == 200
    assert (
        await change(served, unit, {**THROAT, "text": "Sent"}, kari)
    ).status_code == 404  # it is another now
    assert (await post(served, AIDS, {**THROAT, "shared": False}, kari)).status_code == 403
    assert (await served.http.get(AIDS, headers=nora.headers)).status_code == 403
    for wrong in ({"trigger": "hals"}, {"text": " "}, {"kind": "template"}):
        assert (await post(served, AIDS, {**THROAT, **wrong}, dina)).status_code == 422


async def test_what_a_template_proposed_before_it_was_changed_is_still_taken_out(served: Served) -> None:
    dag = served.cast.dag
    template = {
        "kind": "template",
        "shared": True,
        "name": "Luftveier",
        "headings": {"objective": "Klar\nLunger: [[funn]]", "plan": "Ro"},
    }
    made = await post(served, AIDS, template, dag)
    (_, inserted, _), *_ = await offered(served, dag)
    assert inserted == "⟦Klar⟧\nLunger: ⟦funn⟧"
    await change(served, made, {**template, "headings": {"plan": "Hvile"}}, dag)
    path = await check_in(served)
    await post(served, f"{path}/take", {}, dag)

    said = note(objective=f"{inserted}\nKnatring høyre side", plan="⟦Ro⟧", assessment="⟦Ukjent⟧")
    written = await post(served, f"{path}/notes", said, dag)
    nothing = await post(served, f"{path}/notes", {"objective": inserted, "plan": "⟦Ro⟧"}, dag)

    assert written.status_code == 201, written.text
    (kept,) = (await page(served, path, dag))["notes"]
    assert (kept["objective"], kept["plan"], kept["assessment"]) == ("Knatring høyre side", "", "Ukjent")
    assert (nothing.status_code, nothing.json()["code"]) == (422, "note-empty")
