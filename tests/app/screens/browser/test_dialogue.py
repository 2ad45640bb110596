"""Dialogue with GPs on the page: taken, answered and asked by keyboard, and usable by everybody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Page, expect

from app.screens.dialogue.page import About, encounter_dialogue, waiting_dialogue
from integrations.dialogue.reading import DialogueFile, DialogueLine
from tests.app.screens import record
from tests.app.screens.browser.calls import Calls
from tests.app.screens.browser.conftest import Stage
from tests.browser import barriers

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

ID = "00000000-0000-4000-8000-000000000001"
HERE, LIST = f"/encounters/{record.ID}/dialogue", "/units/nordvik/dialogue"
QUESTION = DialogueLine(
    id=ID,
    encounter=record.ID,
    number="T 12",
    direction="in",
    kind="question",
    party="Nordvik legesenter",
    person="Kari Mo",
    topic="Forespørsel om legemiddelopplysninger",
    subject="Dose",
    text="Hvilken dose fikk hun?\nSkal hun fortsette?",
    files=(DialogueFile(name="EKG.pdf", media_type="application/pdf", size=31_000),),
    at=record.NOW - timedelta(hours=30),
    due_at=record.NOW - timedelta(hours=6),
    answers_it=None,
    closed_at=None,
    closed_by=None,
    closed_how=None,
    state=None,
    version=3,
)
STRANGER = QUESTION.model_copy(update={"id": ID[:-1] + "2", "encounter": None, "number": None})
ABOUT = About(
    encounter=record.ID,
    number="T 12",
    unit="nordvik",
    unit_name="Nordvik legevakt",
    patient="Bjørg Solvang",
)
_HOW: dict[str, Any] = {"now": record.NOW, "asset_version": "v1"}


def here(*lines: DialogueLine, me: Any = record.DOCTOR, language: str = "nb") -> str:
    return encounter_dialogue(lines, ABOUT, me=me, language=language, **_HOW)


def listed(*lines: DialogueLine, language: str = "nb") -> str:
    return waiting_dialogue(
        lines, unit="nordvik", unit_name="Nordvik legevakt", me=record.DOCTOR, language=language, **_HOW
    )


async def test_a_question_is_taken_and_answered_and_one_is_asked(screen: Page, stage: Stage) -> None:
    stale = (412, {"code": "stale"})
    calls = Calls(
        {
            "POST /assign": (200, {}),
            "POST /answer": [stale, (201, {})],
            "POST /dialogue": (201, {}),
        }
    )
    await calls.play(screen)
    stage.pages[HERE] = here(QUESTION)
    await screen.goto(HERE)
    card = screen.get_by_role("article")
    for words in ("Ingen har tatt den", "Skal hun fortsette?", "Vedlegg: EKG.pdf, 30 kB", "svar innen"):
        await expect(card).to_contain_text(words)
    assert await barriers(screen, colours=True) == []

    mine = QUESTION.model_copy(update={"answers_it": "Henrik Sande", "version": 4})
    stage.pages[HERE] = here(mine)
    await card.get_by_role("button", name="Jeg svarer").click()
    await expect(card).to_contain_text("Henrik Sande svarer")
    await card.get_by_label("Svar til fastlegen").fill("5 mg én gang.")
    await card.get_by_role("button", name="Send").click()
    await expect(card.get_by_role("alert")).to_be_visible()
    await expect(card.get_by_label("Svar til fastlegen")).to_have_value("5 mg én gang.")
    answered = mine.model_copy(
        update={"closed_at": record.NOW, "closed_by": "Henrik Sande", "closed_how": "answered", "version": 5}
    )
    stage.pages[HERE] = here(answered)
    await card.get_by_role("button", name="Send").click()
    await expect(card).to_contain_text("Besvart av Henrik Sande")
    assert calls.bodies("/answer")[-1] == {"text": "5 mg én gang."}
    assert await calls.of("/answer")[-1].header_value("if-match") == '"4"'

    asking = screen.locator("form", has=screen.get_by_label("Overskrift"))
    await asking.get_by_label("Hva det gjelder").select_option("8")
    await asking.get_by_label("Overskrift").fill("EKG")
    await asking.get_by_label("Tekst").fill("Har dere et gammelt EKG?")
    await asking.get_by_role("button", name="Send").click()
    await expect(screen.get_by_role("status").first).to_have_text("Gjort.")
    await expect(asking.get_by_label("Tekst")).to_have_value("")
    assert calls.bodies("/dialogue") == [{"topic": "8", "subject": "EKG", "text": "Har dere et gammelt EKG?"}]


async def test_who_may_not_answer_is_offered_nothing_and_the_list_can_be_used_by_everybody(
    screen: Page, stage: Stage
) -> None:
    stage.pages[HERE] = here(QUESTION, me=record.NURSE)
    await screen.goto(HERE)
    await expect(screen.get_by_role("article")).to_contain_text("Hvilken dose fikk hun?")
    await expect(screen.locator("form:visible")).to_have_count(0)

    for language, width in (("nb", 1440), ("en", 400)):
        await screen.set_viewport_size({"width": width, "height": 990})
        stage.pages[LIST] = listed(QUESTION, STRANGER, language=language)
        await screen.goto(LIST)
        await expect(screen.get_by_role("article")).to_have_count(2)
        assert await barriers(screen, colours=language == "nb") == []
        assert await screen.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
