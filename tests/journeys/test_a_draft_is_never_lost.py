"""Two doctors at one encounter see each other, and no killed server, tab or session takes their words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, BrowserContext, Expect, Page

from core.clock import utc_now
from core.store.database import Database
from core.store.work import Store
from scripts.kill.processes import Server, free_port
from tests.browser import barriers, chromium
from tests.cast import PASSWORD, UNIT, Cast, arrival, assessment, move_in, note
from tests.conftest import client

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

expect = Expect()
expect.set_options(timeout=40_000)
"""A page that was cut off comes back within ten seconds where the machine has time."""


@dataclass(frozen=True, slots=True)
class Ward:
    """A server in a process of its own, which can be killed; and its people."""

    server: Server
    cast: Cast
    http: httpx.AsyncClient
    browser: Browser

    async def sits_down(self, username: str) -> BrowserContext:
        context = await self.browser.new_context(
            base_url=self.server.url, viewport={"width": 1680, "height": 1050}, reduced_motion="reduce"
        )
        await context.request.post("/api/sign-in", data={"username": username, "password": PASSWORD})
        return context


@pytest.fixture
async def ward(database_url: str, tmp_path: Path) -> AsyncIterator[Ward]:
    store = Store(Database(database_url), utc_now)
    cast = await move_in(store)
    await store.drain()
    port = free_port()
    environment = {
        "LEGEVAKT_DATABASE_URL": database_url,
        "LEGEVAKT_PORT": str(port),
        "LEGEVAKT_ENVIRONMENT": "test",
        "LEGEVAKT_SECURE_COOKIES": "false",
        "LEGEVAKT_BEAT_SECONDS": "1",
    }
    log = tmp_path / "ward.log"
    server = Server("app.cli", "serve", port=port, ready="/health/ready", log=log, environment=environment)
    await server.start()
    try:
        await server.until_ready()
        async with chromium() as browser, client(server.url, timeout=20) as http:
            yield Ward(server, cast, http, browser)
    finally:
        await server.stop()


async def opened(context: BrowserContext, encounter: str) -> Page:
    page = await context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    await page.goto(f"/encounters/{encounter}")
    await expect(page.locator("[data-connection-word]")).to_have_text("Tilkoblet")
    return page


async def taken(ward: Ward) -> str:
    came = await ward.http.post(f"/api/units/{UNIT}/arrivals", json=arrival(), headers=ward.cast.nora.headers)
    encounter = str(came.json()["id"])
    await ward.http.post(f"/api/encounters/{encounter}/take", json={}, headers=ward.cast.dag.headers)
    return encounter


async def asks(ward: Ward, encounter: str, whom: str) -> None:
    """Dag asks a colleague to take over."""
    path, dag = f"/api/encounters/{encounter}", ward.cast.dag.headers
    stands = await ward.http.get(path, headers=dag)
    asked = await ward.http.post(
        f"{path}/hand-over/proposals",
        json={"to": whom, "isbar": {"situation": "Smertefri nå."}},
        headers={**dag, "If-Match": stands.headers["etag"]},
    )
    assert asked.is_success, asked.text


async def test_what_a_colleague_does_is_seen_and_what_both_write_is_kept(ward: Ward) -> None:
    encounter = await taken(ward)
    dag = await opened(await ward.sits_down("dag"), encounter)
    dina = await opened(await ward.sits_down("dina"), encounter)

    await expect(dag.locator("#here")).to_have_text("Også her: Dina Berg")
    await dag.locator("#assessment").click()
    await expect(dina.locator("label[for=assessment] .who")).to_have_text("Dag Holm skriver her")

    # He is in the middle of a sentence while a nurse measures: it is drawn, and his sentence stands.
    await dag.keyboard.type("Trolig angina")
    await ward.http.post(
        f"/api/encounters/{encounter}/assessments", json=assessment(), headers=ward.cast.nora.headers
    )
    await expect(dag.locator("[data-part=course]")).to_contain_text("Triage")
    await dag.keyboard.type(" pectoris")
    await expect(dag.locator("#assessment")).to_have_value("Trolig angina pectoris")
    await expect(dina.locator("#assessment")).to_have_value("Trolig angina pectoris")

    # Both change the same words: both stand, and one of them chooses.
    await dina.context.set_offline(True)
    await dina.locator("#assessment").fill("Trolig refluks")
    await dag.locator("#assessment").fill("Sikker angina pectoris")
    await expect(dag.locator("#saved")).to_contain_text("Lagret")
    await expect(dina.locator("#saved")).to_contain_text("Ikke lagret")
    await dina.context.set_offline(False)
    clash = dag.locator(".clash")
    await expect(clash).to_contain_text("To har skrevet ulikt: Vurdering")
    await expect(dag.locator("#assessment")).to_have_value("Sikker angina pectoris\nTrolig refluks")
    assert await barriers(dag) == []
    await dag.reload()
    await clash.get_by_role("button", name="Behold det Dag Holm skrev").click()
    await expect(dina.locator("#assessment")).to_have_value("Sikker angina pectoris")
    await expect(dina.locator(".clash")).to_have_count(0)

    await asks(ward, encounter, ward.cast.dina.actor.id)
    await dina.get_by_role("button", name="Ta over").click(trial=True)  # in sight: nothing lies over it
    assert await dina.evaluate("document.documentElement.scrollHeight - innerHeight") <= 0

    await dag.context.close()
    await expect(dina.locator("#here")).to_be_hidden()


async def test_server_tab_and_session_are_gone_in_mid_sentence_and_the_words_are_not(ward: Ward) -> None:
    encounter = await taken(ward)
    context = await ward.sits_down("dag")
    page = await opened(context, encounter)
    plan = page.get_by_label("Plan")

    await plan.press_sequentially("Troponin om tre timer.")
    await expect(page.locator("#saved")).to_contain_text("Lagret")
    await ward.server.kill()
    await plan.press_sequentially(" Ny EKG.")
    await expect(page.locator("#saved")).to_contain_text("Ikke lagret")
    await expect(page.locator("[data-connection-word]")).to_have_text("Frakoblet")
    await page.close(run_before_unload=False)
    await ward.server.start()
    await ward.server.until_ready()
    sessions = await ward.http.get("/api/me/sessions", headers=ward.cast.dag.headers)
    for each in sessions.json()["sessions"]:
        if each["kind"] == "session":
            await ward.http.post(f"/api/me/sessions/{each['id']}/end", headers=ward.cast.dag.headers)

    # What was said to be saved is on the server, for whichever machine he comes to.
    elsewhere = await opened(await ward.sits_down("dag"), encounter)
    await expect(elsewhere.get_by_label("Plan")).to_have_value("Troponin om tre timer.")
    await elsewhere.locator("#assessment").fill("Angina")
    await expect(elsewhere.locator("#saved")).to_contain_text("Lagret")

    # What was not is in the browser, and is put in beside what was written since.
    await context.request.post("/api/sign-in", data={"username": "dag", "password": PASSWORD})
    again = await opened(context, encounter)
    await expect(again.locator("#offer")).to_contain_text("ble ikke lagret")
    await again.get_by_role("button", name="Hent tilbake").click()
    await expect(again.get_by_label("Plan")).to_have_value("Troponin om tre timer. Ny EKG.")
    await expect(again.locator("#assessment")).to_have_value("Angina")
    await expect(elsewhere.get_by_label("Plan")).to_have_value("Troponin om tre timer. Ny EKG.")

    # A page that was open all the while catches up with what happened when its line was down.
    await ward.server.kill()
    await ward.server.start()
    await ward.server.until_ready()
    await ward.http.post(f"/api/encounters/{encounter}/notes", json=note(), headers=ward.cast.dag.headers)
    await expect(elsewhere.locator("[data-part=notes]")).to_contain_text(note()["subjective"])
