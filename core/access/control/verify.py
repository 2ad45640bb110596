"""Is the access log whole (er innsynsloggen urørt)? Every line is read and its place in the chain tried."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.chain import BEGINNING, tied
from core.access.log import SIGNED
from core.access.tables import AccessLogHead, AccessLogRow

_PAGE = 2000

UNDONE = "undone"
"""Stands for the hash of what was signed and taken back in time: it may be signed anew, with another hash."""

ERASED = "erased"
"""Stands for the hash of what was deleted by decision: the last word on it, whichever unit's log says it."""

WITHOUT_HASH = (UNDONE, ERASED)
"""What is said of a thing that no longer stands there signed."""


def last_words(sealed: Iterable[str]) -> dict[str, str]:
    """Of each thing named `<kind>:<id>` the last that was sealed of it."""
    words: dict[str, str] = {}
    for document in sealed:
        name, _, hash = document.rpartition(":")
        if words.get(name) != ERASED:
            words[name] = hash
    return words


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was written, and where."""

    kind: str  # changed, missing, cut-off, added, anchor-lost, unsealed, …
    where: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.where}"


@dataclass(frozen=True, slots=True)
class Anchor:
    """How far a unit's log had come, noted somewhere else; it must still be on the way."""

    unit: str
    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found: where each unit's log stands, what was sealed in it, and what is wrong."""

    heads: tuple[Anchor, ...]
    lines: int
    sealed: frozenset[str]  # the last word on each
    faults: tuple[Fault, ...]


async def verify_log(session: AsyncSession, anchors: Sequence[Anchor] = ()) -> Verified:
    """Read the whole log in one picture of the record."""
    heads = (await session.execute(select(AccessLogHead).order_by(AccessLogHead.unit_id))).scalars().all()
    reading = _Reading()
    for head in heads:
        noted = {each.seq: each.hash for each in anchors if each.unit == head.unit_id}
        await reading.unit(session, head, noted)
    units = [head.unit_id for head in heads]
    strays = await session.execute(
        select(AccessLogRow.unit_id).where(AccessLogRow.unit_id.not_in(units)).distinct()
    )
    lost = {*strays.scalars(), *({each.unit for each in anchors} - set(units))}
    reading.faults += [Fault("cut-off", f"unit {unit} has no end of its log") for unit in sorted(lost)]
    return Verified(
        tuple(Anchor(head.unit_id, head.seq, head.hash) for head in heads),
        reading.lines,
        frozenset(f"{name}:{hash}" for name, hash in reading.sealed.items()),
        tuple(reading.faults),
    )


class _Reading:
    def __init__(self) -> None:
        self.lines = 0
        self.sealed: dict[str, str] = {}
        self.erased_in: dict[str, str] = {}  # which unit's log says so
        self.faults: list[Fault] = []

    async def unit(self, session: AsyncSession, head: AccessLogHead, noted: dict[int, str]) -> None:
        seq, previous = 0, BEGINNING
        async for line in _lines(session, head.unit_id):
            self.lines += 1
            if line["seq"] != seq + 1:
                self._fault("missing", head, f"{seq + 1} to {line['seq'] - 1}")
            elif tied(previous, line) != line["hash"]:
                self._fault("changed", head, f"{line['seq']} ({line['id']}, {line['what']})")
            if noted.pop(line["seq"], line["hash"]) != line["hash"]:
                self._fault("anchor-lost", head, f"{line['seq']} is not the line that was noted")
            # From what stands there, so that one fault is told once.
            seq, previous = line["seq"], line["hash"]
            if line["what"] == SIGNED:
                self._seal(head, line)
        if seq != head.seq:
            kind, lines = ("cut-off", (seq, head.seq)) if seq < head.seq else ("added", (head.seq, seq))
            self._fault(kind, head, f"{lines[0] + 1} to {lines[1]}")
        elif previous != head.hash:
            self._fault("changed", head, f"{seq} is not the last that was written")
        for missing in sorted(noted):
            self._fault("anchor-lost", head, f"{missing} was noted and is gone")

    def _seal(self, head: AccessLogHead, line: dict[str, Any]) -> None:
        for name, hash in last_words(line["documents"]).items():
            before = self.sealed.get(name, UNDONE)
            if hash == ERASED:
                self.erased_in.setdefault(name, head.unit_id)
            elif self.erased_in.get(name, head.unit_id) != head.unit_id:
                continue  # another unit deleted it later; units are read one after the other
            if before not in (UNDONE, hash) and hash not in WITHOUT_HASH:
                self._fault("sealed-anew", head, f"{line['seq']} ({name})")
            self.sealed[name] = hash

    def _fault(self, kind: str, head: AccessLogHead, lines: str) -> None:
        self.faults.append(Fault(kind, f"unit {head.unit_id} line {lines}"))


async def _lines(session: AsyncSession, unit: str) -> AsyncIterator[dict[str, Any]]:
    # In pages, so that ten years of a ward fit in memory; not a cursor, which has a time limit.
    table, seq = AccessLogRow.__table__, -(2**31)
    while True:
        page = await session.execute(
            select(table).where(table.c.unit_id == unit, table.c.seq > seq).order_by(table.c.seq).limit(_PAGE)
        )
        rows = page.mappings().all()
        for row in rows:
            yield dict(row)
        if len(rows) < _PAGE:
            return
        seq = rows[-1]["seq"]
