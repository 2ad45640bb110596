"""A real Chromium for tests: the one given, or the system's."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, async_playwright

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser of our own; without one on this machine the test is not tried."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not path:
        pytest.skip("no Chromium on this machine: set CHROMIUM or install the package")
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield launched
        await launched.close()
