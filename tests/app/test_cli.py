"""Setting up a ward from the command line, and following one patient."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.cli import main
from app.main import create_app
from core.settings import Settings
from tests.cast import arrival
from tests.conftest import serving
from tests.triage.site_scale import fjord

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


@pytest.mark.parametrize("command", [["display", "add", "--name"], ["token", "--display"]])
@pytest.mark.parametrize(
    ("kind", "role"),
    [([], "display"), (["--kind", "wall"], "display"), (["--kind", "waiting-room"], "waiting-room-display")],
)
def test_a_screen_is_hung_up_for_the_staff_or_for_the_waiting_room(
    empty_ward: str, capsys: pytest.CaptureFixture[str], command: list[str], kind: list[str], role: str
) -> None:
    main(UNIT)
    capsys.readouterr()

    assert main([*command, "Skjerm 1", "--unit", "fjord", *kind]) == 0
    token = capsys.readouterr().out.strip()

    async def whose() -> str:
        async with serving(create_app(Settings())) as url, httpx.AsyncClient(base_url=url) as http:
            answer = await http.get("/api/me", headers={"Authorization": f"Bearer {token}"})
            return str(answer.json()["role"])

    assert asyncio.run(whose()) == role


def test_serving_a_ward_does_not_open_the_sandbox(empty_ward: str) -> None:
    app = create_app(Settings())

    paths = {getattr(route, "path", "") for route in app.routes}
    assert not [path for path in paths if "sandbox" in path or path.startswith(("/edi", "/mhd", "/gp"))]


def test_the_screens_of_a_ward_are_listed_and_one_is_taken_down(
    empty_ward: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(UNIT)
    for name in ("Tavle 1", "Gang"):
        main(["display", "add", "--name", name, "--unit", "fjord"])
    capsys.readouterr()

    assert main(["display", "list", "--unit", "fjord"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert main(["display", "revoke", "--unit", "fjord", first.split()[0]]) == 0
    assert main(["display", "revoke", "--unit", "fjord", first.split()[0]]) == 1
    capsys.readouterr()
    main(["display", "list", "--unit", "fjord"])

    assert ("Gang" in first, "never seen" in first) == (True, True)
    assert capsys.readouterr().out.splitlines() == [second]


def test_a_site_brings_a_scale_and_tries_it_beside_the_one_in_use(
    empty_ward: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "fjord.json"
    file.write_text(fjord(), encoding="utf-8")
    main(UNIT)
    capsys.readouterr()

    assert main(["import-scale", str(file), "--dry-run", "--replay"]) == 0
    shown = capsys.readouterr().out
    assert "2 very_soon (Svært snart): doctor within 10 min, again within 10 min" in shown
    assert "hr [/min, 0-350 by 1, asks outside 30-220]: <= 49 = 2, 50-119 = 0, >= 120 = 2" in shown
    assert main(["choose-scale", "--unit", "fjord", "--scale", "sats", "--beside", "fjord"]) == 1
    assert "scale-unknown" in capsys.readouterr().err
    assert main(["import-scale", str(file)]) == 0
    assert main(["choose-scale", "--unit", "fjord", "--scale", "sats", "--beside", "fjord"]) == 0
    assert main(["compare-scales", "--unit", "fjord", "--beside", "fjord"]) == 0
    assert main(["scales"]) == 0
    assert "fjord  2026-1" in capsys.readouterr().out


def test_a_faulty_scale_is_refused_with_every_place_on_a_line_of_its_own(
    empty_ward: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "fjord.json"
    file.write_text(fjord(lambda d: (d.pop("licence"), d["levels"][2].pop("rank"))), encoding="utf-8")

    assert main(["import-scale", str(file)]) == 1

    told = capsys.readouterr().err.splitlines()
    assert told == ["refused: scale-broken", "  licence: missing-key", "  levels[2].rank: missing-key"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda d: d.pop("test_cases"), "test_cases: the file has none"),
        (lambda d: d["test_cases"][0]["expect"].update(total=4), "well: total is 0, expected 4"),
    ],
)
def test_an_untried_scale_is_refused_with_what_came_out_otherwise(
    empty_ward: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], change: Any, why: str
) -> None:
    file = tmp_path / "fjord.json"
    file.write_text(fjord(change), encoding="utf-8")

    assert main(["import-scale", str(file)]) == 1
    assert why in capsys.readouterr().err


def test_a_file_that_is_not_there_is_refused_by_name(
    empty_ward: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import-scale", "nowhere.json"]) == 1
    assert "file-not-readable file=nowhere.json" in capsys.readouterr().err
