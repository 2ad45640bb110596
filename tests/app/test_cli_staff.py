"""`legevakt staff …` for somebody who cannot sign in, or shall not any more."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import httpx
import pytest

from app.cli import main
from app.main import create_app
from core.settings import Settings
from tests.app.test_cli import UNIT, hire
from tests.conftest import serving


async def _tries(password: str) -> httpx.Response:
    async with (
        serving(create_app(Settings())) as url,
        httpx.AsyncClient(base_url=url, trust_env=False) as http,
    ):
        return await http.post("/api/sign-in", json={"username": "nora", "password": password})


def test_a_forgotten_password_a_lost_phone_and_a_last_day_at_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LEGEVAKT_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'ward.db'}")
    monkeypatch.setenv("LEGEVAKT_SECOND_FACTOR", "required")
    assert main(UNIT) == 0
    assert hire(monkeypatch, "et langt passord") == 0
    assert main(["token", "--staff", "nora"]) == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("et annet langt passord\n"))
    capsys.readouterr()

    assert main(["staff", "password", "--username", "nora"]) == 0
    assert main(["staff", "reset-factors", "--username", "nora"]) == 0
    told = capsys.readouterr().out
    assert "1 ended" in told
    assert len(told.split()[-1]) == 14, "a code of three times four letters"
    assert asyncio.run(_tries("et langt passord")).status_code == 401
    assert asyncio.run(_tries("et annet langt passord")).json()["ways"] == ["recovery"]

    assert main(["staff", "deactivate", "--username", "nora"]) == 0
    assert asyncio.run(_tries("et annet langt passord")).status_code == 401
    assert main(["staff", "end-sessions", "--username", "ingen"]) == 1
    assert "not-found" in capsys.readouterr().err
