"""A desk and a wall in a real browser, on a real server: how busy their main thread is, and if focus held.

`busy` is the processor time of the page's main thread, drawing included. Long tasks are counted by the clock,
so on a busy machine they are the other programs' too.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import httpx
from playwright.async_api import CDPSession, Page, async_playwright

from scripts.bench import machine
from scripts.bench.visitors import change
from scripts.bench.ward import Ward, furnish
from scripts.chromium import chromium_path
from scripts.kill.processes import Server, free_port

_PASSWORD = "nobody signs in with this"
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
_PARTS = {
    "busy": "TaskDuration",
    "script": "ScriptDuration",
    "layout": "LayoutDuration",
    "style": "RecalcStyleDuration",
}
_WATCH = """() => { window.long = []; new PerformanceObserver((all) => {
    window.long.push(...all.getEntries().map((each) => each.duration)); }).observe({ type: "longtask" }); }"""
_FOCUS = """() => { const rows = [...document.querySelectorAll("#rows > tr")];
    rows[Math.floor(rows.length / 2)].querySelector(".who").focus(); }"""
_FOCUSED = """() => { const row = document.activeElement.closest("tr");
    return row ? [row.dataset.id, row.getBoundingClientRect().top] : ["", 0]; }"""
_SAYS = """() => Object.fromEntries([...document.querySelectorAll("#rows > tr")].map((row) =>
    [row.dataset.id, row.querySelector("[data-field=nurse]").textContent]))"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table; 1 when a page lost the focus or an update. The times are for a reader to judge."""
    parser = argparse.ArgumentParser(prog="scripts/bench_browser", description=__doc__)
    parser.add_argument("--rows", type=int, default=200)
    parser.add_argument(
        "--rate", type=float, action="append", help="changes per second, may be repeated; 0, 20 and 200"
    )
    parser.add_argument("--seconds", type=float, default=10.0, help="length of each measurement")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="lvbench") as name:
        url = f"sqlite+aiosqlite:///{name}/ward.db"
        (ward,) = furnish(url, units=1, walls=1, desks=0, patients=given.rows)
        print(f"{given.rows} rows; {machine.describe()}")
        return asyncio.run(_measure_all(given, ward, url, Path(name)))


async def _measure_all(given: argparse.Namespace, ward: Ward, url: str, folder: Path) -> int:
    port = free_port()
    environment = {
        "LEGEVAKT_DATABASE_URL": url, "LEGEVAKT_DATA_DIR": str(folder), "LEGEVAKT_HOST": "127.0.0.1",
        "LEGEVAKT_PORT": str(port), "LEGEVAKT_ENVIRONMENT": "test", "LEGEVAKT_SECURE_COOKIES": "false",
    }  # fmt: skip
    log = folder / "ward.log"
    server = Server("app.cli", "serve", port=port, ready="/health/ready", log=log, environment=environment)
    await server.start()
    try:
        await server.until_ready()
        async with async_playwright() as playwright:
            path = chromium_path()
            browser = await playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
            faults = 0
            for screen in ("desk", "wall"):
                context = await browser.new_context(
                    viewport={"width": 1920, "height": 1080}, base_url=server.url
                )
                page = await context.new_page()
                await _sign_in(page, screen, ward)
                for rate in given.rate or (0.0, 20.0, 200.0):
                    faults += await _measure(page, screen, ward, server.url, rate, given.seconds)
                await context.close()
            await browser.close()
    finally:
        await server.stop()
    return 1 if faults else 0


async def _sign_in(page: Page, screen: str, ward: Ward) -> None:
    if screen == "desk":
        data: dict[str, str] = {"username": f"nurse-{ward.unit}", "password": _PASSWORD}
        answer = await page.request.post("/api/sign-in", data=data)
        await page.goto(f"/units/{ward.unit}")
    else:
        answer = await page.request.post("/api/displays/sign-in", data={"token": ward.walls[0]})
        await page.goto(f"/wall/{ward.unit}")
    assert answer.ok, await answer.text()
    await page.locator("#rows > tr").first.wait_for()
    await page.evaluate(_WATCH)
    await page.wait_for_timeout(2000)


async def _measure(page: Page, screen: str, ward: Ward, url: str, rate: float, seconds: float) -> int:
    if screen == "desk":
        await page.evaluate(_FOCUS)
        await page.wait_for_timeout(300)
    focused, top = await page.evaluate(_FOCUSED)
    await page.evaluate("window.long.length = 0")
    session = await page.context.new_cdp_session(page)
    await session.send("Performance.enable", {"timeDomain": "threadTicks"})  # not what other programs take
    before, began = await _metrics(session), time.monotonic()
    done = await change(ward, url, rate, seconds)
    after, took = await _metrics(session), time.monotonic() - began
    long = await page.evaluate("window.long")
    await page.wait_for_timeout(1500)
    still_focused, still_top = await page.evaluate(_FOCUSED)
    kept = still_focused == focused and abs(still_top - top) < 2
    lost = await _lost(page, ward, url) if screen == "desk" else 0
    parts = "  ".join(
        f"{name} {100 * (after[key] - before[key]) / took:4.1f} %" for name, key in _PARTS.items()
    )
    worst = f"{len(long)} long tasks" + (f", worst {max(long):.0f} ms" if long else "")
    ended = "" if kept and not lost else f"  FAILED: focus {'kept' if kept else 'LOST'}, {lost} rows differ"
    print(f"  {screen:<5} {done / took:5.0f} changes/s  {parts}  {worst}{ended}", flush=True)
    return int(bool(ended))


async def _metrics(session: CDPSession) -> dict[str, float]:
    found = await session.send("Performance.getMetrics")
    return {each["name"]: each["value"] for each in found["metrics"]}


async def _lost(page: Page, ward: Ward, url: str) -> int:
    """Rows that do not say what the record says."""
    async with httpx.AsyncClient(base_url=url, trust_env=False) as http:
        headers = {"Authorization": f"Bearer {ward.nurse}"}
        board = (await http.get(f"/api/units/{ward.unit}/board", headers=headers)).json()
    said, true = await page.evaluate(_SAYS), {row["id"]: row["nurse"] or "–" for row in board["rows"]}
    return sum(said.get(id) != true.get(id) for id in said.keys() | true.keys())


if __name__ == "__main__":
    sys.exit(main())
