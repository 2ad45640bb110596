"""Signing in by those who should not, links that lead elsewhere, and text that would like to be a page."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from app.main import create_app
from core.settings import Settings
from tests.cast import PASSWORD, UNIT, arrival, move_in, note
from tests.conftest import Served, serving
from tests.faults.hostile import scene


@pytest.fixture
def engine() -> str:
    """Cookies and pages do not depend on the database."""
    return "sqlite"


async def test_a_session_cookie_is_for_this_browser_and_no_script(served: Served) -> None:
    answer = await served.http.post("/api/sign-in", json={"username": "nora", "password": PASSWORD})

    name, _, attributes = answer.headers["set-cookie"].partition("=")
    assert name == "legevakt"
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(attributes.split("; "))
    assert "Secure" not in attributes
    assert answer.text.count(served.http.cookies["legevakt"]) == 0


async def test_over_https_the_cookie_is_tied_to_this_host(
    settings_for: Callable[..., Settings], database_url: str
) -> None:
    app = create_app(settings_for(database_url, secure_cookies=True))
    async with serving(app) as url, httpx.AsyncClient(base_url=url, trust_env=False) as http:
        cast = await move_in(app.state.store)

        person = await http.post("/api/sign-in", json={"username": "nora", "password": PASSWORD})
        wall = await http.post("/api/displays/sign-in", json={"token": cast.wall.token})

    for answer in (person, wall):
        name, _, attributes = answer.headers["set-cookie"].partition("=")
        assert name == "__Host-legevakt"
        assert {"HttpOnly", "SameSite=strict", "Secure", "Path=/"} <= set(attributes.split("; "))
        assert "Domain" not in attributes


async def test_every_sign_in_is_a_new_session_and_signing_out_ends_it(served: Served) -> None:
    sessions = []
    for _ in range(2):
        served.http.cookies.clear()
        await served.http.post("/api/sign-in", json={"username": "nora", "password": PASSWORD})
        sessions.append(served.http.cookies["legevakt"])

    await served.http.post("/api/sign-out")
    served.http.cookies.clear()
    ended = await served.http.get("/api/me", headers={"Cookie": f"legevakt={sessions[1]}"})
    other = await served.http.get("/api/me", headers={"Cookie": f"legevakt={sessions[0]}"})

    assert sessions[0] != sessions[1]
    assert (ended.status_code, other.status_code) == (401, 200)


async def test_a_wrong_name_and_a_wrong_password_are_told_apart_by_nobody(served: Served) -> None:
    name = await served.http.post("/api/sign-in", json={"username": "ingen", "password": PASSWORD})
    password = await served.http.post(
        "/api/sign-in", json={"username": "nora", "password": "feil passord her"}
    )

    assert (name.status_code, name.text) == (password.status_code, password.text)
    assert name.status_code == 401


ELSEWHERE = (
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\\\\evil.example",
    " //evil.example",
    "javascript:evil",
    "evil",
)


async def test_signing_in_leads_to_no_other_site(served: Served) -> None:
    ours = await served.http.get("/login", params={"next": "/units/nordvik"})
    others = {next: await served.http.get("/login", params={"next": next}) for next in ELSEWHERE}

    assert 'data-next="/units/nordvik"' in ours.text
    assert [next for next, page in others.items() if "evil" in page.text] == []


async def test_a_note_with_markup_is_text_on_the_page(served: Served) -> None:
    ward = await scene(served)
    here = f"/api/encounters/{ward.with_doctor}"
    dag = served.cast.dag.headers
    script = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    await served.http.post(f"{here}/notes", json=note(subjective=script), headers=dag)
    await served.http.post(
        f"/api/units/{UNIT}/arrivals", json=arrival(called=script, complaint=script), headers=dag
    )

    pages = [
        await served.http.get(path, headers=dag)
        for path in (f"/encounters/{ward.with_doctor}", f"/units/{UNIT}", f"/wall/{UNIT}")
    ]

    for page in pages:
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert "'unsafe" not in page.headers["content-security-policy"]
