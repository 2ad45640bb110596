"""Who is not known is asked who they are; a doctor of another unit cannot tell our patients from nobody."""

from __future__ import annotations

from tests.cast import OTHER_UNIT, UNIT
from tests.house.asking import NOBODY_HAS, PAGES, Request, Ward
from tests.house.route_roles import ROUTES


def _told_to_sign_in(path: str, status: int, body: str) -> bool:
    if path in PAGES:
        return status == 303 and body.startswith(("/login", "/pair"))
    return status == 401 and '"not-signed-in"' in body


async def test_who_has_not_said_who_they_are_is_asked_to(ward: Ward) -> None:
    faults = []

    for (method, path), allowed in ROUTES.items():
        status, body = await ward.ask(await ward.request(method, path), None)
        if status >= 400 if "anybody" in allowed else not _told_to_sign_in(path, status, body):
            faults.append(f"{method} {path}: {status} {body[:200]}")

    assert not faults, "\n".join(faults)


async def test_a_stranger_cannot_tell_our_patients_from_nobody(ward: Ward) -> None:
    faults = []

    for method, path in ROUTES:
        if "{encounter" not in path:
            continue
        ours = await ward.request(method, path)
        theirs = await ward.request(method, path, encounter=NOBODY_HAS)
        here = await ward.ask(ours, "stranger")
        nobody = await ward.ask(Request(ours.method, theirs.path, ours.body, ours.if_match), "stranger")
        same = here[1].replace(ours.path.split("/")[3 if "/api/" in path else 2], NOBODY_HAS)
        if here[0] != 404 or (here[0], same) != nobody:
            faults.append(f"{method} {path}: {here} is not {nobody}")

    assert not faults, "\n".join(faults)


async def test_a_stranger_cannot_tell_our_unit_from_none(ward: Ward) -> None:
    faults = []

    for (method, path), allowed in ROUTES.items():
        if "{unit}" not in path or "anybody" in allowed:
            continue
        here = await ward.ask(await ward.request(method, path), "stranger")
        nowhere = await ward.ask(await ward.request(method, path, unit="ingensteds"), "stranger")
        at_home = await ward.ask(await ward.request(method, path, unit=OTHER_UNIT), "stranger")
        if here[0] != 404 or (here[0], here[1].replace(UNIT, "ingensteds")) != nowhere:
            faults.append(f"{method} {path}: {here} is not {nowhere}")
        if at_home[0] >= 400 if "dag" in allowed else at_home[0] != 403:  # a doctor, like our own
            faults.append(f"{method} {path} at home: {at_home}")

    assert not faults, "\n".join(faults)
