"""The record's file itself."""

from __future__ import annotations

import asyncio
import stat
from pathlib import Path

from sqlalchemy import text

from core.store.database import Database


def written_in(path: Path) -> set[int]:
    """The rights of everything that lies beside the record while somebody writes in it."""

    async def write() -> set[int]:
        database = Database(f"sqlite+aiosqlite:///{path}")
        async with database.writer.begin() as connection:
            await connection.execute(text("CREATE TABLE IF NOT EXISTS note (words TEXT)"))
            await connection.execute(text("INSERT INTO note VALUES ('fall')"))
            files = await asyncio.to_thread(lambda: [*path.parent.iterdir()])
            rights = {rights_of(each) for each in files}
        await database.dispose()
        return rights

    return asyncio.run(write())


def rights_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_record_is_for_the_services_own_user_alone(tmp_path: Path) -> None:
    record = tmp_path / "srv" / "ward.db"

    assert written_in(record) == {0o600}
    assert rights_of(record.parent) == 0o700


def test_a_site_that_gave_its_record_other_rights_keeps_them(tmp_path: Path) -> None:
    record = tmp_path / "ward.db"
    written_in(record)
    record.chmod(0o640)

    written_in(record)

    assert rights_of(record) == 0o640
