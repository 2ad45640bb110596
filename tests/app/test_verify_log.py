"""Whoever alters the log or a signed text in the database itself is found, and the line is named."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest

from app.cli import main
from app.log_check.command import everything, read_anchors, report
from app.main import create_app
from core.access.control.verify import Verified
from core.clock import utc_now
from core.settings import Settings
from core.store.database import Database
from core.store.work import Store
from tests.cast import DIAGNOSIS, UNIT, finishing, full_arrival, move_in, note
from tests.conftest import Served, client, serving
from tests.copied_ward import copied

# What somebody with the database's password does, and what is said of it. Lines 3 to 5 are openings.
_ALTERED = {
    "a name is changed": (
        ["UPDATE access_log SET actor_name = 'Ingen' WHERE seq = 3"],
        "changed: unit nordvik line 3",
    ),
    "who it was about is removed": (
        ["UPDATE access_log SET patient_id = NULL WHERE seq = 4"],
        "changed: unit nordvik line 4",
    ),
    "a line is deleted": (["DELETE FROM access_log WHERE seq = 3"], "missing: unit nordvik line 3 to 3"),
    "a line is deleted and the rest moved up": (
        ["DELETE FROM access_log WHERE seq = 3", "UPDATE access_log SET seq = seq - 1 WHERE seq > 3"],
        "changed: unit nordvik line 3",
    ),
    "a line is added": (
        [
            "INSERT INTO access_log SELECT 'x', unit_id, seq + 100, at, legal_entity, actor_id, actor_name,"
            " role, patient_id, encounter_id, what, documents, purpose, relation, reason, hash, basis"
            " FROM access_log WHERE seq = 3"
        ],
        "added: unit nordvik line",
    ),
    "two lines change places": (
        [
            "UPDATE access_log SET seq = 1003 WHERE seq = 3",
            "UPDATE access_log SET seq = 3 WHERE seq = 4",
            "UPDATE access_log SET seq = 4 WHERE seq = 1003",
        ],
        "changed: unit nordvik line 3",
    ),
    "the end is cut off": (["DELETE FROM access_log WHERE seq > 3"], "cut-off: unit nordvik line 4 to"),
    "everything is gone": (
        ["DELETE FROM access_log", "DELETE FROM access_log_head"],
        "signed-unsealed: note:",
    ),
    "a signed text is changed": (["UPDATE note SET plan = 'Ingenting'"], "signed-changed: note:"),
    "a signed text is deleted": (["DELETE FROM note"], "signed-missing: note:"),
    "what the closing said of medicines is changed": (
        ["UPDATE conclusion SET medication_stated = 'none'"],
        "signed-changed: conclusion:",
    ),
    "the closing's own hash is emptied": (
        ["UPDATE conclusion SET content_hash = NULL, medication_stated = 'none'"],
        "signed-missing: conclusion:",
    ),
    "a message is changed": (
        ["UPDATE outbox_message SET body = CAST('<x/>' AS {bytes}) WHERE body IS NOT NULL"],
        "signed-changed: message:",
    ),
}
_LOCKED = ("access_log", "access_log_head", "note", "conclusion", "outbox_message")


async def an_evening(served: Served) -> None:
    """Somebody is opened by three people, and signed."""
    dag = served.cast.dag.headers
    came = (await served.http.post(f"/api/units/{UNIT}/arrivals", json=full_arrival(), headers=dag)).json()
    where = f"/api/encounters/{came['id']}"
    for who in (served.cast.nora, served.cast.kari, served.cast.dag, served.cast.nora, served.cast.dina):
        assert (await served.http.get(where, headers=who.headers)).is_success
    etag = (await served.http.post(f"{where}/take", json={}, headers=dag)).headers["etag"]
    for path, body in (("diagnoses", DIAGNOSIS), ("finish", finishing(note=note()))):
        answer = await served.http.post(f"{where}/{path}", json=body, headers={**dag, "If-Match": etag})
        assert answer.is_success, answer.text
        etag = answer.headers["etag"]


async def alter(database_url: str, statements: list[str]) -> None:
    """As whoever has the database itself: the rules against it are dropped first."""
    if database_url.startswith("sqlite"):
        file = sqlite3.connect(database_url.partition("///")[2])
        names = [name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        for statement in (*(f"DROP TRIGGER {name}" for name in names), *statements):
            file.execute(statement.format(bytes="BLOB"))
        file.commit()
        file.close()
        return
    connection = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    for statement in (*(f"ALTER TABLE {name} DISABLE TRIGGER USER" for name in _LOCKED), *statements):
        await connection.execute(statement.format(bytes="BYTEA"))
    await connection.close()


async def verified(served: Served) -> Verified:
    return await served.store.read(everything)


async def test_an_evening_that_nobody_touched_is_whole(served: Served) -> None:
    await an_evening(served)

    found = await verified(served)

    assert found.faults == ()
    assert found.lines >= 6
    assert len(found.sealed) == 4  # a note, the closing and two messages


def test_what_is_altered_in_the_database_is_found(
    database_url: str,
    settings_for: Callable[..., Settings],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    overlooked = []

    with asyncio.Runner() as runner:
        runner.run(_an_evening_that_ends(settings_for(database_url)))
        for deed, (statements, said) in _ALTERED.items():
            found = runner.run(_found_in(copied(database_url, tmp_path, runner), statements))
            status, printed = report(found, None), capsys.readouterr().err
            if status != 1 or said not in printed or not any(str(f).startswith(said) for f in found.faults):
                overlooked.append(f"{deed}: {status} {found.faults} {printed}")

    assert not overlooked, "\n".join(overlooked)


async def _an_evening_that_ends(settings: Settings) -> None:
    app = create_app(settings)
    async with serving(app) as url, client(url) as http:
        await an_evening(Served(url, app.state.store, await move_in(app.state.store), http, app))


async def _found_in(database_url: str, statements: list[str]) -> Verified:
    await alter(database_url, statements)
    store = Store(Database(database_url), utc_now)
    try:
        return await store.read(everything)
    finally:
        await store.drain()


async def test_a_shortened_log_whose_end_was_mended_is_found_by_what_was_noted_elsewhere(
    served: Served, database_url: str, tmp_path: Path
) -> None:
    noted = tmp_path / "anchors.txt"
    await an_evening(served)
    assert report(await verified(served), noted) == 0

    await alter(
        database_url,
        [
            "DELETE FROM access_log WHERE seq > 3",
            "UPDATE access_log_head SET seq = 3, hash ="
            " (SELECT hash FROM access_log WHERE unit_id = 'nordvik' AND seq = 3) WHERE unit_id = 'nordvik'",
        ],
    )

    found = await served.store.read(everything, read_anchors(noted))
    assert any(fault.kind == "anchor-lost" for fault in found.faults)


def test_the_command_tells_the_shell(
    database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LEGEVAKT_DATABASE_URL", database_url)

    assert main(["verify-log"]) == 0
    assert "whole: 0 lines" in capsys.readouterr().out
