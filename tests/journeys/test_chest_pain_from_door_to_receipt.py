"""Ingrid comes with chest pain, is triaged, treated and sent home, and her GP says "received"."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import websockets

from tests.cast import DIAGNOSIS, UNIT, assessment, finishing, full_arrival, note
from tests.journeys.conftest import Region


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
        diagnosed = await region.http.post(f"{path}/diagnoses", json=DIAGNOSIS, headers=dag | _match(draft))
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
    async with httpx.AsyncClient(base_url=region.beyond, trust_env=False) as beyond:
        ours = next(m["message_id"] for m in messages if m["channel"] == "gp-summary")
        listed = (await beyond.get("/gp")).text
        letter = (await beyond.get(f"/gp/{ours}")).text
    assert "Solvang" in listed
    assert "Kontroll om tre dager, ny troponin." in letter
    assert "Angina pectoris" in letter


async def _nothing_can_be_changed(region: Region, path: str, who: dict[str, str]) -> None:
    page = await region.http.get(path, headers=who)
    assert page.json()["notes"][0]["signed_at"] is not None
    changes = {"notes": note(), "diagnoses": {**DIAGNOSIS, "code": "K99"}, "finish": finishing()}
    for change, body in changes.items():
        answer = await region.http.post(f"{path}/{change}", json=body, headers=who | _match(page))
        assert (answer.status_code, answer.json()["code"]) == (409, "not-possible-now")
