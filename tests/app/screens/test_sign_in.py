"""The ways in: where one goes afterwards, and what is said when it does not work."""

from __future__ import annotations

import pytest

from app.screens.sign_in import DemoAccount, display_entry, problem, sign_in, welcome
from core.ids import Role
from tests.app.screens.markup import by_id, pick, read, words

NORA = DemoAccount(username="nora", password="made-up-word", name="Nora Lie", role=Role.TRIAGE_NURSE)


def test_after_signing_in_one_comes_to_the_page_one_wanted() -> None:
    page = read(sign_in([], language="nb", asset_version="v1", next="/encounters/1"))

    assert by_id(page, "sign-in").get("data-next") == "/encounters/1"


@pytest.mark.parametrize(
    "next", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_never_leads_to_another_site(next: str) -> None:
    page = read(sign_in([], language="nb", asset_version="v1", next=next))

    assert by_id(page, "sign-in").get("data-next") == ""


def test_outside_the_demo_no_password_is_shown() -> None:
    assert pick(read(sign_in([], language="nb", asset_version="v1")), "//*[@data-password]") == []


def test_in_the_demo_one_can_be_the_nurse_at_once() -> None:
    button = pick(read(sign_in([NORA], language="nb", asset_version="v1")), "//*[@data-username]")[0]

    assert "Nora Lie" in words(button)
    assert button.get("data-password") == "made-up-word"


def test_the_front_page_of_the_demo_leads_to_every_screen() -> None:
    page = welcome(
        unit="nordvik", unit_name="Nordvik legevakt", demo_accounts=[NORA], display_token="abc",
        language="nb", asset_version="v1",
    )  # fmt: skip

    links = [link.get("href") for link in pick(read(page), "//a")]
    assert links == [
        "/wall/nordvik",
        "/display/nordvik#token=abc",
        "/waiting-room/nordvik",
        "/units/nordvik",
        "/login",
    ]


def test_a_wall_screen_is_asked_for_its_code() -> None:
    page = read(display_entry("nordvik", language="en", asset_version="v1"))

    assert words(pick(page, "//h1")[0]) == "Wall screen"
    assert by_id(page, "display").get("data-unit") == "nordvik"


@pytest.mark.parametrize(
    ("code", "status", "sentence"),
    [
        ("not-found", 404, "Dette finnes ikke her."),
        ("not-allowed", 403, "Du har ikke tilgang til dette."),
        ("never-heard-of", 418, "Det gikk ikke."),
    ],
)
def test_what_went_wrong_is_said_in_words(code: str, status: int, sentence: str) -> None:
    page = read(problem(code, status, language="nb", asset_version="v1"))

    assert words(pick(page, "//h1")[0]) == sentence
    assert str(status) in words(page)
