"""`legevakt verify-log`: is the access log whole, and is what was signed still what it was?"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from core.access.control.anchors import noted, to_note
from core.access.control.verify import WITHOUT_HASH, Anchor, Fault, Verified, last_words, verify_log
from core.clock import utc_now
from integrations import contents as messages
from journal.queries import signed_contents as notes


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command and what can be said with it."""
    parser = commands.add_parser(
        "verify-log", help="whether the access log and what was signed are untouched"
    )
    parser.add_argument(
        "--anchors",
        type=Path,
        metavar="FILE",
        help="try what was noted here before, and note where it is now",
    )


def read_anchors(file: Path | None) -> tuple[Anchor, ...]:
    """What was noted before; nothing the first time."""
    return noted(file.read_text(encoding="utf-8")) if file and file.exists() else ()


def report(verified: Verified, anchors: Path | None) -> int:
    """Print what was found, and note where the log is now if it is whole; 1 when something was altered."""
    for fault in verified.faults:
        print(fault, file=sys.stderr)
    for head in verified.heads:
        print(f"{head.unit} {head.seq} {head.hash}")
    if verified.faults:
        print(f"{len(verified.faults)} found, in {verified.lines} lines", file=sys.stderr)
        return 1
    if anchors:
        with anchors.open("a", encoding="utf-8") as file:
            file.write(to_note(verified.heads, utc_now()))
    print(f"whole: {verified.lines} lines, {len(verified.sealed)} signed or sent")
    return 0


async def everything(session: AsyncSession, anchors: tuple[Anchor, ...] = ()) -> Verified:
    """The log, and what was signed and sent, in one picture of the record."""
    verified = await verify_log(session, anchors)
    now = [
        *[each async for each in notes.contents_now(session)],
        *[each async for each in messages.contents_now(session)],
    ]
    return Verified(
        verified.heads,
        verified.lines,
        verified.sealed,
        (*verified.faults, *_differences(verified.sealed, now)),
    )


def _differences(sealed: frozenset[str], now: list[str]) -> Iterator[Fault]:
    last = last_words(sealed)
    erased = {name for name, hash in last.items() if hash in WITHOUT_HASH}
    then = {name: hash for name, hash in last.items() if name not in erased}
    standing = last_words(now)
    for name in sorted(erased & standing.keys()):
        yield Fault(f"{last[name]}-but-there", name)
    for name in sorted((then.keys() | standing.keys()) - erased):
        if name not in standing:
            yield Fault("signed-missing", name)
        elif name not in then:
            yield Fault("signed-unsealed", name)
        elif standing[name] != then[name]:
            yield Fault("signed-changed", name)
