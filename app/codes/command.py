"""`legevakt import-codes` and `legevakt code-packs`."""

from __future__ import annotations

import argparse
import getpass
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import Invalid, Refused
from core.ids import Actor, Role, StaffId
from core.store.work import Store
from core.text import storable
from journal.code_tables import CodePack
from journal.commands.codes.import_codes import import_codes
from journal.rules.codes.pack import CodeKind, CodePackBroken
from journal.rules.codes.reading import read_pack

NAMES = ("import-codes", "code-packs")
_LARGEST = 64_000_000
_SAID = ("system", "kind", "uri", "version", "valid_from", "valid_to", "source")


class CodeFileNotReadable(Invalid):
    """The file is not there, is not UTF-8 text, or is larger than any code system."""

    code = "code-file-not-readable"


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The commands about codes; each sets `about_codes`, a function of what was given and the store."""
    bring = commands.add_parser("import-codes", help="check a file of codes and keep it, whole or not at all")
    bring.add_argument("file", type=Path)
    bring.add_argument("--system", help="icpc-2, icd-10, or a name of the site's own such as ncmp")
    bring.add_argument("--kind", choices=[each.value for each in CodeKind], help="what the codes are for")
    bring.add_argument("--uri", help="urn:oid:… or the address that names the system")
    bring.add_argument("--version", help="as the publisher calls it, e.g. 2026")
    bring.add_argument("--valid-from", metavar="DAY", help="first day it counts, 2026-01-01")
    bring.add_argument("--valid-to", metavar="DAY", help="last day it counts; without it, until the next")
    bring.add_argument("--source", help="who publishes it, and where it was fetched")
    bring.add_argument("--dry-run", action="store_true", help="check it, keep nothing")
    bring.set_defaults(about_codes=_bring)
    commands.add_parser("code-packs", help="every pack of codes that is here").set_defaults(about_codes=_list)


def explain(refused: Refused) -> Iterator[str]:
    """Every fault of a file on a line of its own, the line in the file first."""
    faults = refused.facts.get("faults") if isinstance(refused, CodePackBroken) else None
    for fault in faults if isinstance(faults, list) else []:
        place = f"line {fault['line']}" if fault["line"] else "file"
        yield f"  {place}: {fault['problem']} {fault['value']}".rstrip()


async def _bring(given: argparse.Namespace, store: Store) -> list[str]:
    pack = read_pack(_text(given.file), {name: getattr(given, name) for name in _SAID})
    head = pack.header
    lines = [
        f"{head.system} {head.version} ({head.kind.value}): {len(pack.codes)} codes,"
        f" {pack.left_out} headings and dead codes left out",
        f"counts from {head.valid_from} {f'to {head.valid_to}' if head.valid_to else 'until the next'}",
    ]
    if given.dry_run:
        return [*lines, "nothing kept (dry run)"]
    who = Actor(StaffId(f"operator:{getpass.getuser()}"), getpass.getuser(), Role.SYSTEM, None)
    kept = await store.write(who, import_codes, pack)
    return [*lines, "kept" if kept.new else "was here already"]


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > _LARGEST:
            raise CodeFileNotReadable(file=file.name, largest=_LARGEST)
        return str(storable(file.read_text(encoding="utf-8-sig")))
    except (OSError, ValueError) as fault:
        raise CodeFileNotReadable(file=file.name) from fault


async def _list(given: argparse.Namespace, store: Store) -> list[str]:
    packs = await store.read(_packs)
    return [
        f"{pack.system:12} {pack.version:12} {pack.kind:10} {pack.valid_from} – {pack.valid_to or '…'}"
        f"  {pack.codes} codes  {pack.source}"
        for pack in packs
    ] or ["no packs: diagnoses are written with code and words"]


async def _packs(session: AsyncSession) -> list[CodePack]:
    return list(await session.scalars(select(CodePack).order_by(CodePack.system, CodePack.valid_from)))
