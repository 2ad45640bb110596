"""The patient's page over HTTP: complete, cheap to ask again, and silent to whoever guesses."""

from __future__ import annotations

import asyncio
import re
import secrets
from typing import Any

import httpx
import pytest

from app.ticket import guesses
from app.ticket.guesses import TooManyGuesses, WrongGuesses
from app.ticket.line import Lines
from tests.cast import UNIT, arrival, assessment
from tests.conftest import Served
from triage.queries.ticket import place


async def came(served: Served) -> dict[str, Any]:
    headers = served.cast.nora.headers
    answer = await served.http.post(f"/api/units/{UNIT}/arrivals", json=arrival(), headers=headers)
    await served.http.post(
        f"/api/encounters/{answer.json()['id']}/assessments", json=assessment(), headers=headers
    )
    return dict(answer.json())


async def ticket(served: Served, encounter: str, key: str = "k1", secret: str = "") -> httpx.Response:
    return await served.http.post(
        f"/api/encounters/{encounter}/ticket",
        json={"secret": secret or secrets.token_urlsafe(24)},
        headers={**served.cast.nora.headers, "Idempotency-Key": key},
    )


async def test_a_ticket_leads_to_the_number_in_the_readers_language(served: Served) -> None:
    patient = await came(served)
    made = (await ticket(served, patient["id"])).json()
    path = made["link"].removeprefix(served.url)

    page = await served.http.get(path, headers={"Accept-Language": "en-GB,en;q=0.9"})

    assert re.fullmatch(r"/q/[A-Za-z0-9_-]{32}", path)
    assert page.status_code == 200
    assert patient["number"] in page.text
    assert "Your place in the queue" in page.text
    assert "Ingrid" not in page.text
    assert "Bryst" not in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "noindex" in page.headers["x-robots-tag"]
    assert 'name="referrer" content="no-referrer"' in page.text
    assert "Plassen din i køen" in (await served.http.get(f"{path}?language=nb")).text


async def test_the_same_request_again_gives_the_same_link(served: Served) -> None:
    patient, secret = await came(served), secrets.token_urlsafe(24)

    first, again = [await ticket(served, patient["id"], "k1", secret) for _ in range(2)]

    assert first.json() == again.json()
    assert (await served.http.get(f"/q/{secret}")).status_code == 200


async def test_a_phone_that_asks_again_is_told_only_what_is_new(served: Served) -> None:
    patient, secret = await came(served), secrets.token_urlsafe(24)
    await ticket(served, patient["id"], secret=secret)
    served.app.state.lines._fresh = 0.0
    first = await served.http.get("/q", headers={"X-Ticket": secret})
    asking = {"X-Ticket": secret, "If-None-Match": first.headers["etag"]}

    same = await served.http.get("/q", headers=asking)
    await served.http.post(
        f"/api/encounters/{patient['id']}/call",
        json={"place": "Rom 1"},
        headers=served.cast.nora.headers,
    )
    news = await served.http.get("/q", headers=asking)

    assert (same.status_code, same.content) == (304, b"")
    assert news.status_code == 200
    assert (news.json()["called"], news.json()["called_to"]) == (True, "Rom 1")


async def test_a_link_that_leads_nowhere_says_so_in_words_and_never_why(served: Served) -> None:
    patient, secret = await came(served), secrets.token_urlsafe(24)
    await ticket(served, patient["id"], secret=secret)
    await served.http.post(f"/api/encounters/{patient['id']}/ticket/end", headers=served.cast.nora.headers)

    pages = [await served.http.get(f"/q/{each}") for each in (secret, secrets.token_urlsafe(24), "%00")]

    assert {page.status_code for page in pages} == {404}
    assert len({page.text for page in pages}) == 1
    assert "Lenken virker ikke" in pages[0].text


async def test_many_phones_cost_one_reading(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    await came(served)
    lines, readings = Lines(served.store), 0

    async def counted(*given: Any) -> place.Line:
        nonlocal readings
        readings += 1
        return await place.line_of(*given)

    monkeypatch.setattr("app.ticket.line.line_of", counted)

    told = await asyncio.gather(*(lines.of(UNIT) for _ in range(200)))

    assert readings == 1
    assert len({id(line) for line in told}) == 1


async def test_wrong_guesses_wait_for_each_other_and_too_many_are_turned_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(guesses, "MOST_WAITING", 3)
    wrong = WrongGuesses(pause_seconds=0.01)

    found = await asyncio.gather(*(wrong.slow_down() for _ in range(5)), return_exceptions=True)

    assert [type(each) for each in found] == [type(None)] * 3 + [TooManyGuesses] * 2
    await wrong.slow_down()  # and whoever comes later is heard again
