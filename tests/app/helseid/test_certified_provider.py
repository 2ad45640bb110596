"""The same sign-in against a certified provider on Node: `npm install oidc-provider`, and say where.

By hand, with LEGEVAKT_OIDC_PROVIDER pointing at the folder it was installed in.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from app.sandbox.national.helseid import HelseIdHouse
from app.sandbox.national.people import PeopleHouse
from core.clock import utc_now
from core.settings import Settings
from tests.app.helseid.at_the_door import (
    CLIENT,
    NORA_PID,
    OLD,
    SITE,
    Browser,
    settings_with,
    ward_with_helseid,
)
from tests.conftest import client

pytestmark = pytest.mark.by_hand("LEGEVAKT_OIDC_PROVIDER")
PEOPLE = {
    "nora": {"identity/pid": NORA_PID, "identity/security_level": "4"},
    "nora-minid": {"identity/pid": NORA_PID, "identity/security_level": "3"},
    "doctor": {  # three of the cast have this number: which of them, only a machine of a unit could say
        "hpr/hpr_number": "9144900",
        "identity/security_level": "4",
    },
}


@asynccontextmanager
async def provider() -> AsyncIterator[str]:
    """Its address, while the block lasts."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    given = {
        "client": CLIENT,
        "key": OLD.as_dict(private=False),
        "back": f"{SITE}/helseid/callback",
        "out": f"{SITE}/login",
        "people": PEOPLE,
    }
    script = Path(__file__).with_name("certified_provider.mjs")
    folder = os.environ["LEGEVAKT_OIDC_PROVIDER"]
    process = await asyncio.create_subprocess_exec(
        "node", str(script), folder, str(port), json.dumps(given), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        while b"ready" not in (line := await process.stdout.readline()):
            assert line, "the provider did not start"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        await process.wait()


async def show(begun: httpx.Response, who: str | None) -> str:
    """Through the provider's own pages: sign in, say yes; or turn round. Answers the address back."""
    assert begun.status_code == 303, begun.text
    async with httpx.AsyncClient(trust_env=False) as browser:
        answer = await browser.get(begun.headers["location"])
        while True:
            if answer.is_redirect:
                where = str(answer.next_request.url) if answer.next_request else ""
                if where.startswith(SITE):
                    return where.removeprefix(SITE)
                answer = await browser.get(where)
                continue
            assert answer.status_code == 200, answer.text
            if who is None:
                (turn,) = re.findall(r'href="([^"]*/abort)"', answer.text)
                answer = await browser.get(str(answer.url.join(turn)))
                continue
            (form,) = re.findall(r'action="([^"]+)"', answer.text)
            (prompt,) = re.findall(r'name="prompt" value="([^"]+)"', answer.text)
            typed = {"prompt": prompt, "login": who, "password": "x"}
            answer = await browser.post(str(answer.url.join(form)), data=typed)


@pytest.mark.parametrize(
    ("who", "status"),
    [("nora", 303), ("doctor", 409), ("nora-minid", 403), ("nobody", 403), (None, 409)],
)
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_a_provider_somebody_else_wrote_lets_in_the_same_people(
    database_url: str, settings_for: Callable[..., Settings], tmp_path: Path, who: str | None, status: int
) -> None:
    async with provider() as issuer:
        people = PeopleHouse(HelseIdHouse(issuer, {}, lasts=1), (), frozenset())
        settings = settings_with(settings_for, database_url, people, tmp_path, helseid_url=issuer)
        async with ward_with_helseid(settings, utc_now) as served, client(issuer) as http:
            browser = Browser(client(served.url, timeout=30), http)

            answer = await browser.come_back(await show(await browser.begin(), who))

            assert answer.status_code == status, answer.text
            assert (await browser.me() is not None) == (status == 303)
            out = await browser.http.post("/api/sign-out")
            if status == 303:
                page = await http.get(out.json()["go_on"])
                assert page.status_code == 200, page.text
                assert SITE in page.text or "form" in page.text
