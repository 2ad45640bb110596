"""A shared machine: a passkey is made and used, the screen locks mid-sentence, colleagues change."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.browser import barriers, chromium
from tests.cast import PASSWORD, UNIT, arrival
from tests.conftest import Served

pytestmark = pytest.mark.browser
_KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def engine() -> str:
    """What a browser keeps does not depend on the database."""
    return "sqlite"


@pytest.fixture
async def machine(served: Served) -> AsyncIterator[BrowserContext]:
    """A browser that may use passkeys: its address has a name, as they want."""
    async with chromium() as browser:
        url = served.url.replace("127.0.0.1", "localhost")
        yield await browser.new_context(base_url=url, viewport={"width": 1280, "height": 1000})


async def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("PICTURES"):
        await page.screenshot(path=f"{folder}/{name}.png", full_page=True)


async def with_key(page: Page) -> None:
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("WebAuthn.enable")
    await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": _KEY})


async def password_in(page: Page, username: str) -> None:
    await page.get_by_label("Brukernavn").fill(username)
    await page.get_by_label("Passord").fill(PASSWORD)
    await page.get_by_role("button", name="Logg inn", exact=True).click()
    await page.wait_for_url(f"**/units/{UNIT}")


async def test_a_passkey_is_made_and_signs_in_with_one_touch(machine: BrowserContext) -> None:
    page = await machine.new_page()
    await with_key(page)
    await page.goto("/login")
    await password_in(page, "dag")
    await page.get_by_role("link", name="Dag Holm").click()
    await page.get_by_label("Navn").fill("Nøkkelen på luke 1")
    await page.locator("#factor-password").fill(PASSWORD)
    await page.get_by_role("button", name="Legg til passnøkkel").click()
    await expect(page.locator("[data-codes] li")).to_have_count(10)
    await picture(page, "codes")
    await page.get_by_role("button", name="Jeg har tatt vare på dem").click()
    await expect(page.get_by_text("Nøkkelen på luke 1").first).to_be_visible()
    await picture(page, "own")
    assert await barriers(page) == []

    await page.get_by_role("button", name="Logg ut").click()
    await page.wait_for_url("**/login")
    await expect(page.get_by_role("button", name="Dag Holm")).to_be_visible()  # he was here this shift
    await picture(page, "sign-in")
    assert await barriers(page) == []
    await page.get_by_role("button", name="Bruk passnøkkel").click()

    await page.wait_for_url(f"**/units/{UNIT}")
    await expect(page.get_by_role("link", name="Dag Holm")).to_be_visible()


async def test_a_screen_that_locks_in_the_middle_of_a_sentence_loses_nothing(
    served: Served, machine: BrowserContext
) -> None:
    dag = served.cast.dag.headers
    came = await served.http.post(f"/api/units/{UNIT}/arrivals", json=arrival(), headers=dag)
    encounter = came.json()["id"]
    await served.http.post(
        f"/api/encounters/{encounter}/take", json={}, headers={**dag, "If-Match": came.headers["etag"]}
    )
    page = await machine.new_page()
    await page.goto("/login")
    await password_in(page, "dag")
    await page.goto(f"/encounters/{encounter}")
    await page.get_by_label("Plan").fill("Troponin om tre ti")

    await page.get_by_role("button", name="Lås", exact=True).click()
    await expect(page.get_by_role("heading", name="Låst")).to_be_visible()
    await expect(page.get_by_text("Ingrid Solvang").first).to_be_hidden()
    assert "Ingrid" not in await page.title()
    await picture(page, "locked")
    assert await barriers(page) == []
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("heading", name="Låst")).to_be_visible()
    await page.keyboard.type("feil passord her")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog").get_by_role("alert")).to_have_text(
        "Feil brukernavn eller passord."
    )
    await page.get_by_role("dialog").get_by_label("Passord").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Plan")).to_be_visible()
    await expect(page.get_by_label("Plan")).to_have_value("Troponin om tre ti")
    await expect(page.locator("[data-connection-word]")).to_have_text("Tilkoblet")

    # The session is ended from another machine while he writes on: the next save asks, and then goes through.
    sessions = (await served.http.get("/api/me/sessions", headers=dag)).json()["sessions"]
    for each in sessions:
        if each["kind"] == "session":
            await served.http.post(f"/api/me/sessions/{each['id']}/end", headers=dag)
    async with page.expect_response(lambda answer: answer.status == 401 and "/draft" in answer.url):
        await page.get_by_label("Plan").fill("Troponin om tre timer")
    await expect(page.get_by_role("heading", name="Låst")).to_be_visible()
    await page.get_by_role("dialog").get_by_label("Passord").fill(PASSWORD)
    async with page.expect_response(lambda answer: answer.status == 200 and "/draft" in answer.url):
        await page.keyboard.press("Enter")

    await expect(page.get_by_label("Plan")).to_be_visible()

    # Dina comes to the locked machine: she gets her own page, and Dag's text is his.
    await page.get_by_role("button", name="Lås", exact=True).click()
    await page.get_by_role("button", name="Annen bruker").click()
    await page.wait_for_url("**/login")
    await password_in(page, "dina")
    written = (await served.http.get(f"/api/encounters/{encounter}", headers=dag)).json()
    assert "Troponin om tre timer" in str(written["draft"])
