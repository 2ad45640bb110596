"""As a stranger: a copy of the project, nothing set up around it, and the demonstration does its main job."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.conftest import client

ROOT = Path(__file__).resolve().parents[2]
_PACKAGES = ("app", "core", "integrations", "journal", "realtime", "triage")
_HURRY = "200"  # times as fast: patients come, are seen and go home while we wait
_PATIENCE = 90  # seconds, on a machine that does three other things


@pytest.fixture
async def stranger(tmp_path: Path) -> AsyncIterator[Process]:
    """The demonstration where it was just unpacked: nothing but its own folder, and our hurry."""
    unpacked = tmp_path / "legevakt"
    for package in _PACKAGES:
        shutil.copytree(ROOT / package, unpacked / package, ignore=shutil.ignore_patterns("__pycache__"))
    port = str(20_000 + os.getpid() % 10_000)  # only where it begins to look; it says what it found
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-u", "-m", "app.cli", "demo", "--speed", _HURRY),
        cwd=unpacked,
        env={"PATH": os.environ["PATH"], "LEGEVAKT_PORT": port, "LEGEVAKT_UNDO_SECONDS": "1"},
        stdout=PIPE,
        stderr=STDOUT,
    )
    yield process
    if process.returncode is None:
        process.kill()
        await process.wait()


async def test_a_stranger_sees_patients_come_and_a_letter_arrive_and_stops_it_with_ctrl_c(
    stranger: Process,
) -> None:
    said = await _until(stranger, "Stop with Ctrl-C")
    (here,) = re.findall(r"Start here\s+(\S+)", said)
    (gp,) = re.findall(r"What the GP received\s+(\S+)", said)
    ((username, password),) = re.findall(r"Sign in as (\w+) .* password (\S+)", said)

    async with client(here, timeout=15) as http, asyncio.timeout(_PATIENCE):
        assert (await http.get("/health/ready")).status_code == 200
        answer = await http.post("/api/sign-in", json={"username": username, "password": password})
        assert answer.status_code == 200, answer.text
        await _shows(http, "/units/nordvik", r'<tr role="row"[^>]* data-id="\S{20,}"')
        await _shows(http, gp, r"<td>OK</td>")  # the receipt stands beside the letter

    stranger.send_signal(signal.SIGINT)
    rest, _ = await asyncio.wait_for(stranger.communicate(), _PATIENCE)
    assert stranger.returncode == 128 + signal.SIGINT, rest.decode()
    assert "Traceback" not in rest.decode()
    assert "was refused" not in rest.decode()


async def _until(process: Process, words: str) -> str:
    """What it has printed so far, once these words are there."""
    assert process.stdout
    said = ""
    async with asyncio.timeout(_PATIENCE):
        while words not in said:
            line = await process.stdout.readline()
            assert line, f"it ended: {said}"
            said += line.decode()
    return said


async def _shows(http: httpx.AsyncClient, page: str, wanted: str) -> None:
    """As somebody who looks again and again."""
    while True:
        answer = await http.get(page)
        assert answer.status_code == 200
        if re.search(wanted, answer.text):
            return
        await asyncio.sleep(0.3)
