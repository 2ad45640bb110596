"""`legevakt import-scale`, `choose-scale`, `compare-scales` and `scales`."""

from __future__ import annotations

import argparse
import getpass
from collections.abc import Iterator
from pathlib import Path

from app.scales.preview import preview
from app.scales.report import report
from core.errors import Invalid, Refused
from core.ids import Actor, Role, StaffId, UnitId
from core.store.work import Store
from core.text import storable
from triage.commands.bring_scale import ScaleOfUnit, bring_scale, choose_scale, read_brought
from triage.queries.scale_agreement import replay, side_by_side
from triage.rules.scales.refusals import ScaleBroken, ScaleUntried
from triage.scale_packs import versions

NAMES = ("import-scale", "choose-scale", "compare-scales", "scales")
_LARGEST = 2_000_000


class FileNotReadable(Invalid):
    """The file is not there, is not text, or is larger than any scale."""

    code = "file-not-readable"


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The commands about scales; each sets `about_scales`, a function of what was given and the store."""
    bring = commands.add_parser(
        "import-scale", help="check a site's own scale and keep it for the units to use"
    )
    bring.add_argument("file", type=Path)
    bring.add_argument("--dry-run", action="store_true", help="check, show and try it, keep nothing")
    bring.add_argument(
        "--replay", action="store_true", help="compare with the scale in use on kept assessments"
    )
    bring.add_argument("--unit", help="replay this unit only")
    bring.set_defaults(about_scales=_bring)
    choose = commands.add_parser("choose-scale", help="let a unit triage by a scale from now on")
    choose.add_argument("--unit", required=True)
    choose.add_argument("--scale", required=True)
    choose.add_argument("--scale-version", help="without it the version the program carries, else the newest")
    choose.add_argument("--beside", help="a second scale asked of every patient, during a change-over")
    choose.add_argument("--beside-version")
    choose.set_defaults(about_scales=_choose)
    compare = commands.add_parser("compare-scales", help="how far a scale beside agrees with the one in use")
    compare.add_argument("--unit")
    compare.add_argument("--beside", required=True)
    compare.set_defaults(about_scales=_compare)
    commands.add_parser("scales", help="every scale and version that is here").set_defaults(
        about_scales=_list
    )


def explain(refused: Refused) -> Iterator[str]:
    """Every fault of a file on a line of its own, the place first."""
    if isinstance(refused, ScaleBroken):
        faults = refused.facts.get("faults")
        for fault in faults if isinstance(faults, list) else [refused.facts]:
            rest = " ".join(str(fault.get(name, "")) for name in ("problem", "value", "wanted"))
            yield f"  {fault['place'] or 'file'}: {rest}".rstrip()
    if isinstance(refused, ScaleUntried):
        failures = refused.facts["failures"]
        for each in failures if isinstance(failures, list) else []:
            yield f"  {each['case']}: {each['what']} is {each['found']}, expected {each['expected']}"
        if not refused.facts["cases"]:
            yield "  test_cases: the file has none; write at least the edges that matter most"


async def _bring(given: argparse.Namespace, store: Store) -> list[str]:
    text = _text(given.file)
    scale = read_brought(text)
    lines = [*preview(scale), f"its {len(scale.test_cases)} test cases come out right"]
    if given.replay:
        lines += report(await store.read(replay, scale, unit=given.unit))
    if given.dry_run:
        return [*lines, "nothing kept (dry run)"]
    await store.write(_operator(None), bring_scale, text)
    return [
        *lines,
        f"kept: {scale.id}, version {scale.table_version}. Units use it after `legevakt choose-scale`.",
    ]


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > _LARGEST:
            raise FileNotReadable(file=file.name, largest=_LARGEST)
        return str(storable(file.read_text(encoding="utf-8-sig")))
    except (OSError, ValueError) as fault:
        raise FileNotReadable(file=file.name) from fault


async def _choose(given: argparse.Namespace, store: Store) -> list[str]:
    wanted = ScaleOfUnit(
        scale=given.scale,
        version=given.scale_version,
        beside=given.beside,
        beside_version=given.beside_version,
    )
    choice = await store.write(_operator(given.unit), choose_scale, wanted)
    beside = f", beside it {choice.beside} ({choice.beside_version})" if choice.beside else ""
    return [f"{given.unit} triages by {choice.scale} ({choice.version}){beside}. Patients keep their level."]


async def _compare(given: argparse.Namespace, store: Store) -> list[str]:
    return list(report(await store.read(side_by_side, given.beside, unit=given.unit)))


async def _list(_: argparse.Namespace, store: Store) -> list[str]:
    return [
        f"{each.id}  {each.version}  {each.digest[:16]}  "
        + (f"brought {each.brought_at:%Y-%m-%d}" if each.brought_at else "comes with the program")
        for each in await store.read(versions)
    ]


def _operator(unit: str | None) -> Actor:
    who = getpass.getuser()
    return Actor(StaffId(f"operator:{who}"), who, Role.SYSTEM, UnitId(unit) if unit else None)
