"""`legevakt import-standing-orders`: a ward's own standing orders from a file, for its doctors to approve."""

from __future__ import annotations

import argparse
import getpass
from collections.abc import Iterator
from pathlib import Path

from app.scales.command import FileNotReadable
from core.errors import Refused
from core.ids import Actor, Role, StaffId, UnitId
from core.store.work import Store
from core.text import storable
from journal.commands.medication.standing import bring_standing_orders
from journal.rules.medication.standing import StandingOrderBroken, read_file

NAME = "import-standing-orders"
_LARGEST = 2_000_000


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command and what can be said with it."""
    parser = commands.add_parser(
        NAME, help="check a file of standing orders and keep it for the unit's doctors to approve"
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--unit", required=True)
    parser.add_argument("--dry-run", action="store_true", help="check and show it, keep nothing")


async def bring(given: argparse.Namespace, store: Store) -> list[str]:
    """What was read, and what was kept."""
    text = _text(given.file)
    lines = [
        f"{order.code}  {order.version}  {order.medication}  {order.valid_from} to {order.valid_to}"
        for order in read_file(text)
    ]
    if given.dry_run:
        return [*lines, "nothing kept (dry run)"]
    who = getpass.getuser()
    operator = Actor(StaffId(f"operator:{who}"), who, Role.SYSTEM, UnitId(given.unit))
    brought = await store.write(operator, bring_standing_orders, text)
    return [*lines, f"kept: {len(brought.added)}. None is used until a doctor of the unit has approved it."]


def explain(refused: Refused) -> Iterator[str]:
    """Every fault of a file on a line of its own, the place first."""
    if isinstance(refused, StandingOrderBroken):
        faults = refused.facts["faults"]
        for fault in faults if isinstance(faults, list) else []:
            yield f"  {fault['place']}: {fault['problem']}"


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > _LARGEST:
            raise FileNotReadable(file=file.name, largest=_LARGEST)
        return str(storable(file.read_text(encoding="utf-8-sig")))
    except (OSError, ValueError) as fault:
        raise FileNotReadable(file=file.name) from fault
