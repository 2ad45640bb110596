"""Older versions of a draft: which to show, what differs, and words that come back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.rules.writing.versions import Saved, differences, missing, worth_showing
from tests.cast import UNIT, arrival, note
from tests.conftest import Served

BEGAN = datetime(2026, 12, 1, 20, 0, tzinfo=UTC)
TEXT = st.text(st.sampled_from("ab. \nÅ"), max_size=60)


def saved(*steps: tuple[int, str, str]) -> list[Saved]:
    """Seconds after the first, who, and what stood under the plan."""
    return [
        Saved(number, "saved", by, BEGAN + timedelta(seconds=at), {"plan": words})
        for number, (at, by, words) in enumerate(steps, 1)
    ]


def shown(*steps: tuple[int, str, str]) -> list[str]:
    return [each.words("plan") for each in worth_showing(saved(*steps))]


def test_what_was_typed_in_one_go_is_one_version_and_what_somebody_took_away_is_another() -> None:
    whole = "Troponin om tre timer. Hjem hvis normal."
    typed = [(at, "Dag", whole[: at * 4]) for at in range(1, 11)]

    assert shown(*typed) == [whole]
    assert shown(*typed, (11, "Dag", whole[:38]), (12, "Dag", whole)) == [whole]  # a word typed again
    assert shown(*typed, (11, "Dag", "Innlegges.")) == [whole, "Innlegges."]
    nibbled = [(11 + at, "Dag", whole[: 40 - 5 * at]) for at in range(8)]
    assert shown(*typed, *nibbled)[0] == whole


def test_a_pause_and_another_pen_each_end_a_version() -> None:
    assert shown((0, "Dag", "A"), (90, "Dag", "AB"), (91, "Dina", "ABC"), (92, "Dag", "ABCD")) == [
        *("A", "AB", "ABC", "ABCD")
    ]


@given(TEXT, TEXT)
def test_what_differs_tells_both_texts_letter_by_letter(before: str, after: str) -> None:
    pieces = differences(before, after)

    assert "".join(each.words for each in pieces if each.kind != "added") == before
    assert "".join(each.words for each in pieces if each.kind != "taken") == after


@given(TEXT, TEXT)
def test_what_is_brought_back_is_not_lacking_any_more(now: str, older: str) -> None:
    words = missing(now, older)

    assert missing(f"{now}\n{words}", older) == ""
    assert missing(older, older) == ""


def test_only_sentences_that_do_not_stand_there_come_back() -> None:
    older = "Rolig. Troponin om tre timer.\nNy EKG."

    assert missing("Ny EKG.\nRolig. Innlegges.", older) == "Troponin om tre timer."


async def test_words_come_back_below_what_a_colleague_wrote_and_replace_nothing(served: Served) -> None:
    dag, dina = served.cast.dag, served.cast.dina
    came = await served.http.post(f"/api/units/{UNIT}/arrivals", json=arrival(), headers=dag.headers)
    where = f"/api/encounters/{came.json()['id']}"
    await served.http.post(f"{where}/take", json={}, headers=dag.headers)

    async def save(who: Any, words: str) -> None:
        now = await served.http.get(f"{where}/draft", headers=who.headers)
        answer = await served.http.patch(
            f"{where}/draft", json=note(plan=words), headers={**who.headers, "If-Match": now.headers["etag"]}
        )
        assert answer.is_success, answer.text

    await save(dag, "Troponin om tre timer. Hjem hvis normal.")
    await save(dina, "Innlegges på hjerteovervåkingen.")
    page = await served.http.get(where.removeprefix("/api") + "/draft-versions", headers=dag.headers)
    brought = await served.http.post(
        f"{where}/draft/versions/1/bring-back", json={"field": "plan"}, headers=dag.headers
    )
    again = await served.http.post(
        f"{where}/draft/versions/1/bring-back", json={"field": "plan"}, headers=dag.headers
    )

    assert "<del>Troponin" in page.text
    assert "Sett inn igjen i Plan" in page.text
    assert brought.json()["words"] == "Troponin om tre timer. Hjem hvis normal."
    assert (again.status_code, again.json()["code"]) == (409, "draft-has-it-all")
    now = (await served.http.get(f"{where}/draft", headers=dina.headers)).json()
    assert now["text"]["plan"] == (
        "Innlegges på hjerteovervåkingen.\nTroponin om tre timer. Hjem hvis normal."
    )


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_whom_the_patient_has_blocked_is_told_nothing_of_the_draft_by_writing_in_it(
    served: Served,
) -> None:
    dag, dina, kari = served.cast.dag, served.cast.dina, served.cast.kari
    came = await served.http.post(f"/api/units/{UNIT}/arrivals", json=arrival(), headers=dag.headers)
    where = f"/api/encounters/{came.json()['id']}"
    taken = await served.http.post(f"{where}/take", json={}, headers=dag.headers)
    version = taken.headers["etag"].strip('"')
    for number, words in enumerate(("Hemmelig plan.", "Hjem.")):
        headers = {**dag.headers, "If-Match": f'"{version}.{number}"'}
        saved = await served.http.patch(f"{where}/draft", json=note(plan=words), headers=headers)
        assert saved.is_success, saved.text
    target = {"kind": "person", "person": dina.actor.id}
    blocked = await served.http.post(f"{where}/blocks", json=target, headers=kari.headers)
    assert blocked.is_success, blocked.text

    headers = {**dina.headers, "If-Match": f'"{version}.0"'}
    answers = [
        await served.http.patch(f"{where}/draft", json=note(plan="Noe annet"), headers=headers),
        await served.http.put(f"{where}/draft", json=note(plan="Noe annet"), headers=headers),
        await served.http.post(
            f"{where}/draft/versions/1/bring-back", json={"field": "plan"}, headers=headers
        ),
        await served.http.get(where.removeprefix("/api") + "/draft-versions", headers=headers),
    ]

    assert [each.status_code for each in answers] == [403] * 4
    assert not [each.text for each in answers if "emmelig" in each.text or "Klemmende" in each.text]
