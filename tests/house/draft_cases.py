"""Requests about the draft that doctors share, which would succeed if they were allowed."""

from __future__ import annotations

from typing import Any

from tests.cast import Person, note
from tests.conftest import Served
from tests.house.identity_cases import NOBODY_HAS, Case, Made


def is_one(path: str) -> bool:
    """Whether the address is about the shared draft."""
    return "/draft" in path


async def prepare(served: Served, path: str, encounter: str | None) -> Case:
    """An encounter that Dag has; for a choice, one in whose draft he and Dina differ."""
    case = Case(encounter or NOBODY_HAS, ids={"{conflict}": NOBODY_HAS, "{number}": "1"}, etag='"1"')
    if encounter is None:
        case.encounter = (await Made(served).arrived())["id"]
        where, dag = f"/api/encounters/{case.encounter}", served.cast.dag
        taken = await served.http.post(f"{where}/take", json={}, headers=dag.headers)
        case.etag = taken.headers["etag"]
        if "{conflict}" in path:
            case.ids["{conflict}"] = await differing(served, where, taken.headers["etag"].strip('"'))
    case.body = {"keep": "both"} if path.endswith("/choose") else note()
    if path.endswith("/bring-back"):
        case.ids["{number}"], case.body = "1", {"field": "plan"}
        if encounter is None:
            await taken_away(served, where, case.etag.strip('"'))
    return case


async def taken_away(served: Served, where: str, version: str) -> None:
    """The plan of the first version stands in the draft no more."""
    for draft, words in enumerate(("Hjem i kveld.", "")):
        headers = {**served.cast.dag.headers, "If-Match": f'"{version}.{draft}"'}
        answer = await served.http.patch(f"{where}/draft", json=note(plan=words), headers=headers)
        assert answer.is_success, answer.text


async def differing(served: Served, where: str, version: str) -> str:
    """Both change the same words, each in their own way; the id of what a person must choose between."""

    async def write(who: Person, words: str, draft: int) -> dict[str, Any]:
        headers = {**who.headers, "If-Match": f'"{version}.{draft}"'}
        answer = await served.http.patch(f"{where}/draft", json=note(plan=words), headers=headers)
        assert answer.is_success, answer.text
        return dict(answer.json())

    dag, dina = served.cast.dag, served.cast.dina
    first = await write(dag, "Hjem", 0)
    await write(dag, "Hjem i kveld", first["draft_version"])
    await write(dina, "Hjem i morgen", first["draft_version"])
    now = (await served.http.get(f"{where}/draft", headers=dag.headers)).json()
    return str(now["conflicts"][0]["id"])
