"""By keyboard alone: open, write, look, sign, undo, ask a colleague, sign again, and go home knowingly."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from app.main import create_app
from core.settings import Settings
from tests.browser import barriers, chromium
from tests.cast import PASSWORD, UNIT, Person, arrival, assessment, full_arrival, move_in
from tests.conftest import Served, client, serving


@pytest.fixture
async def ward(database_url: str, settings_for: Callable[..., Settings]) -> AsyncIterator[Served]:
    """A ward where a signature can be taken back for as long as a slow machine may need."""
    app = create_app(settings_for(database_url, undo_seconds=600))
    async with serving(app) as url:
        cast = await move_in(app.state.store)
        async with client(url, timeout=20) as http:
            yield Served(url, app.state.store, cast, http, app)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as launched:
        yield launched


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_a_contact_is_finished_by_keyboard(ward: Served, browser: Browser) -> None:
    id = await _triaged(ward, full_arrival(3))
    page = await _sign_in(ward, browser, "dag")
    await _press_until(page, "Enter", "Ingrid")
    await page.wait_for_url(f"**/encounters/{id}")
    await _press(page, "#take", "Enter")
    await _write(page)
    await _look_before_signing(page, id)

    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#undo")).to_be_visible()
    await expect(page.locator("#messages")).to_contain_text("hvis signeringen ikke angres")
    assert await barriers(page) == []
    await page.keyboard.press("Alt+z")

    await expect(page.locator("#finish")).to_be_visible()
    await expect(page.locator("textarea#plan")).to_have_value("Kontroll hos fastlege.")
    await expect(page.locator("#missing")).to_contain_text("Klar til signering")
    await _ask_a_colleague_who_says_no(ward, browser, page, id)
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#undo")).to_be_visible()
    shown = (await ward.http.get(f"/api/encounters/{id}", headers=ward.cast.dag.headers)).json()
    kinds = [each["kind"] for each in shown["timeline"]]
    assert (shown["status"], kinds.count("finished"), kinds.count("finish-undone")) == ("finished", 2, 1)
    assert [each["state"] for each in shown["messages"]] == ["queued", "queued"]
    await _leave(ward, page)


async def _triaged(ward: Served, body: dict[str, object]) -> str:
    nora = ward.cast.nora.headers
    came = await ward.http.post(f"/api/units/{UNIT}/arrivals", json=body, headers=nora)
    id = str(came.json()["id"])
    await ward.http.post(f"/api/encounters/{id}/assessments", json=assessment(), headers=nora)
    return id


async def _sign_in(ward: Served, browser: Browser, username: str) -> Page:
    context = await browser.new_context(viewport={"width": 1680, "height": 1050})
    page = await context.new_page()
    await page.goto(f"{ward.url}/units/{UNIT}")
    await page.wait_for_url("**/login**")
    await _press(page, "[name=username]", username)
    await _press(page, "[name=password]", PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{ward.url}/units/{UNIT}")
    return page


async def _press(page: Page, selector: str, what: str) -> None:
    """Tab to it, then press the key or type the words."""
    await expect(page.locator(selector)).to_be_visible()
    for _ in range(150):
        if await page.evaluate("s => document.activeElement?.matches(s)", selector):
            break
        await page.keyboard.press("Tab")
    else:
        raise AssertionError(f"no way to {selector} by Tab")
    await (page.keyboard.press(what) if what in ("Enter", "Space") else page.keyboard.type(what))


async def _press_until(page: Page, key: str, words: str) -> None:
    """Tab to the link that says so, and follow it."""
    await expect(page.locator("#rows").get_by_text(words).first).to_be_visible()
    says = "w => document.activeElement?.matches('a') && document.activeElement.textContent.includes(w)"
    for _ in range(150):
        if await page.evaluate(says, words):
            break
        await page.keyboard.press("Tab")
    else:
        raise AssertionError(f"no link that says {words}")
    await page.keyboard.press(key)


async def _write(page: Page) -> None:
    await expect(page.locator("#finish")).to_be_visible()
    for key, words in (
        ("Alt+1", "Klemmende smerter i to timer."),
        ("Alt+2", "Våken, klam. EKG uten ST-elevasjon."),
        ("Alt+3", "Ustabil angina kan ikke utelukkes."),
        ("Alt+4", "Kontroll hos fastlege."),
    ):
        await page.keyboard.press(key)
        await page.keyboard.type(words)
    await expect(page.locator("#missing")).to_contain_text("diagnose")
    await page.keyboard.press("Alt+d")
    await page.keyboard.type("K74 Angina pectoris")
    await page.keyboard.press("Enter")
    await expect(page.locator("#diagnoses")).to_contain_text("K74")
    await page.keyboard.press("Alt+5")
    await page.keyboard.press("Space")  # home
    await page.keyboard.press("ArrowRight")  # and a follow-up at the GP
    await expect(page.locator("[name=outcome][value='home-gp']")).to_be_checked()
    await _press(page, "#asked_of_gp", "Kontroll om tre dager.")
    await _press(page, "[data-nothing=medication_changes]", "Space")
    await expect(page.locator("#missing")).to_contain_text("Klar til signering")
    await expect(page.locator("#named")).to_contain_text("hva pasienten har fått vite")


async def _look_before_signing(page: Page, id: str) -> None:
    await page.keyboard.press("Alt+f")
    await page.wait_for_url("**/preview")
    letter = page.locator(".letter").first
    await expect(letter.locator(".asked")).to_contain_text("Kontroll om tre dager.")
    await expect(letter).to_contain_text("Ingen endringer i legemidler.")
    await expect(page.locator(".letter")).to_have_count(2)
    assert await barriers(page) == []
    await page.keyboard.press("Escape")
    await page.wait_for_url(f"**/encounters/{id}")
    await expect(page.locator("#missing")).to_contain_text("Klar til signering")


async def _ask_a_colleague_who_says_no(ward: Served, browser: Browser, page: Page, id: str) -> None:
    dina = await _sign_in(ward, browser, "dina")
    await _press(page, "#hand-over", "Enter")
    await page.wait_for_url("**/hand-over")
    await expect(page.locator("#recommendation")).to_have_value(re.compile(r"^Kontroll hos fastlege\."))
    assert await barriers(page) == []
    await _press(page, "#recommendation", " Ring meg ved endring.")
    await page.keyboard.press("Control+Enter")
    await page.wait_for_url(f"**/encounters/{id}")

    asked = dina.locator("#asked")
    await expect(asked).to_contain_text("Dag Holm vil overlevere Ingrid Solvang til deg")
    assert await barriers(dina) == []
    await dina.keyboard.press("Alt+o")
    await dina.keyboard.press("Tab")
    await dina.keyboard.press("Enter")
    await expect(asked).to_be_empty()
    await expect(page.locator("[data-part=handing]")).to_contain_text("Avslått")
    await dina.context.close()


async def _leave(ward: Served, page: Page) -> None:
    """Out goes only who knows what is left."""
    other = await _triaged(ward, arrival(called="Ola Nordby"))
    await _taken(ward, other, ward.cast.dag)
    await _press(page, "[data-sign-out]", "Enter")
    await page.wait_for_url("**/mine?leaving=true")
    await expect(page.locator(".leaving")).to_contain_text("Ola Nordby")
    assert await barriers(page) == []
    await _press(page, "[data-leave]", "Enter")
    await page.wait_for_url("**/login**")


async def _taken(ward: Served, id: str, doctor: Person) -> httpx.Response:
    return await ward.http.post(f"/api/encounters/{id}/take", json={}, headers=doctor.headers)
