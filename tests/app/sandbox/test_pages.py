from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from playwright.async_api import Page

from integrations.gp_summary.document import build
from integrations.shared_record.document import build as build_sharing
from integrations.shared_record.document import master_identifier
from tests.app.sandbox.running import carrier, edi_client, record, record_channel, running_sandbox
from tests.browser import barriers, chromium
from tests.integrations.gp_summary.examples import GENERATED_AT, MESSAGE_ID, UNKNOWN_MAN, a_summary


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    async with chromium() as browser:
        yield await browser.new_page(viewport={"width": 1000, "height": 1200})


async def send_to_gp(address: str, message_id: str = MESSAGE_ID, **changes: object) -> None:
    body = build(a_summary(**changes), message_id=message_id, generated_at=GENERATED_AT)
    async with carrier(address) as http:
        await edi_client(http).send(body)


@pytest.mark.browser
async def test_the_gp_sees_the_night_on_one_page_what_to_do_first(page: Page) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    with running_sandbox() as address:
        await send_to_gp(address)

        await page.goto(f"{address}/gp")
        await page.get_by_role("link", name="Bjørg Solvang, 78 år").click()

        headings = await page.get_by_role("heading").all_inner_texts()
        assert headings[:3] == ["Bjørg Solvang, 78 år", "Dette ber vi fastlegen gjøre", "Legemidler"]
        assert await page.locator(".asked li").count() == 3
        assert await page.get_by_role("row", name="BT 118/72 124/74").count() == 1
        assert "09864712345" not in await page.content()
        assert complaints == []


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1000])
async def test_the_pages_have_no_barriers_and_no_sideways_scroll(page: Page, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 900})
    with running_sandbox() as address:
        await send_to_gp(address)
        await send_to_gp(address, str(uuid4()), patient=UNKNOWN_MAN)
        async with record(address) as http:
            shared = build_sharing(a_summary(), message_id=MESSAGE_ID, generated_at=GENERATED_AT)
            await record_channel(http).send(MESSAGE_ID, shared)
        document = master_identifier(MESSAGE_ID).removeprefix("urn:uuid:")

        for path in ("/", "/gp", f"/gp/{MESSAGE_ID}", "/record", f"/record/{document}", "/bad-days"):
            await page.goto(address + path)
            assert await barriers(page, colours=width == 1000) == [], path
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


@pytest.mark.browser
async def test_markup_in_a_letter_is_shown_as_text(page: Page) -> None:
    nasty = '<img src=x onerror="alert(1)"><script>alert(2)</script>'
    with running_sandbox() as address:
        await send_to_gp(address, findings=nasty, asked_of_gp=nasty)
        async with record(address) as http:
            shared = build_sharing(
                a_summary(findings=nasty), message_id=MESSAGE_ID, generated_at=GENERATED_AT
            )
            await record_channel(http).send(MESSAGE_ID, shared)
        document = master_identifier(MESSAGE_ID).removeprefix("urn:uuid:")

        for path in (f"/gp/{MESSAGE_ID}", f"/record/{document}"):
            answer = await page.goto(address + path)
            assert nasty in await page.locator("main").inner_text()
            assert await page.locator("main img, script").count() == 0
            assert answer is not None
            assert "script-src" not in answer.headers["content-security-policy"]
            assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_a_letter_that_never_came_is_not_shown() -> None:
    with running_sandbox() as address:
        async with carrier(address) as http:
            answers = [await http.get(f"{address}{path}") for path in ("/gp/unknown", "/record/unknown")]

    assert [answer.status_code for answer in answers] == [404, 404]
