"""Where somebody with a protected address lives is told by nothing: neither shown, sent nor logged."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.tables import AccessLogRow
from core.settings import Settings
from core.store.event_log import EventRow
from core.store.idempotency import IdempotencyRow
from integrations.tables import OutboxMessage
from tests.cast import DIAGNOSIS, UNIT, Cast, Person, finishing, full_arrival, move_in, note
from tests.realtime.screens import Ward, ward

STREET, PHONE, OFFICE, MOTHER = "Hemmeligveien 7", "40 11 22 33", "Skjulested legesenter", "41 55 66 77"
MARKERS = (STREET, PHONE, OFFICE, MOTHER)


async def _hidden_child(opened: Ward, cast: Cast) -> str:
    """A boy whose address was known before it was protected."""
    gp = {**full_arrival(3)["general_practitioner"], "office_name": OFFICE}
    came = await opened.arrive(
        cast,
        **{**full_arrival(3), "birth_date": "2016-01-02", "general_practitioner": gp, "national_id": None},
    )
    where = f"/api/encounters/{came}"
    known = {"address": STREET, "phone": PHONE, "reason": "Opplyst"}
    answer = await opened.post(f"{where}/identity", cast.nora, known, **{"If-Match": '"1"'})
    known = {"protection": "strengtFortrolig", "reason": "Folkeregisteret"}
    await _done(opened, f"{where}/identity", cast.nora, known, answer.headers["etag"])
    guardian = {"relation": "mother", "name": "Mor", "phone": MOTHER, "may_know": "yes"}
    await _done(opened, f"{where}/guardians", cast.nora, guardian)
    return came


async def _done(opened: Ward, path: str, who: Person, body: Any, etag: str | None = None) -> str:
    answer = await opened.post(path, who, body, **({"If-Match": etag} if etag else {}))
    assert answer.is_success, answer.text
    return answer.headers.get("etag", "")


async def _sign(opened: Ward, cast: Cast, where: str) -> None:
    etag = await _done(opened, f"{where}/take", cast.dag, {})
    etag = await _done(opened, f"{where}/diagnoses", cast.dag, DIAGNOSIS, etag)
    await _done(opened, f"{where}/finish", cast.dag, finishing(note=note()), etag)


async def _told_by_http(opened: Ward, cast: Cast, encounter: str, patient: str) -> dict[str, str]:
    """Everything anybody is answered."""
    told = {}
    where = f"/encounters/{encounter}"
    pages = [where, f"{where}/identity", f"{where}/wristband", f"{where}/triage", f"/units/{UNIT}"]
    pages += [f"/wall/{UNIT}", f"/units/{UNIT}/coordinator"]
    answers = [f"/api{where}", f"/api{where}/identity", f"/api{where}/messages", f"/api/patients/{patient}"]
    answers += [
        f"/api/units/{UNIT}/{each}" for each in ("board", "waiting-room", "balance", "message-reviews")
    ]
    for who in ("nora", "dag", "kari", "admin", "wall", "waiting_room", "stranger"):
        for path in (*pages, *answers):
            person = cast.all()[who]
            cookies = {"legevakt": person.token}
            answer = await opened.http.get(path, headers=person.headers, cookies=cookies)
            told[f"{who} {path}"] = f"{answer.headers}{answer.text}"
    looking = {"name": "Ingrid Solvang", "birth_date": "2016-01-02"}
    found = await opened.post(f"/api/units/{UNIT}/patients/search", cast.nora, looking)
    assert found.json()["found"], "the search must find the one it is about"
    told["search"] = found.text
    return told


async def _kept(session: AsyncSession) -> dict[str, str]:
    """What is logged, sent and kept to answer again."""
    found: dict[str, str] = {}
    for letter in (await session.execute(select(OutboxMessage))).scalars():
        found[f"letter {letter.channel}"] = f"{letter.receiver} {(letter.body or b'').decode()}"
    for table in (EventRow, AccessLogRow, IdempotencyRow):
        rows = (await session.execute(select(table))).scalars().all()
        text = json.dumps(
            [{c.key: getattr(row, c.key) for c in table.__table__.c} for row in rows], default=str
        )
        found[str(table.__tablename__)] = text
    return found


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_a_protected_address_is_told_by_nothing_and_nobody(
    database_url: str, settings_for: Callable[..., Settings], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)  # as a ward runs; drivers at DEBUG repeat every value they are given
    async with ward(settings_for(database_url)) as opened:
        cast = await move_in(opened.app.state.store)
        async with opened.screen(cast.wall) as wall, opened.screen(cast.nora) as desk:
            encounter = await _hidden_child(opened, cast)
            page = await opened.http.get(f"/api/encounters/{encounter}/identity", headers=cast.nora.headers)
            patient = page.json()["person"]["id"]
            told = await _told_by_http(opened, cast, encounter, patient)
            await _sign(opened, cast, f"/api/encounters/{encounter}")
            told |= {f"signed {key}": text for key, text in
                     (await _told_by_http(opened, cast, encounter, patient)).items()}  # fmt: skip
            await asyncio.sleep(0.5)
            for name, screen in (("wall", wall), ("desk", desk)):
                await screen.until((await opened.fetched(cast.nora))["seq"])
                told[f"frames to the {name}"] = json.dumps(screen.frames, ensure_ascii=False)
        kept = await opened.app.state.store.read(_kept)
    told |= kept | {"the program's log": caplog.text}

    leaks = {(where, marker) for where, text in told.items() for marker in MARKERS if marker in text}
    # The GP's own letter is addressed to the GP's own office: that is who must have it.
    assert leaks <= {("letter gp-summary", OFFICE)}
    assert {"letter gp-summary", "letter shared-record"} <= told.keys()
    assert page.json()["person"]["protection"] == "strengtFortrolig"  # and those who must know that, do


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_an_address_is_not_even_taken_down_when_it_is_protected(
    database_url: str, settings_for: Callable[..., Settings]
) -> None:
    async with ward(settings_for(database_url)) as opened:
        cast = await move_in(opened.app.state.store)
        came = await opened.arrive(cast)
        known = {"protection": "fortrolig", "address": STREET, "reason": "Opplyst"}

        answer = await opened.post(
            f"/api/encounters/{came}/identity", cast.nora, known, **{"If-Match": '"1"'}
        )

    assert (answer.status_code, answer.json()["code"]) == (422, "address-protected")
    assert STREET not in answer.text
