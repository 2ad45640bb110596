"""Ingrid comes with chest pain, is triaged, treated and sent home, and her GP says "received"."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import websockets

from app.main import create_app
from app.sandbox.main import create_sandbox
from core.settings import Settings
from tests.cast import DIAGNOSIS, HER_ID, UNIT, Cast, assessment, finishing, full_arrival, move_in, note
from tests.conftest import serving


@dataclass(frozen=True, slots=True)
class Region:
    """The ward and, beside it, those who receive from it."""

    url: str
    sandbox: str
    cast: Cast
    http: httpx.AsyncClient


@pytest.fixture
async def region(
    database_url: str, settings_for: Callable[..., Settings], tmp_path: Path
) -> AsyncIterator[Region]:
    """A ward whose letters go over real sockets to a GP's system and the shared record."""
    sandbox = create_sandbox(
        receipt_delay_seconds=0.2, token="hemmelig", our_her_id=HER_ID, storage=tmp_path / "gp.db"
    )
    async with serving(sandbox) as beyond:
        settings = settings_for(
            database_url,
            edi_url=f"{beyond}/edi/",
            edi_token="hemmelig",
            record_url=f"{beyond}/mhd/",
            record_token="hemmelig",
        )
        app = create_app(settings)
        async with serving(app) as url:
            cast = await move_in(app.state.store)
            async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=20) as http:
                yield Region(url, beyond, cast, http)


async def test_chest_pain_from_door_to_receipt(region: Region) -> None:
    nora, dag = region.cast.nora.headers, region.cast.dag.headers
    async with websockets.connect(
        f"{region.url.replace('http', 'ws')}/ws/units/{UNIT}/board",
        additional_headers=region.cast.wall.headers,
        compression=None,
    ) as wall:
        hello, snapshot = json.loads(await wall.recv()), json.loads(await wall.recv())
        assert (hello["type"], snapshot["type"], snapshot["rows"]) == ("hello", "snapshot", [])

        arrived = await _post(region, f"/api/units/{UNIT}/arrivals", full_arrival(), nora, 201)
        path = f"/api/encounters/{arrived['id']}"
        row = await _row(wall, lambda row: row["status"] == "arrived")
        assert (row["name"], row["level"]) == ("Ingrid S.", None)

        assessed = await _post(region, f"{path}/assessments", assessment(), nora, 201)
        assert (assessed["level"], assessed["suggested_level"]) == ("orange", "orange")
        assert (await _row(wall, lambda row: row["status"] == "triaged"))["level"] == 2

        taken = await _post(region, f"{path}/take", {}, dag)
        assert taken["doctor"] == "Dag Holm"
        assert (await _row(wall, lambda row: row["status"] == "in-progress"))["doctor"] == "DH"

        page = await region.http.get(path, headers=dag)
        assert page.json()["assessments"][0]["scores"][0]["name"] == "TEWS"
        draft = await region.http.put(f"{path}/draft", json=note(), headers=dag | _match(page))
        assert draft.status_code == 200, draft.text
        diagnosed = await region.http.post(
            f"{path}/diagnoses", json=DIAGNOSIS, headers=dag | _match(draft)
        )
        assert diagnosed.status_code == 201, diagnosed.text
        finished = await region.http.post(f"{path}/finish", json=finishing(), headers=dag | _match(diagnosed))
        assert finished.status_code == 200, finished.text
        assert {m["channel"]: m["state"] for m in finished.json()["messages"]} == {
            "gp-summary": "queued",
            "shared-record": "queued",
        }
        await _until_gone(wall, arrived["id"])

    messages = await _delivered(region, path, dag)
    assert {message["channel"] for message in messages} == {"gp-summary", "shared-record"}
    assert all(message["receipts"][-1]["status"] == "ok" for message in messages)
    await _gp_has_it_once(region, messages)
    await _nothing_can_be_changed(region, path, dag)


async def _post(region: Region, path: str, body: Any, who: dict[str, str], status: int = 200) -> Any:
    answer = await region.http.post(path, json=body, headers=who)
    assert answer.status_code == status, answer.text
    return answer.json()


def _match(answer: httpx.Response) -> dict[str, str]:
    return {"If-Match": answer.headers["etag"]}


async def _row(wall: websockets.ClientConnection, wanted: Callable[[Any], bool]) -> Any:
    async with asyncio.timeout(10):
        while True:
            frame = json.loads(await wall.recv())
            for row in frame.get("rows", []):
                if wanted(row):
                    return row


async def _until_gone(wall: websockets.ClientConnection, encounter: str) -> None:
    async with asyncio.timeout(10):
        while encounter not in json.loads(await wall.recv()).get("removed", []):
            pass


async def _delivered(region: Region, path: str, who: dict[str, str]) -> list[Any]:
    async with asyncio.timeout(20):
        while True:
            messages: list[Any] = (await region.http.get(f"{path}/messages", headers=who)).json()
            if all(message["state"] == "acknowledged" for message in messages):
                return messages
            await asyncio.sleep(0.1)


async def _gp_has_it_once(region: Region, messages: list[Any]) -> None:
    async with httpx.AsyncClient(base_url=region.sandbox, trust_env=False) as beyond:
        ours = next(m["message_id"] for m in messages if m["channel"] == "gp-summary")
        listed = (await beyond.get("/gp")).text
        letter = (await beyond.get(f"/gp/{ours}")).text
    assert "Solvang" in listed
    assert "Kontroll om tre dager, ny troponin." in letter
    assert "Angina pectoris" in letter


async def _nothing_can_be_changed(region: Region, path: str, who: dict[str, str]) -> None:
    page = await region.http.get(path, headers=who)
    assert page.json()["notes"][0]["signed_at"] is not None
    for change, body in (("notes", note()), ("diagnoses", {**DIAGNOSIS, "code": "K99"}), ("finish", finishing())):
        answer = await region.http.post(f"{path}/{change}", json=body, headers=who | _match(page))
        assert (answer.status_code, answer.json()["code"]) == (409, "not-possible-now")
