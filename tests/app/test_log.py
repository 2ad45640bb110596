"""What the service writes down for those who run it, and what it never does."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import httpx
import pytest

from app.serving.server import keep_log


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    names = ("alembic", "httpx", "httpcore")
    before = {name: logging.getLogger(name).level for name in names}
    with caplog.at_level(logging.INFO):
        yield caplog
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


def asked() -> None:
    with httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200))) as http:
        http.get("https://register.example/Patient", params={"identifier": "17912099997"})


def test_whom_a_register_was_asked_about_stands_in_no_log(log: pytest.LogCaptureFixture) -> None:
    asked()
    assert "17912099997" in log.text, "the client tells it unless it is told not to"
    log.clear()

    keep_log()
    asked()
    logging.getLogger("app").info("open")

    assert "17912099997" not in log.text
    assert "open" in log.text
