"""A real Chromium for tests, the one given or the system's; and what on a page stands in somebody's way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright

from scripts.chromium import chromium_path

_WCAG = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # what was right is not written out
}
"""What axe looks for: WCAG 2.2 level AA, and what is good practice besides."""

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-audio-output",  # sound is played to nobody, also where there is no loudspeaker
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser of our own; without one on this machine the test is not tried."""
    path = chromium_path()
    if not path:
        pytest.skip("no Chromium on this machine: set CHROMIUM or install the package")
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield launched
        await launched.close()


async def barriers(page: Page, *, colours: bool = True) -> list[str]:
    """What axe finds: the rule, and the first place it is broken.

    Contrast is four fifths of the work: without `colours` where the same state is looked at once more,
    in another language.
    """
    options = _WCAG if colours else {**_WCAG, "rules": {"color-contrast": {"enabled": False}}}
    answer = await Axe().run(page, options=options)
    return [f"{each['id']}: {each['nodes'][0]['html'][:150]}" for each in answer.response["violations"]]
