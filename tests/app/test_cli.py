"""Setting up a ward from the command line, and following one patient."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import httpx
import pytest

from app.cli import main
from app.main import create_app
from core.settings import Settings
from tests.cast import arrival
from tests.conftest import serving

UNIT = [
    *("unit", "add", "--id", "fjord", "--name", "Fjord legevakt", "--municipality", "Fjord kommune"),
    *("--organisation-number", "999888777", "--room", "Akutt 1"),
]


@pytest.fixture
def empty_ward(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A place for a database that is not there yet."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'new' / 'ward.db'}"
    monkeypatch.setenv("LEGEVAKT_DATABASE_URL", url)
    return url


def hire(monkeypatch: pytest.MonkeyPatch, password: str) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))
    nurse = ["--username", "nora", "--name", "Nora Lie", "--role", "triage-nurse", "--unit", "fjord"]
    return main(["staff", "add", *nurse])


def test_a_ward_is_set_up_and_its_first_patient_followed(
    empty_ward: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(UNIT) == 0
    assert hire(monkeypatch, "et langt passord") == 0
    capsys.readouterr()
    assert main(["token", "--staff", "nora"]) == 0
    token = capsys.readouterr().out.strip()

    async def first_patient() -> str:
        async with serving(create_app(Settings())) as url, httpx.AsyncClient(base_url=url) as http:
            who = {"Authorization": f"Bearer {token}"}
            answer = await http.post("/api/units/fjord/arrivals", json=arrival(), headers=who)
            assert answer.status_code == 201, answer.text
            return str(answer.json()["id"])

    encounter = asyncio.run(first_patient())
    assert main(["trace", encounter]) == 0
    assert "checked-in" in capsys.readouterr().out


def test_a_short_password_is_refused_and_nobody_is_added(
    empty_ward: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    main(UNIT)

    assert hire(monkeypatch, "kort") == 1
    assert "password-too-short" in capsys.readouterr().err
    assert main(["token", "--staff", "nora"]) == 1


def test_a_unit_without_its_number_is_refused_with_the_field(
    empty_ward: str, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = [part if part != "999888777" else "12" for part in UNIT]

    assert main(wrong) == 1
    assert "organisation_number" in capsys.readouterr().err


def test_serving_a_ward_does_not_open_the_sandbox(empty_ward: str) -> None:
    app = create_app(Settings())

    paths = {getattr(route, "path", "") for route in app.routes}
    assert not [path for path in paths if "sandbox" in path or path.startswith(("/edi", "/mhd", "/gp"))]
