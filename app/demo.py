"""The demonstration (demo): a synthetic ward on a fresh database, with those who receive from it beside it.

The evening arrives by itself through the public HTTP API; whoever opens a screen can join in.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import uvicorn
from joserfc.jwk import ECKey

from app.codes.example import bring_examples
from app.main import create_app
from app.migrations.run import migrate
from app.sandbox.main import create_sandbox
from app.sandbox.national import wsdl
from app.sandbox.national.clinical import Clinical
from app.sandbox.national.helseid import HelseIdHouse
from app.sandbox.national.people import Citizen, PeopleHouse
from app.screens.sign_in import DemoAccount
from app.serving.server import server
from app.vitals.example import approve_examples
from app.ward.crew import Crew, Worker
from app.ward.evening import ROOMS, Ward, evening
from app.ward.player import Played, Player
from app.ward.registers import persons, registers
from app.ward.telephone import Telephone
from core.access import credentials, staff
from core.access.staff import NewStaff, hash_password
from core.clock import local, utc_now
from core.ids import Actor, Role, StaffId, UnitId
from core.patients.need.staff_number import hire
from core.patients.unit import NewUnit, add_unit
from core.settings import Settings
from core.store.database import Database
from core.store.work import Store, Work

UNIT, UNIT_NAME = "nordvik", "Nordvik legevakt"
PASSWORD = "demo-nordvik"  # noqa: S105 - printed on the screen; these people exist only in the demo
_HER_ID, _PARENT_HER_ID = 8090010, 8090009
_STAFF = (
    ("nora", "Nora Lie", Role.TRIAGE_NURSE),
    ("lars", "Lars Karlsen", Role.TRIAGE_NURSE),
    ("ida", "Ida Moe", Role.TRIAGE_NURSE),
    ("dag", "Dag Holm", Role.DOCTOR),
    ("dina", "Dina Berg", Role.DOCTOR),
    ("henrik", "Henrik Sande", Role.DOCTOR),
    ("amina", "Amina Barre", Role.DOCTOR),
    ("kari", "Kari Vik", Role.COORDINATOR),
    ("sentral", "Telefonsentral", Role.EXCHANGE),
)
_NUMBERS = {"nora": "21838506817", "kari": "13878844100"}  # synthetic, as all numbers here
_CITIZENS = (
    Citizen("Nora Lie, sykepleier", pid=_NUMBERS["nora"]),
    Citizen("Dag Holm, lege", hpr_number="9144903"),
    Citizen("Dag Holm, med MinID", hpr_number="9144903", level="3"),
    Citizen("Kari Vik, koordinator", pid=_NUMBERS["kari"]),
    Citizen("Frode Fremmed, ikke ansatt her", pid="24857012166"),
)
_EXAMPLE = "17912099997"  # from Skatteetaten's synthetic population
_DESKS = ("Luke 1", "Luke 2")
_GUESTS = ("nora", "dag", "kari")  # left to the newcomer: the evening is played by the others


@dataclass(frozen=True, slots=True)
class Keys:
    """Tokens of the demo's people, by user name, and of the two screens."""

    tokens: dict[str, str]
    wall: str
    waiting_room: str


async def run(settings: Settings, *, seed: int, speed: float, say: Callable[[str], None]) -> None:
    """Set up, serve, play, until interrupted."""
    folder = settings.data_dir / "demo"
    shutil.rmtree(folder, ignore_errors=True)
    port = _free_port(settings.host, settings.port)
    beyond_port = _free_port(settings.host, port + 1)
    ward = settings.model_copy(update=_demo_settings(settings, folder, port, beyond_port))
    helseid = _helseid(ward)
    say("Making a fresh ward …")
    keys = await _move_in(ward)
    app = create_app(ward)
    app.state.pages.demo_accounts = tuple(
        DemoAccount(username=username, password=PASSWORD, name=name, role=role)
        for username, name, role in _STAFF
        if username in _GUESTS
    )
    app.state.pages.display_token = keys.wall
    sandbox = create_sandbox(
        our_her_id=_HER_ID,
        receipt_delay_seconds=4,
        storage=folder / "receivers.db",
        helseid=helseid,
        people=PeopleHouse(helseid, _CITIZENS, frozenset({f"{ward.sign_in_url}/helseid/callback"})),
        registers=registers(),
        clinical=Clinical(everybody=True),
        persons=persons(evening(seed, local(utc_now()).date(), Ward(desks=_DESKS))),
    )
    await _serve_and_play(
        server(app, host=ward.host, port=port),
        server(sandbox, host=ward.host, port=beyond_port, with_signals=False),
        keys,
        seed=seed,
        speed=speed,
        say=say,
    )


async def _serve_and_play(
    main: uvicorn.Server,
    beyond: uvicorn.Server,
    keys: Keys,
    *,
    seed: int,
    speed: float,
    say: Callable[[str], None],
) -> None:
    url = f"http://{_name(main.config.host)}:{main.config.port}"
    serving = [asyncio.create_task(each.serve()) for each in (beyond, main)]
    while not (main.started and beyond.started):
        if any(task.done() for task in serving):
            break
        await asyncio.sleep(0.02)
    playing = asyncio.create_task(_play(url, keys, seed=seed, speed=speed, say=say))
    _print_welcome(url, f"http://{_name(beyond.config.host)}:{beyond.config.port}", keys, say)
    try:
        await serving[1]
    finally:
        playing.cancel()
        beyond.should_exit = True
        with suppress(asyncio.CancelledError):
            await playing
        await serving[0]


def _print_welcome(url: str, beyond: str, keys: Keys, say: Callable[[str], None]) -> None:
    say("")
    say(f"  {UNIT_NAME} is open. Everybody in it is invented.")
    say("")
    say(f"  Start here            {url}/")
    say(f"  The wall              {url}/display/{UNIT}#token={keys.wall}")
    say(f"  The waiting room      {url}/display/{UNIT}#token={keys.waiting_room}")
    say(f"  The desk              {url}/units/{UNIT}")
    say(f"  The telephone         {url}/units/{UNIT}/calls")
    say(f"  What the GP received  {beyond}/gp")
    say(f"  The shared record     {beyond}/record")
    say(f"  Let something fail    {beyond}/bad-days")
    say("")
    say(f"  Sign in as nora (nurse), dag (doctor) or kari (coordinator); password {PASSWORD}")
    say(f"  An identity number to try: {_EXAMPLE}")
    say("  Stop with Ctrl-C.")
    say("")


async def _play(url: str, keys: Keys, *, seed: int, speed: float, say: Callable[[str], None]) -> None:
    refused: dict[str, int] = {}

    def report(played: Played) -> None:
        if played.status >= 400 or played.status == 0:
            code = played.problem or str(played.status)
            refused[code] = refused.get(code, 0) + 1
            if refused[code] == 1 and code not in ("already-taken", "not-possible-now"):
                say(f"  the synthetic ward was refused: {played.kind} {code}")

    crew = Crew(
        nurses=[Worker(token=keys.tokens[name]) for name in ("lars", "ida")],
        doctors=[Worker(token=keys.tokens[name]) for name in ("dina", "henrik", "amina")],
    )
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=15) as http:
        player = Player(http, UNIT, crew, report=report)
        telephone = Telephone(
            http,
            UNIT,
            exchange=Worker(token=keys.tokens["sentral"]),
            operators=[(name, Worker(token=keys.tokens[name])) for name in ("lars", "ida")],
            seed=seed,
        )
        async with asyncio.TaskGroup() as group:
            steps = evening(seed, local(utc_now()).date(), Ward(desks=_DESKS), telephone.came)
            group.create_task(player.play(steps, speed=speed))
            group.create_task(telephone.play(speed=speed))


def _demo_settings(settings: Settings, folder: Path, port: int, beyond_port: int) -> dict[str, object]:
    beyond = f"http://{_name(settings.host)}:{beyond_port}"
    return {
        "database_url": f"sqlite+aiosqlite:///{folder / 'legevakt.db'}",
        "port": port,
        "environment": "test",  # only synthetic identity numbers
        "secure_cookies": False,  # on this machine, without HTTPS
        "edi_url": f"{beyond}/edi3/",
        "edi_version": "3",
        "edi_scope": "demo:edi",
        "record_url": f"{beyond}/mhd/",
        "record_scope": "demo:record",
        "helseid_url": f"{beyond}/helseid",
        "helseid_client": UNIT,
        "helseid_sign_in_client": UNIT,
        "sign_in_url": f"http://{_name(settings.host)}:{port}",
        "helseid_keys": (folder / "helseid.jwk",),
        "flr_url": f"{beyond}/flr",
        "ar_url": f"{beyond}/ar",
        **dict(zip(("flr_wsdl", "ar_wsdl"), wsdl.write(folder), strict=True)),
        "kjernejournal_url": f"{beyond}/kj/",
        "kjernejournal_scope": "demo:kj",
        "critical_url": f"{beyond}/kj/fhir/",
        "critical_scope": "demo:critical",
        "pll_url": f"{beyond}/sfm/",
        "pll_scope": "demo:pll",
        "person_url": f"{beyond}/person/",
        "person_scope": "demo:person",
        "receipt_seconds": 2.0,
    }


def _helseid(settings: Settings) -> HelseIdHouse:
    """The demo's own HelseID, which knows one key: made for this evening."""
    key = ECKey.generate_key("P-256", {"kid": "demo"}, private=True)
    settings.helseid_keys[0].write_text(json.dumps(key.as_dict(private=True)), encoding="utf-8")
    public = {settings.helseid_client: [key.as_dict(private=False)]}
    return HelseIdHouse(str(settings.helseid_url), public, lasts=600)


async def _move_in(settings: Settings) -> Keys:
    store = Store(Database(settings.database_url), utc_now)
    try:
        await migrate(store.database)
        hashed = await asyncio.to_thread(hash_password, PASSWORD)
        keys = await store.write(_builder(), _furnish, hashed)
        await approve_examples(store, _builder(), "amina")
        await bring_examples(store, _builder(), UNIT)
        return keys
    finally:
        await store.drain()


async def _furnish(work: Work, hashed: str) -> Keys:
    unit = NewUnit(
        id=UNIT,
        name=UNIT_NAME,
        municipality="Nordvik kommune",
        organisation_number="999888777",
        her_id=_HER_ID,
        parent_her_id=_PARENT_HER_ID,
        rooms=ROOMS,
        choices={"desks": _DESKS},
    )
    await add_unit(work, unit)
    await work.session.flush()
    tokens = {}
    for number, (username, name, role) in enumerate(_STAFF):
        hpr = f"914490{number}" if role is Role.DOCTOR else None
        person = NewStaff(
            username=username, name=name, role=role, unit=UNIT, password_hash=hashed, hpr_number=hpr
        )
        id = await hire(work, person, _NUMBERS.get(username), "test")
        await work.session.flush()
        tokens[username] = await credentials.issue_for_staff(work, id, "token", None)
    return Keys(
        tokens,
        wall=await staff.add_display(work, "Tavle 1"),
        waiting_room=await staff.add_display(work, "Venterom", "waiting-room"),
    )


def _builder() -> Actor:
    return Actor(StaffId("demo"), "Demo", Role.SYSTEM, UnitId(UNIT))


def _name(host: str) -> str:
    return "localhost" if host in ("127.0.0.1", "0.0.0.0", "::1") else host  # noqa: S104 - only compared


def _free_port(host: str, first: int) -> int:
    for port in range(first, first + 50):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise OSError(f"no free port from {first}")
