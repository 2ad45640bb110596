"""The commands of `legevakt`: setting up people and screens, following one patient, and the demonstration."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar, get_args

from app import demo, trace
from app.codes import command as codes
from app.commands import load
from app.log_check import command as log_check
from app.migrations.run import migrate
from app.own import command as staff_deeds
from app.scales import command as scales
from app.vitals import command as standing_orders
from core.access import credentials, staff
from core.access.displays import Kind, displays_of, take_down
from core.clock import utc_now
from core.errors import Refused
from core.ids import DISPLAYS, Actor, Role, StaffId, UnitId
from core.patients.need.staff_number import hire
from core.patients.unit import NewUnit, add_unit
from core.settings import Settings
from core.store.database import Database
from core.store.work import Store

T = TypeVar("T")


def run(arguments: Sequence[str]) -> int:
    """Run one command; 0 when it did what was asked."""
    parsed = _parser().parse_args(arguments)
    try:
        return int(parsed.run(parsed, Settings()) or 0)
    except Refused as refused:
        lines = [*scales.explain(refused), *codes.explain(refused), *standing_orders.explain(refused)]
        if not lines:
            raise
        print(f"refused: {refused.code}", *lines, sep="\n", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="legevakt", description="Triage, journal and forwarding for a legevakt."
    )
    commands = parser.add_subparsers(required=True, metavar="command")
    commands.add_parser("serve", help="serve a unit")  # said here for `--help`; the door has it
    commands.add_parser("migrate", help="bring the database to this version").set_defaults(run=_migrate)
    _add_demo(commands)
    _add_unit(commands)
    _add_staff(commands)
    _add_display(commands)
    token = commands.add_parser("token", help="print a new API token, shown this once")
    token.add_argument("--staff", metavar="USERNAME", help="for a person")
    token.add_argument("--display", metavar="NAME", help="for a new wall screen")
    token.add_argument("--unit", help="the screen's unit")
    _add_kind(token)
    token.set_defaults(run=_token)
    follow = commands.add_parser("trace", help="everything that happened to one encounter, in order")
    follow.add_argument("encounter")
    follow.set_defaults(run=_trace)
    log_check.add_to(commands)
    commands.choices["verify-log"].set_defaults(run=_verify_log)
    load.add_to(commands)
    scales.add_to(commands)
    for each in scales.NAMES:
        commands.choices[each].set_defaults(run=_about_scales)
    codes.add_to(commands)
    for each in codes.NAMES:
        commands.choices[each].set_defaults(run=_about_codes)
    standing_orders.add_to(commands)
    commands.choices[standing_orders.NAME].set_defaults(run=_standing_orders)
    return parser


def _add_demo(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("demo", help="a synthetic ward with everything around it")
    parser.add_argument("--seed", type=int, default=2026, help="another number, another evening")
    parser.add_argument("--speed", type=float, default=8.0, help="times faster than life")
    parser.set_defaults(run=_demo)


def _add_unit(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("unit", help="units").add_subparsers(required=True).add_parser("add")
    parser.add_argument("--id", required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--municipality", required=True)
    parser.add_argument("--organisation-number", required=True)
    parser.add_argument("--her-id", type=int, default=0, help="0: not registered yet, letters are not sent")
    parser.add_argument("--parent-her-id", type=int, default=0)
    parser.add_argument("--scale", default="sats")
    parser.add_argument("--room", action="append", default=[], dest="rooms")
    parser.set_defaults(run=_unit_add)


def _add_staff(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    deeds = commands.add_parser("staff", help="people").add_subparsers(required=True, metavar="what")
    staff_deeds.add_to(deeds)
    for name in staff_deeds.DEEDS:
        deeds.choices[name].set_defaults(run=_staff_deed)
    parser = deeds.add_parser("add", help="a new one")
    parser.add_argument("--username", required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument(
        "--role",
        required=True,
        choices=[r for r in Role if r is not Role.SYSTEM and r not in DISPLAYS],
    )
    parser.add_argument("--unit", required=True)
    parser.add_argument("--hpr")
    parser.add_argument(
        "--national-id", help="so that colleagues opening this person's own record are asked why"
    )
    parser.set_defaults(run=_staff_add)


def _add_display(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    deeds = commands.add_parser("display", help="screens").add_subparsers(required=True, metavar="what")
    parser = deeds.add_parser("add", help="print a token for a new one, shown this once")
    parser.add_argument("--name", required=True)
    parser.add_argument("--unit", required=True)
    _add_kind(parser)
    parser.set_defaults(run=_display_add)
    listing = deeds.add_parser("list", help="what each of a unit's screens shows, and when it was last there")
    listing.add_argument("--unit", required=True)
    listing.set_defaults(run=_display_list)
    revoke = deeds.add_parser("revoke", help="take one down; it shows nothing more")
    revoke.add_argument("id", help="as `display list` prints it")
    revoke.add_argument("--unit", required=True)
    revoke.set_defaults(run=_display_revoke)


def _add_kind(parser: argparse.ArgumentParser) -> None:
    kinds = get_args(Kind)
    parser.add_argument("--kind", choices=kinds, default=kinds[0], help="what the screen shows")


def _demo(given: argparse.Namespace, settings: Settings) -> None:
    asyncio.run(demo.run(settings, seed=given.seed, speed=given.speed, say=_say))


def _say(line: str) -> None:
    print(line, flush=True)


def _migrate(_: argparse.Namespace, settings: Settings) -> None:
    async def nothing(_store: Store) -> None:
        return None

    _with_store(settings, nothing)
    print("the database is up to date")


def _unit_add(given: argparse.Namespace, settings: Settings) -> None:
    unit = NewUnit(**{name: getattr(given, name) for name in NewUnit.model_fields if hasattr(given, name)})
    print(_with_store(settings, lambda store: store.write(_operator(None), add_unit, unit)))


def _password() -> str:
    return getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


def _staff_deed(given: argparse.Namespace, settings: Settings) -> None:
    who = _operator(None)
    print(_with_store(settings, lambda store: given.run_deed(store, who, given.username, _password)))


def _staff_add(given: argparse.Namespace, settings: Settings) -> None:
    person = staff.NewStaff(
        username=given.username,
        name=given.name,
        role=given.role,
        unit=given.unit,
        password_hash=staff.hash_password(_password(), username=given.username),
        hpr_number=given.hpr,
    )
    print(
        _with_store(
            settings,
            lambda store: store.write(
                _operator(given.unit), hire, person, given.national_id, settings.environment
            ),
        )
    )


def _display_add(given: argparse.Namespace, settings: Settings) -> None:
    who = _operator(given.unit)
    print(_with_store(settings, lambda store: store.write(who, staff.add_display, given.name, given.kind)))


def _display_list(given: argparse.Namespace, settings: Settings) -> None:
    listed = _with_store(settings, lambda store: store.read(displays_of, given.unit, utc_now()))
    for each in listed.displays:
        seen = "connected" if each.connected else each.seen_at.isoformat() if each.seen_at else "never seen"
        shows = (each.kind, each.names, each.zone or "all", each.theme)
        print("  ".join((each.id, f"{each.name:20}", *shows, seen)))


def _display_revoke(given: argparse.Namespace, settings: Settings) -> None:
    gone = _with_store(settings, lambda store: store.write(_operator(given.unit), take_down, given.id))
    print(f"{gone.name} shows nothing more")


def _token(given: argparse.Namespace, settings: Settings) -> int:
    if bool(given.staff) == bool(given.display) or (given.display and not given.unit):
        print("say either --staff USERNAME, or --display NAME with --unit UNIT", file=sys.stderr)
        return 2
    if given.display:
        given.name = given.display
        _display_add(given, settings)
    else:
        print(
            _with_store(
                settings,
                lambda store: store.write(_operator(None), credentials.token_for_username, given.staff),
            )
        )
    return 0


def _trace(given: argparse.Namespace, settings: Settings) -> None:
    for line in _with_store(settings, lambda store: store.read(trace.lines, given.encounter)):
        print(line)


def _verify_log(given: argparse.Namespace, settings: Settings) -> int:
    before = log_check.read_anchors(given.anchors)
    verified = _with_store(settings, lambda store: store.read(log_check.everything, before))
    return log_check.report(verified, given.anchors)


def _about_scales(given: argparse.Namespace, settings: Settings) -> None:
    print("\n".join(_with_store(settings, lambda store: given.about_scales(given, store))))


def _about_codes(given: argparse.Namespace, settings: Settings) -> None:
    print("\n".join(_with_store(settings, lambda store: given.about_codes(given, store))))


def _standing_orders(given: argparse.Namespace, settings: Settings) -> None:
    print("\n".join(_with_store(settings, lambda store: standing_orders.bring(given, store))))


def _operator(unit: str | None) -> Actor:
    return Actor(
        StaffId(f"operator:{getpass.getuser()}"),
        getpass.getuser(),
        Role.SYSTEM,
        UnitId(unit) if unit else None,
    )


def _with_store(settings: Settings, work: Callable[[Store], Awaitable[T]]) -> T:
    async def run() -> T:
        store = Store(Database(settings.database_url), utc_now)
        try:
            await migrate(store.database)
            return await work(store)
        finally:
            await store.drain()

    return asyncio.run(run())
