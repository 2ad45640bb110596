"""Bad days that are begun by a press: each brings the trouble it tells of, and ends when it is told to."""

from __future__ import annotations

import httpx
import pytest

from app.sandbox.bad_days import DAYS
from app.sandbox.faults import Fault, Faults
from integrations.edi.port import EdiUnavailable
from integrations.gp_summary.document import build
from tests.app.sandbox.running import carrier, edi_client, running_sandbox
from tests.conftest import client
from tests.integrations.gp_summary.examples import GENERATED_AT, MESSAGE_ID, a_summary


async def press(http: httpx.AsyncClient, day: str) -> str:
    """The page as it stands after the press."""
    answer = await http.post("/sandbox/days", data={"day": day}, follow_redirects=True)
    assert answer.status_code == 200
    return answer.text


async def test_nothing_is_taken_while_the_receivers_are_down_and_everything_when_they_are_back() -> None:
    letter = build(a_summary(), message_id=MESSAGE_ID, generated_at=GENERATED_AT)
    with running_sandbox() as address:
        async with client(address) as http, carrier(address) as line:
            assert "<strong>Nå</strong>" in await press(http, "down")
            with pytest.raises(EdiUnavailable):
                await edi_client(line).send(letter)

            await press(http, "")
            await edi_client(line).send(letter)

        async with client(address) as http:
            assert [each["attempts"] for each in (await http.get("/sandbox/received")).json()] == [1]
            assert (await http.post("/sandbox/days", data={"day": "holiday"})).status_code == 404


@pytest.mark.parametrize("day", DAYS)
def test_every_day_brings_each_trouble_it_names(day: str) -> None:
    faults = Faults()
    faults.let_be(DAYS[day].weather(), day)

    for place, chances in DAYS[day].chances.items():
        met = {faults.take(place) for _ in range(200)}
        assert met >= {fault for _, fault in chances}, place

    faults.clear()
    assert {faults.take(place) for place in DAYS[day].chances} == {Fault()}
