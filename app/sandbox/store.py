"""The memory of the receiving side: a small SQLite file, so that a restart does not make it forget."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from core.clock import as_utc

_TABLES = """
create table if not exists message (
    id text primary key, stored_at text not null, sender integer not null, receiver integer not null,
    document_id text not null, generated_at text not null, about text, body blob not null,
    visible_at text not null, read integer not null default 0);
create index if not exists inbox on message (receiver, read, visible_at);
create index if not exists receipts on message (about);
create table if not exists letter (
    sender integer not null, message_id text not null, first_seen text not null, body blob not null,
    sha256 text not null, attempts integer not null, different_bodies integer not null,
    status text not null, errors text not null, primary key (sender, message_id));
create table if not exists document (
    master text primary key, first_seen text not null, body blob not null, sha256 text not null,
    attempts integer not null, different_bodies integer not null, answer blob not null);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A document in the carrier's hands, from us or to us."""

    id: str
    sender: int
    receiver: int
    document_id: str
    generated_at: str
    about: str | None  # a receipt says which document it is about
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A summary at the GP: kept once, however often it came."""

    sender: int
    message_id: str
    first_seen: datetime
    body: bytes
    sha256: str
    attempts: int
    different_bodies: int
    status: str
    errors: tuple[str, ...]

    @property
    def channel(self) -> str:
        """What kind of letter, by its root."""
        return "dialogue" if b"<MsgHead" in self.body[:300] else "gp-summary"


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedDocument:
    """A document in the shared record: kept once, with the answer that was given."""

    master: str
    first_seen: datetime
    body: bytes
    sha256: str
    attempts: int
    different_bodies: int
    answer: bytes


class Store:
    """One connection; every method is one transaction and is done before it returns."""

    def __init__(self, path: Path | None) -> None:
        self._db = sqlite3.connect(path or ":memory:", check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        self._db.executescript("pragma journal_mode=wal; pragma synchronous=full;" + _TABLES)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def add_message(self, message: Message, *, at: datetime, visible_at: datetime) -> None:
        """Take a document into the carrier's hands; the receiver finds it from `visible_at` on."""
        with self._db:
            self._db.execute(
                "insert into message values (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
                (
                    message.id,
                    _text(at),
                    message.sender,
                    message.receiver,
                    message.document_id,
                    message.generated_at,
                    message.about,
                    message.body,
                    _text(visible_at),
                ),
            )

    def message(self, id_: str, *, now: datetime) -> Message | None:
        """One message that can be seen now."""
        found = self._db.execute(
            "select * from message where id = ? and visible_at <= ?", (id_, _text(now))
        ).fetchone()
        return _message(found) if found else None

    def unread(self, receivers: list[int], *, now: datetime) -> list[Message]:
        """What lies in the inbox, oldest first."""
        marks = ",".join("?" * len(receivers))
        found = self._db.execute(
            f"select * from message where receiver in ({marks}) and read = 0 and visible_at <= ?"  # noqa: S608
            " order by visible_at, rowid",
            (*receivers, _text(now)),
        )
        return [_message(row) for row in found]

    def after(self, receivers: list[int], offset: int, *, now: datetime) -> list[tuple[int, Message]]:
        """What has come for these since then, with its place in the carrier's one queue."""
        marks = ",".join("?" * len(receivers))
        found = self._db.execute(
            f"select rowid as place, * from message where receiver in ({marks}) and rowid > ?"  # noqa: S608
            " and visible_at <= ? order by rowid",
            (*receivers, offset, _text(now)),
        )
        return [(row["place"], _message(row)) for row in found]

    def carried(self, *, sender: int) -> list[Message]:
        """Everything this sender has had carried, oldest first."""
        found = self._db.execute("select * from message where sender = ? order by rowid", (sender,))
        return [_message(row) for row in found]

    def receipts_for(self, document_id: str, *, now: datetime) -> list[Message]:
        """The receipts on a document that have come so far, newest first."""
        found = self._db.execute(
            "select * from message where about = ? and visible_at <= ? order by visible_at desc, rowid desc",
            (document_id, _text(now)),
        )
        return [_message(row) for row in found]

    def mark_read(self, id_: str) -> None:
        """Take a message out of the inbox."""
        with self._db:
            self._db.execute("update message set read = 1 where id = ?", (id_,))

    def keep_letter(
        self, sender: int, message_id: str, body: bytes, *, at: datetime, verdict: tuple[str, tuple[str, ...]]
    ) -> Letter:
        """Keep a summary the first time; later times are counted, and get the first verdict again."""
        digest, (status, errors) = sha256(body).hexdigest(), verdict
        with self._db:
            self._db.execute(
                "insert into letter values (?, ?, ?, ?, ?, 1, 0, ?, ?)"
                " on conflict do update set attempts = attempts + 1,"
                " different_bodies = different_bodies + (sha256 <> excluded.sha256)",
                (sender, message_id, _text(at), body, digest, status, json.dumps(errors)),
            )
            kept = self._db.execute(
                "select * from letter where sender = ? and message_id = ?", (sender, message_id)
            ).fetchone()
        return _letter(kept)

    def letters(self) -> list[Letter]:
        """All summaries, newest first."""
        found = self._db.execute("select * from letter order by first_seen desc, rowid desc")
        return [_letter(row) for row in found]

    def keep_document(self, master: str, body: bytes, *, at: datetime, answer: bytes) -> SharedDocument:
        """Keep a shared document the first time; later times get the first answer again."""
        with self._db:
            self._db.execute(
                "insert into document values (?, ?, ?, ?, 1, 0, ?)"
                " on conflict do update set attempts = attempts + 1,"
                " different_bodies = different_bodies + (sha256 <> excluded.sha256)",
                (master, _text(at), body, sha256(body).hexdigest(), answer),
            )
            kept = self._db.execute("select * from document where master = ?", (master,)).fetchone()
        return _document(kept)

    def holds(self, master: str) -> bool:
        """Whether a shared document with this identifier has been taken in."""
        found = self._db.execute("select 1 from document where master = ?", (master,))
        return found.fetchone() is not None

    def documents(self) -> list[SharedDocument]:
        """All shared documents, newest first."""
        found = self._db.execute("select * from document order by first_seen desc, rowid desc")
        return [_document(row) for row in found]


def _text(moment: datetime) -> str:
    # Always with microseconds, so that comparing the texts compares the moments.
    return as_utc(moment).isoformat(timespec="microseconds")


def _message(row: sqlite3.Row) -> Message:
    return Message(
        id=row["id"],
        sender=row["sender"],
        receiver=row["receiver"],
        document_id=row["document_id"],
        generated_at=row["generated_at"],
        about=row["about"],
        body=row["body"],
    )


def _letter(row: sqlite3.Row) -> Letter:
    return Letter(
        sender=row["sender"],
        message_id=row["message_id"],
        first_seen=datetime.fromisoformat(row["first_seen"]),
        body=row["body"],
        sha256=row["sha256"],
        attempts=row["attempts"],
        different_bodies=row["different_bodies"],
        status=row["status"],
        errors=tuple(json.loads(row["errors"])),
    )


def _document(row: sqlite3.Row) -> SharedDocument:
    return SharedDocument(
        master=row["master"],
        first_seen=datetime.fromisoformat(row["first_seen"]),
        body=row["body"],
        sha256=row["sha256"],
        attempts=row["attempts"],
        different_bodies=row["different_bodies"],
        answer=row["answer"],
    )
