"""Refusals as a program and a person read them."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest
from fastapi import FastAPI, HTTPException
from httpx import ASGITransport
from starlette.responses import HTMLResponse

from core.errors import Conflict, Refused, Unavailable
from core.http.problem import install
from core.text import Request, ShortText


class Taken(Conflict):
    """A refusal with facts, one of which tries to be something else."""

    code = "taken"


class Body(Request):
    """A body."""

    called: ShortText


def _app() -> FastAPI:
    app = FastAPI()
    install(
        app,
        lambda code, language: f"{code} ({language})",
        lambda request, code, status: HTMLResponse(f"<p>{code}</p>", status),
    )

    @app.get("/raise/{what}")
    async def raising(what: str) -> None:
        raise {
            "taken": Taken(
                doctor="Dag Holm", since=datetime(2026, 11, 20, 20, tzinfo=UTC), status=200, title="x"
            ),
            "busy": Unavailable(),
            "teapot": HTTPException(418),
            "refused": Refused(items=(1, {"a": None})),
        }.get(what, RuntimeError("secret"))

    @app.post("/body")
    async def body(given: Body) -> str:
        return given.called

    return app


async def _ask(method: str, path: str, body: str | None = None, accept: str = "*/*") -> httpx.Response:
    transport = ASGITransport(_app(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://ward") as http:
        headers = {"accept-language": "nn", "content-type": "application/json", "accept": accept}
        return await http.request(method, path, content=body, headers=headers)


async def test_a_refusal_says_code_status_words_and_facts() -> None:
    answer = await _ask("GET", "/raise/taken")

    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "/problems/taken",
        "title": "taken (nn)",
        "status": 409,
        "code": "taken",
        "doctor": "Dag Holm",
        "since": "2026-11-20T20:00:00+00:00",
    }


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/raise/busy", 503, "unavailable"),
        ("GET", "/raise/refused", 400, "refused"),
        ("GET", "/raise/teapot", 418, "refused"),
        ("GET", "/nowhere", 404, "not-found"),
        ("DELETE", "/body", 405, "wrong-method"),
        ("GET", "/raise/fault", 500, "fault"),
    ],
)
async def test_every_way_to_fail_is_a_problem(method: str, path: str, status: int, code: str) -> None:
    answer = await _ask(method, path)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text


async def test_who_asks_while_we_are_busy_is_told_to_come_back() -> None:
    answer = await _ask("GET", "/raise/busy")

    assert answer.headers["retry-after"] == "1"


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ("{}", [{"field": "called", "code": "missing"}]),
        ('{"called": ""}', [{"field": "called", "code": "string_too_short"}]),
        ('{"called": "a\\u0000"}', [{"field": "called", "code": "text-not-storable"}]),
        ('{"called": "a", "caled": "b"}', [{"field": "caled", "code": "extra_forbidden"}]),
        ('{"called": "a", "\\ud800": "b"}', [{"field": "", "code": "string_unicode"}]),
        ('{"called": "a", "å": "b"}', [{"field": "?", "code": "extra_forbidden"}]),
    ],
)
async def test_what_is_wrong_is_named_and_what_was_sent_is_not_repeated(
    body: str, fields: list[dict[str, str]]
) -> None:
    answer = await _ask("POST", "/body", body)

    assert answer.status_code == 422
    assert answer.json()["fields"] == fields
    assert answer.json().keys() == {"type", "title", "status", "code", "fields"}


@pytest.mark.parametrize(
    ("path", "status", "code"), [("/nowhere", 404, "not-found"), ("/raise/it", 500, "fault")]
)
async def test_a_person_in_a_browser_reads_a_page_and_a_program_reads_json(
    path: str, status: int, code: str
) -> None:
    read = await _ask("GET", path, accept="text/html,application/xhtml+xml,*/*;q=0.8")
    parsed = await _ask("GET", path)

    assert (read.status_code, read.text) == (status, f"<p>{code}</p>")
    assert (parsed.status_code, parsed.json()["code"]) == (status, code)
