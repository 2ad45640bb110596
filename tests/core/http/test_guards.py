"""What stands in front of every route: origins, sizes and headers."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from core.http.guards import MAX_BODY, Guards, is_foreign


@pytest.mark.parametrize(
    ("headers", "foreign"),
    [
        ({}, False),  # a program
        ({"origin": "https://legevakt.example"}, False),
        ({"origin": "http://legevakt.example"}, False),
        ({"origin": "https://helper.example"}, False),  # allowed by the site
        ({"sec-fetch-site": "same-origin"}, False),
        ({"sec-fetch-site": "none"}, False),  # typed by hand
        ({"origin": "https://evil.example"}, True),
        ({"origin": "https://legevakt.example.evil.example"}, True),
        ({"origin": "https://legevakt.example:8443"}, True),
        ({"origin": "https://helper.example.evil.example"}, True),
        ({"origin": "null"}, True),
        ({"origin": ""}, True),
        ({"origin": "http://["}, True),
        ({"origin": "legevakt.example"}, True),
        ({"origin": "https://legevakt.example/@evil.example"}, False),
        ({"origin": "https://evil.example/legevakt.example"}, True),
        ({"sec-fetch-site": "cross-site"}, True),
        ({"sec-fetch-site": "same-site"}, True),
        ({"origin": "null", "host": ""}, True),
    ],
)
def test_only_our_own_pages_are_ours(headers: dict[str, str], foreign: bool) -> None:
    given = Headers({"host": "legevakt.example", **headers})

    assert is_foreign(given, ["https://helper.example"]) is foreign


async def _echo(scope: Scope, receive: Receive, send: Send) -> None:
    length = 0
    while True:
        message = await receive()
        length += len(message.get("body", b""))
        if not message.get("more_body"):
            break
    headers = [(b"cache-control", b"private")] if scope["path"] == "/own" else []
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": str(length).encode()})


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    """A client of an app that counts what it gets."""
    transport = httpx.ASGITransport(Guards(_echo, lambda code, _language: code, ["https://helper.example"]))
    async with httpx.AsyncClient(transport=transport, base_url="https://legevakt.example") as client:
        yield client


async def test_the_largest_body_is_taken_and_one_more_letter_refused(http: httpx.AsyncClient) -> None:
    largest = await http.post("/", content=b"x" * MAX_BODY)
    larger = await http.post("/", content=b"x" * (MAX_BODY + 1))

    assert (largest.status_code, largest.text) == (200, str(MAX_BODY))
    assert (larger.status_code, larger.json()["code"]) == (413, "too-large")


async def test_every_answer_tells_browsers_to_be_careful(http: httpx.AsyncClient) -> None:
    answers = [
        await http.get("/"),
        await http.post("/", headers={"origin": "https://evil.example"}),
        await http.post("/", content=b"x" * (MAX_BODY + 1)),
    ]

    for answer in answers:
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "'unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"


async def test_only_files_that_never_change_may_be_kept(http: httpx.AsyncClient) -> None:
    static, page, own = await http.get("/static/x/ui.css"), await http.get("/wall/x"), await http.get("/own")

    assert "cache-control" not in static.headers
    assert page.headers["cache-control"] == "no-store"
    assert own.headers["cache-control"] == "private"


async def test_reading_is_open_to_other_pages_because_it_changes_nothing(http: httpx.AsyncClient) -> None:
    foreign = {"origin": "https://evil.example"}

    statuses = {
        method: (await http.request(method, "/", headers=foreign)).status_code
        for method in ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
    }

    assert statuses == {
        "GET": 200,
        "HEAD": 200,
        "OPTIONS": 200,
        "POST": 403,
        "PUT": 403,
        "PATCH": 403,
        "DELETE": 403,
    }
