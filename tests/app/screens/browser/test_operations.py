"""The operations screen: what waits stands first, old figures say so, and everybody can use it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Page, expect

from app.screens.operations.page import operations
from app.screens.texts import LANGUAGES
from integrations.inbox.tasks import TaskLine
from integrations.messages import BalanceLine
from integrations.watch.draining import Draining
from integrations.watch.readiness import Point
from integrations.watch.worklist import LetterLine, Silence, Worklist
from tests.app.screens import record
from tests.app.screens.browser.calls import Calls
from tests.app.screens.browser.conftest import Stage
from tests.browser import barriers
from triage.queries.figures.running_today import LevelWait, RunningToday

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PATH = "/units/nordvik/operations"
NOW = record.NOW


def letter(number: int, state: str, group: Any, *, reason: str | None = None, age: int = 10) -> LetterLine:
    made = NOW - timedelta(minutes=age)
    return LetterLine(
        id=f"00000000-0000-4000-8000-00000000000{number}",
        encounter=f"00000000-0000-4000-9000-00000000000{number}",
        number=f"T {40 + number}",
        channel="gp-summary",
        receiver="Kari Mo, Nordvik legesenter",
        state=state,
        group=group,
        reason=reason,
        attempts=number,
        created_at=made,
        changed_at=made + timedelta(minutes=1),
    )


LETTERS = Worklist(
    lines=(
        letter(1, "rejected", "person", reason="E21", age=72),
        letter(2, "queued", "underway", reason="timeout", age=18),
        letter(3, "acknowledged", "delivered"),
    ),
    for_a_person=1,
    under_way=1,
    delivered_today=31,
    last_delivered_at=NOW - timedelta(minutes=9),
    oldest_for_a_person=NOW - timedelta(minutes=72),
    within_an_hour=29,
    judged=31,
    troubles=(),
    silences=(Silence(channel="gp-summary", receiver=None, today=3, usual=24),),
)
BUSY = LETTERS.model_copy(
    update={
        "tasks": (
            TaskLine(
                id="00000000-0000-4000-a000-000000000001",
                kind="other-receiver",
                code="E21",
                sender="Sørvik legesenter",
                encounter=None,
                dialogue=None,
                found_at=NOW - timedelta(minutes=3),
            ),
        ),
        "draining": Draining(
            left=40, per_minute=12.5, empty_at=NOW + timedelta(minutes=4), curve=(10, 90, 80, 60, 40)
        ),
    }
)
_LEVELS = ((1, 0, 0, 1), (2, 10, 6, 12), (3, 60, 34, 71), (4, 240, 88, 134))
TODAY = RunningToday(
    arrivals=59,
    usual_arrivals=50,
    by_hour=(2, 1, 1, 1, 0, 1, 2, 4, 7, 9, 11, 10, 10),
    usual_by_hour=(2, 2, 1, 1, 1, 1, 2, 4, 6, 8, 9, 9, 9, 8, 8, 9, 10, 11, 11, 10, 9, 8, 6, 4),
    minutes_to_triage=7,
    in_time=36,
    judged=44,
    left=2,
    to_doctor=tuple(
        LevelWait(level=level, target=target, median=median, ninety=ninety, counted=20)
        for level, target, median, ninety in (
            (1, 0, 0, 1),
            (2, 10, 6, 12),
            (3, 60, 34, 71),
            (4, 240, 88, 134),
        )
    ),
)
READY = (
    Point(code="writing", state="ok", at=NOW),
    Point(code="board", state="ok"),
    Point(code="displays", state="wait", count=2, of=3),
    Point(code="jobs", state="ok"),
    Point(code="gp-summary", state="ok", at=NOW - timedelta(days=1)),
    Point(code="shared-record-none", state="bad"),
)
DAYS = (
    BalanceLine(
        day=NOW.date(),
        channel="gp-summary",
        receiver="Kari Mo, Nordvik legesenter",
        written=33,
        sent=32,
        acknowledged=31,
        waiting=1,
        for_a_person=1,
        by_hand=0,
    ),
)


def page(*, now: datetime = NOW, language: str = "nb", **changes: Any) -> str:
    given: dict[str, Any] = {"today": TODAY, "letters": LETTERS, "days": DAYS, "ready": READY}
    return operations(
        **{**given, **changes},
        me=record.DOCTOR,
        unit="nordvik",
        unit_name="Nordvik legevakt",
        now=now,
        language=language,
        asset_version="v1",
    )


async def test_what_waits_is_sent_now_and_the_page_follows_until_it_cannot(
    screen: Page, stage: Stage
) -> None:
    stage.pages[PATH] = page()
    calls = Calls({"POST /send-now": (200, {"id": "x", "state": "queued"})})
    await calls.play(screen)
    await screen.clock.install(time=NOW)
    await screen.goto(PATH)
    rows = screen.locator(".out tbody tr")
    await expect(rows).to_contain_text(["Avvist", "Prøver igjen", "Levert"])
    await expect(screen.get_by_text("bare 3 i dag, vanligvis 24")).to_be_visible()

    await screen.get_by_role("button", name="Levert").click()
    await expect(rows.nth(2)).to_be_hidden()
    gone = LETTERS.model_copy(update={"lines": (LETTERS.lines[0], LETTERS.lines[2]), "under_way": 0})
    stage.pages[PATH] = page(letters=gone, now=NOW + timedelta(seconds=7))
    await screen.get_by_role("button", name="Send nå T 42").click()

    await expect(screen.get_by_role("status")).to_have_text("Meldingen går i neste runde.")
    await expect(rows).to_have_count(2)
    await expect(rows.nth(1)).to_be_hidden()  # still as one had chosen
    assert [each.url.rpartition("/messages/")[2] for each in calls.asked] == [
        "00000000-0000-4000-8000-000000000002/send-now"
    ]

    await stage.close()
    await screen.clock.run_for(10_000)
    await expect(screen.locator("#old")).to_contain_text("Fikk ikke oppdatert. Tallene er fra kl.")
    await stage.open()
    await screen.clock.run_for(10_000)
    await expect(screen.locator("#old")).to_be_hidden()


async def test_what_came_in_is_off_the_list_when_somebody_wrote_what_was_done(
    screen: Page, stage: Stage
) -> None:
    stage.pages[PATH] = page(letters=BUSY)
    taken = [(409, {"code": "inbox-task-settled"}), (200, {"id": "x", "note": "Ringte."})]
    calls = Calls({"POST /settle": taken})
    await calls.play(screen)
    await screen.goto(PATH)
    row = screen.locator(".out tbody tr").first
    await expect(row).to_contain_text("Kvittering fra en annen enn mottakeren · Sørvik legesenter")
    await expect(row).to_contain_text("Ring mottakeren og spør om meldingen er kommet.")
    await expect(screen.locator(".drain")).to_contain_text("12,5 i minuttet")

    await row.get_by_role("button", name="Avklart").click()
    dialog = screen.get_by_role("dialog")
    await expect(dialog).to_contain_text("Sørvik legesenter")
    assert await barriers(screen, colours=False) == []
    await dialog.get_by_label("F.eks. hvem du ringte").fill("Ringte, den er kommet.")
    await screen.keyboard.press("Enter")
    await expect(dialog.get_by_role("alert")).to_have_text("Noen har avklart dette allerede.")
    stage.pages[PATH] = page()
    await dialog.get_by_role("button", name="Avklart").click()

    await expect(screen.get_by_role("status")).to_have_text("Skrevet ned. Den er ute av lista.")
    await expect(screen.locator(".out tbody tr")).to_have_count(3)
    assert calls.bodies("/settle")[-1] == {"note": "Ringte, den er kommet."}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_it_can_be_used_by_everybody(screen: Page, stage: Stage, language: str) -> None:
    nothing = Worklist.model_validate(
        {
            **dict.fromkeys(Worklist.model_fields, 0),
            **dict.fromkeys(("lines", "tasks", "troubles", "silences"), ()),
            **dict.fromkeys(("last_delivered_at", "oldest_for_a_person", "draining"), None),
        }
    )
    quiet = RunningToday(
        arrivals=0, usual_arrivals=None, by_hour=(0,), usual_by_hour=(), minutes_to_triage=None,
        in_time=0, judged=0, left=0, to_doctor=(),
    )  # fmt: skip
    for width, drawn in (
        (1440, page(language=language)),
        (1440, page(language=language, letters=nothing, today=quiet, days=())),
        (400, page(language=language, letters=BUSY)),
    ):
        await screen.set_viewport_size({"width": width, "height": 990})
        stage.pages[PATH] = drawn
        await screen.goto(PATH)
        assert await barriers(screen, colours=language == "nb" and width == 1440) == []
        assert await screen.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
