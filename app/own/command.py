"""`legevakt staff …`: for somebody who cannot sign in, or shall not any more."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable

from core.access.sign_in.by_operator import deactivate, end_sessions, reset_factors, set_password
from core.access.staff import hash_password
from core.ids import Actor
from core.store.work import Store

Deed = Callable[[Store, Actor, str, Callable[[], str]], Awaitable[str]]


async def _reset(store: Store, who: Actor, username: str, password: Callable[[], str]) -> str:
    code = await store.write(who, reset_factors, username)
    return f"a code to begin with, for once: {code}"


async def _end(store: Store, who: Actor, username: str, password: Callable[[], str]) -> str:
    return f"{await store.write(who, end_sessions, username)} ended"


async def _leave(store: Store, who: Actor, username: str, password: Callable[[], str]) -> str:
    return f"{username} signs in no more; {await store.write(who, deactivate, username)} ended"


async def _password(store: Store, who: Actor, username: str, password: Callable[[], str]) -> str:
    hashed = hash_password(password(), username=username)
    return f"another password; {await store.write(who, set_password, username, hashed)} ended"


DEEDS: dict[str, tuple[Deed, str]] = {
    "reset-factors": (_reset, "take every passkey, app and code away, and print one code to begin with"),
    "end-sessions": (_end, "end every sign-in and token of a person"),
    "deactivate": (_leave, "somebody has left: no sign-in any more"),
    "password": (_password, "another password, read from the terminal"),
}


def add_to(deeds: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Put these beside `staff add`; each leaves its deed as `run_deed`."""
    for name, (deed, explained) in DEEDS.items():
        parser = deeds.add_parser(name, help=explained)
        parser.add_argument("--username", required=True)
        parser.set_defaults(run_deed=deed)
