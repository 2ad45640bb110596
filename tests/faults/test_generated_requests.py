"""A short run of the generated requests is kept, and each thing the judge promises to find is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.generated.judge import Answered, Asked, Judge
from scripts.generated.run import run
from scripts.generated.ward import BLOCKED, HERE, HIDDEN, NOTED, THERE

PROBLEM = '{"type": "/problems/x", "title": "x", "status": 403, "code": "x"}'


async def test_a_hundred_requests_find_nothing(tmp_path: Path) -> None:
    sender = await run(100, 2026, tmp_path)

    assert sender.judge.faults == []
    assert sender.sent >= 100
    assert len(sender.judge.reached) >= 5, "who is never let in has tried nothing"


def judged(who: str | None, path: str, status: int, text: str, kind: str = "application/json") -> list[str]:
    judge = Judge()
    judge.look(Asked(who, "GET", path, path), Answered(status, kind, text))
    return judge.faults


@pytest.mark.parametrize(
    ("who", "status", "text", "kind"),
    [
        ("nora", 500, PROBLEM, "application/problem+json"),
        ("nora", 403, PROBLEM, "application/json"),
        ("nora", 403, "<p>no</p>", "text/html"),
        ("nora", 403, '{"detail": "no"}', "application/problem+json"),
        ("stranger", 200, HERE, "application/json"),
        (None, 404, PROBLEM + NOTED, "application/problem+json"),
        ("wall", 200, NOTED, "application/json"),
        ("waiting_room", 200, HERE, "application/json"),
        ("dag", 200, THERE, "application/json"),
        ("dag", 200, BLOCKED, "application/json"),
        ("kari", 200, HIDDEN, "application/json"),
    ],
)
def test_what_must_not_be_is_found(who: str | None, status: int, text: str, kind: str) -> None:
    assert len(judged(who, "/api/units/{unit}/board", status, text, kind)) >= 1


@pytest.mark.parametrize(
    ("who", "path", "status", "text", "kind"),
    [
        ("dag", "/api/encounters/{encounter}", 200, HERE + NOTED, "application/json"),
        ("stranger", "/api/encounters/{encounter}", 200, THERE, "application/json"),
        ("nora", "/api/encounters/{encounter}/identity/reveal", 200, HIDDEN, "application/json"),
        (None, "/api/me", 401, PROBLEM, "application/problem+json; charset=utf-8"),
    ],
)
def test_what_may_be_is_left_alone(who: str | None, path: str, status: int, text: str, kind: str) -> None:
    assert judged(who, path, status, text, kind) == []


def test_who_broke_the_glass_with_a_reason_reads_what_was_blocked_and_nobody_else_does() -> None:
    judge = Judge()
    where = "/api/encounters/{encounter}"
    judge.look(Asked("dag", "POST", f"{where}/break-glass", where), Answered(201, "application/json", "{}"))

    for who in ("dag", "nora"):
        judge.look(Asked(who, "GET", where, where), Answered(200, "application/json", BLOCKED))

    assert len(judge.faults) == 1
    assert "nora" in judge.faults[0]
