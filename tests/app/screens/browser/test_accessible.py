"""Every screen can be used by everybody: no axe finding, in every state, in three languages."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from app.screens import pages
from app.screens.earlier.page import earlier_page
from app.screens.plain.page import patient_copy_page
from core.ids import Role
from journal.queries.earlier_contacts import EarlierContact, EarlierContacts
from journal.queries.page import PageDiagnosis
from journal.rules.plain.patient_copy import patient_copy
from journal.rules.summary import Outcome
from tests.app.screens import record, ward
from tests.app.screens.browser.calls import Calls
from tests.app.screens.browser.conftest import Stage
from tests.app.screens.test_triage import INTAKE
from tests.browser import barriers
from tests.integrations.gp_summary.examples import a_summary
from triage.rules.levels import levels
from triage.rules.scales.packs import scale

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

_SOCKET = "/ws/units/nordvik/board"
_NORA = pages.DemoAccount(username="nora", password="made-up-word", name="Nora Lie", role=Role.TRIAGE_NURSE)

_FIRST: dict[str, Any] = {"unit_name": "Nordvik legevakt", "elsewhere": False, "needs_reason": False}
_KOLS = PageDiagnosis(id="d-1", system="icpc-2", code="R95", display="Kols")
BEFORE = EarlierContacts(
    encounter=record.ID,
    total=12,
    next="e-2",
    contacts=(
        EarlierContact(
            id="e-1",
            arrived_at=record.NOW,
            status="finished",
            complaint="Tung pust",
            diagnoses=(_KOLS,),
            outcome=Outcome.HOME,
            doctor="Anne Berg",
            **_FIRST,
        ),
        EarlierContact(
            id="e-2",
            arrived_at=record.NOW,
            status="finished",
            **_FIRST | {"needs_reason": True, "elsewhere": True},
        ),
    ),
)


def wall(language: str, theme: Any = "dark", *, limit: str = "12000") -> str:
    source = pages.wall(
        ward.board(),
        language=language,
        theme=theme,
        name_mode="name",
        websocket_path=_SOCKET,
        asset_version="v1",
    )
    return source.replace('data-stale-after="12000"', f'data-stale-after="{limit}"')


def encounter(page: Any, language: str) -> str:
    return pages.encounter(
        page,
        me=record.DOCTOR,
        board=record.board(),
        codes=record.CODES,
        colleagues=(record.ANNE,),
        now=record.NOW,
        language=language,
        websocket_path=_SOCKET,
        asset_version="v1",
        before=BEFORE,
    ).replace('<details class="card earlier"', '<details open class="card earlier"')


def screens(language: str) -> dict[str, str]:
    """Every page in every state the server draws."""
    common: dict[str, Any] = {"language": language, "asset_version": "v1"}
    form: dict[str, Any] = {
        "scale": scale("sats"),
        "companion": scale("news2"),
        "levels": levels(scale("sats")),
    }
    return {
        "wall-dark": wall(language),
        "wall-light": wall(language, "light"),
        "desk": pages.desk(ward.board(), me=record.DOCTOR, gps=(), websocket_path=_SOCKET, **common),
        "triage": pages.triage(record.arrived(), me=record.NURSE, now=ward.NOW, **form, **common),
        "triage-begun": pages.triage(
            record.arrived(), me=record.NURSE, now=ward.NOW, intake=INTAKE, **form, **common
        ),
        "encounter-new": encounter(record.arrived(), language),
        "encounter-open": encounter(record.page(), language),
        "encounter-signed": encounter(record.signed(), language),
        "earlier": earlier_page(
            BEFORE,
            name="Bjørg Solvang",
            me=record.DOCTOR,
            unit_name="Nordvik legevakt",
            first=False,
            now=record.NOW,
            **common,
        ),
        "patient-copy": patient_copy_page(patient_copy(a_summary()), encounter=record.ID, **common),
        "sign-in": pages.sign_in([_NORA], **common),
        "display": pages.display_entry("nordvik", **common),
        "problem": pages.problem("not-found", 404, **common),
        "welcome": pages.welcome(
            unit="nordvik", unit_name="Nordvik legevakt", demo_accounts=[_NORA], display_token="t", **common
        ),
    }


async def shown(screen: Page, stage: Stage, source: str, *, width: int = 1440, height: int = 1000) -> None:
    await Calls({}).play(screen)
    await screen.set_viewport_size({"width": width, "height": height})
    stage.pages["/page"] = source
    await screen.goto("/page")


@pytest.mark.parametrize("name", sorted(screens("nb")))
async def test_no_screen_has_an_axe_finding(screen: Page, stage: Stage, name: str) -> None:
    await shown(screen, stage, screens("nb")[name], width=1920 if name.startswith("wall") else 1440)

    assert await barriers(screen) == []


@pytest.mark.parametrize("language", ["nn", "en"])
@pytest.mark.parametrize("name", ["wall-dark", "desk", "triage", "encounter-open"])
async def test_other_languages_have_no_axe_finding(
    screen: Page, stage: Stage, name: str, language: str
) -> None:
    await shown(screen, stage, screens(language)[name], width=1920 if name.startswith("wall") else 1440)

    assert await barriers(screen, colours=False) == []


async def test_a_wall_that_is_cut_off_has_no_axe_finding(screen: Page, stage: Stage) -> None:
    await shown(screen, stage, wall("nb", limit="1500"), width=1920)
    await expect(screen.get_by_role("alert")).to_be_visible()

    assert await barriers(screen) == []


@pytest.mark.parametrize("name", ["desk", "triage", "encounter-open", "sign-in"])
async def test_on_a_narrow_screen_nothing_is_cut_off_sideways(screen: Page, stage: Stage, name: str) -> None:
    await shown(screen, stage, screens("nb")[name], width=400)

    wider = await screen.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wider <= 0


@pytest.mark.parametrize("theme", ["dark", "light"])
async def test_the_whole_wall_fits_on_the_screen(screen: Page, stage: Stage, theme: str) -> None:
    await shown(screen, stage, screens("nb")[f"wall-{theme}"], width=1920)
    await screen.set_viewport_size({"width": 1920, "height": 1080})

    lowest = await screen.evaluate(
        """() => Math.max(...["#rows > tr:not([hidden])", "#rooms > li"].flatMap(part =>
            [...document.querySelectorAll(part)].map(each => each.getBoundingClientRect().bottom)))"""
    )
    assert lowest <= await screen.evaluate("document.querySelector('footer').getBoundingClientRect().top")


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
async def test_no_letter_on_the_wall_is_smaller_than_twenty_pixels(
    screen: Page, stage: Stage, language: str
) -> None:
    await shown(screen, stage, screens(language)["wall-dark"], width=1920, height=1080)

    smallest = await screen.evaluate(
        """() => Math.min(...[...document.querySelectorAll("header *, main *, footer *")]
            .filter(each => [...each.childNodes].some(node => node.nodeType === 3 && node.data.trim())
                && !each.closest(".vh, .mark") && each.getClientRects().length)
            .map(each => parseFloat(getComputedStyle(each).fontSize)))"""
    )
    assert smallest >= 20  # the number in a mark is read by its shape and colour too


async def test_without_script_every_patient_is_on_the_wall(stage: Stage, browser: Any) -> None:
    stage.pages["/page"] = wall("nb")
    context = await browser.new_context(java_script_enabled=False, base_url=stage.address)
    page = await context.new_page()

    await page.goto("/page")

    await expect(page.locator("#rows > tr:visible")).to_have_count(15)
    await context.close()
