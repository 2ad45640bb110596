"""Two real walls (tavler) in a real browser behind the bad line, where there is a Chromium."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from playwright.async_api import Browser, Error, Page, async_playwright

from scripts.chromium import chromium_path
from scripts.faults.ledger import Final, Ledger, Seen, Truth, fingerprint
from scripts.kill.ward import UNIT

_ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
_SAMPLE_SECONDS = 0.5
_SILENCE = 12.0
_LOOK = """() => ({
  stale: document.body.classList.contains('stale'),
  ids: [...document.querySelectorAll('#rows [data-id], #rooms [data-id]')].map(node => node.dataset.id),
  wall: Boolean(document.querySelector('#rows')),
})"""
_HURRY = """document.addEventListener('readystatechange', () => {
  if (document.readyState === 'interactive') document.body.dataset.staleAfter = 'LIMIT';
});"""
_KEPT = f"() => localStorage.getItem('legevakt.picture.{UNIT}')"


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser | None]:
    """A browser of our own, or None without one on this machine."""
    path = chromium_path()
    if not path:
        yield None
        return
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS))
        try:
            yield launched
        finally:
            await launched.close()


class Wall:
    """One wall, signed in as a display, reached over the given port."""

    def __init__(self, name: str, shown: str, token: str, ledger: Ledger) -> None:
        self.name, self.shown = name, shown
        self._token = token
        self._ledger = ledger
        self._page: Page | None = None

    async def hang(self, browser: Browser, port: int) -> None:
        """Sign in and open the page."""
        origin = f"http://127.0.0.1:{port}"
        context = await browser.new_context(base_url=origin)
        signed_in = await context.request.post("/api/displays/sign-in", data={"token": self._token})
        assert signed_in.ok, await signed_in.text()
        self._page = await context.new_page()
        if self._ledger.silence != _SILENCE:
            await self._page.add_init_script(_HURRY.replace("LIMIT", str(self._ledger.silence * 1000)))
        await self._page.goto(f"/wall/{UNIT}")

    async def tell(self) -> None:
        """Write down who is drawn, twice a second, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_SAMPLE_SECONDS)
            began = loop.time()
            with suppress(Error):  # between two pages there is nothing to see
                found = await self._evaluate(_LOOK)
                if found["wall"]:
                    ids = frozenset(id.removeprefix("p:") for id in found["ids"] if not _is_room(id))
                    self._ledger.seen.append(Seen(began, loop.time(), self.name, found["stale"], ids))

    async def is_at(self, truth: Truth) -> bool:
        """Whether it holds the picture of this place in the log, as new."""
        kept = await self._kept()
        return kept is not None and kept[:2] == (truth.epoch, truth.seq) and not await self._is_stale()

    async def final(self, truth: Truth) -> Final:
        """What it holds now, beside what is true."""
        kept = await self._kept()
        print = fingerprint(kept[2]) if kept else None
        return Final(self.name, self.shown, await self._is_stale(), print, truth)

    async def _kept(self) -> tuple[str, int, list[Any]] | None:
        """The picture it holds, as it keeps it for itself every few seconds; with its place in the log."""
        with suppress(Error):
            found = await self._evaluate(_KEPT)
            if found:
                picture = json.loads(found)
                return picture["epoch"], picture["seq"], picture["rows"]
        return None

    async def _is_stale(self) -> bool:
        with suppress(Error):
            return bool((await self._evaluate(_LOOK))["stale"])
        return True

    async def _evaluate(self, script: str) -> Any:
        assert self._page is not None
        return await self._page.evaluate(script)


def _is_room(id: str) -> bool:
    # A tile of a room, or of all rooms that share one; those of patients begin with "p:".
    return id.startswith("r:") or id == "rest"
