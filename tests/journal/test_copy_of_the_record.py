"""The patient gets a copy of the whole record; what a doctor keeps back by a paragraph is not on it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.tables import AccessLogRow
from core.store.work import DatabaseRefused, Store, Work
from journal.commands.copies.make import AskingCopy, CopyTooOld, make_copy, open_copy
from journal.rules.plain.abbreviations import explained
from tests.cast import UNIT, Person, full_arrival, move_in, note, system
from tests.conftest import Served, SettableClock
from tests.journal.clinical.test_clinical import written
from tests.journal.test_corrections import corrected, post
from tests.journal.test_deletion_of_lines import WORDS, well_filled
from triage.commands.check_in import Arrival, check_in

ASKED = {"asked_by": "patient", "identity_seen": "Viste pass"}
LIFE = {"basis": "pbrl-5-1-2-life", "reason": "Akutt fare for selvmord."}


async def copied(ward: Served, path: str, **asked: str) -> str:
    """Kari makes it and opens the sheets."""
    kari = ward.cast.kari
    made = await written(ward, f"{path}/record-copies", {**ASKED, **asked}, kari)
    answer = await ward.http.get(f"{path[4:]}/full-copy/{made['id']}", headers=kari.headers)
    assert answer.status_code == 200, answer.text
    return answer.text


async def lines_of_log(session: AsyncSession) -> list[AccessLogRow]:
    found = await session.execute(select(AccessLogRow).where(AccessLogRow.what == "record-copy"))
    return list(found.scalars())


async def test_all_that_is_written_stands_on_it_with_corrections_letters_and_who_has_looked(
    served: Served,
) -> None:
    path, _ = await well_filled(served)
    page = (await served.http.get(path, headers=served.cast.dag.headers)).json()
    await post(served, path, served.cast.dag, corrected(page))
    again = await written(served, f"/api/units/{UNIT}/arrivals", full_arrival(), served.cast.nora)

    sheets = await copied(served, f"/api/encounters/{again['id']}")

    for words in (*WORDS.values(), *note().values(), "om to timer", "letter-text", "Kontroll om tre dager"):
        assert words in sheets, words
    assert "Resp. 22 /min · SpO₂ 96 % · Romluft · Puls 112 /min" in sheets, "what was measured at triage"
    assert sheets.count('lang="nb">Brystsmerter</p>') == 2, (
        "what was complained of, and the sign that decided"
    )
    assert "Nora Lie" in sheets
    assert "Kopi av hele journalen" in sheets
    [line] = await served.store.read(lines_of_log)
    assert (line.purpose, line.basis) == ("PATRQT", "pjl-18-patient")
    assert {*line.documents} == {f"encounter:{page['id']}", f"encounter:{again['id']}"}


async def test_what_is_kept_back_is_on_no_copy_of_whom_it_is_kept_from_and_letters_do_not_tell_it(
    served: Served,
) -> None:
    path, ids = await well_filled(served)
    dag = served.cast.dag
    page = (await served.http.get(path, headers=dag.headers)).json()
    kept: list[dict[str, Any]] = [{"what": "note", "id": page["notes"][0]["id"]}]
    kept += [{"what": what, "id": ids[what]} for what in WORDS if what != "critical"]
    decided = [
        await written(served, f"{path}/withheld", {**each, **LIFE, "from_whom": ["patient"]}, dag)
        for each in kept
    ]
    twice = {**kept[0], **LIFE, "from_whom": ["bereaved"]}
    assert (await status(served, f"{path}/withheld", twice, dag))[1] == "withheld-already"
    nothing = {**twice, "id": "finnes-ikke"}
    assert (await status(served, f"{path}/withheld", nothing, dag))[0] == 404
    deletion = {**twice, "basis": "hpl-43-1-deletion", "what": "diagnosis", "id": page["diagnoses"][0]["id"]}
    assert (await status(served, f"{path}/withheld", deletion, dag))[1] == "no-such-basis"

    sheets = await copied(served, path)

    for words in (*note().values(), *(word for what, word in WORDS.items() if what != "critical")):
        assert words not in sheets, words
    assert "pasient- og brukerrettighetsloven § 5-1 annet ledd" in sheets
    assert WORDS["critical"] in sheets
    whole = await copied(served, path, asked_by="representative")
    assert all(word in whole for word in (*WORDS.values(), note()["plan"]))
    shown = {"reason": "Faren er over, sier hun selv."}
    await written(served, f"{path}/withheld/{decided[0]['id']}/lift", shown, dag)
    assert note()["plan"] in await copied(served, path)
    assert (await status(served, f"{path}/withheld/{decided[0]['id']}/lift", shown, dag))[0] == 404
    for deed in ("DELETE FROM withheld", "UPDATE withheld SET reason = ''", "DELETE FROM record_copy"):

        async def tamper(work: Work, sql: str = deed) -> None:
            await work.session.execute(text(sql))

        with pytest.raises(DatabaseRefused):
            await served.store.write(system(UNIT), tamper)


async def status(ward: Served, path: str, body: dict[str, Any], who: Person) -> tuple[int, str]:
    answer = await ward.http.post(path, json=body, headers=who.headers)
    return answer.status_code, answer.json().get("code", "")


async def test_it_is_printed_for_a_day_and_then_asked_for_anew(store: Store, clock: SettableClock) -> None:
    cast = await move_in(store)
    came = await store.write(cast.nora.actor, check_in, Arrival.model_validate(full_arrival()), UNIT, "test")
    made = await store.write(cast.kari.actor, make_copy, came.id, AskingCopy.model_validate(ASKED))
    clock.advance(hours=23)
    assert (await store.write(cast.dag.actor, open_copy, came.id, made.id)).id == made.id
    clock.advance(hours=2)
    with pytest.raises(CopyTooOld):
        await store.write(cast.kari.actor, open_copy, came.id, made.id)


async def test_whom_the_patient_has_blocked_cannot_read_it_as_a_copy_and_others_make_it(
    served: Served,
) -> None:
    path, _ = await well_filled(served)
    cast = served.cast
    made = await written(served, f"{path}/record-copies", ASKED, cast.dina)
    block = {"kind": "person", "person": cast.dina.actor.id}
    await written(served, f"{path}/blocks", block, cast.kari)

    assert await status(served, f"{path}/record-copies", ASKED, cast.dina) == (403, "copy-by-another")
    for page in ("full-copy", f"full-copy/{made['id']}"):
        answer = await served.http.get(f"{path[4:]}/{page}", headers=cast.dina.headers)
        assert answer.status_code == 403
        assert WORDS["order"] not in answer.text
    assert WORDS["order"] in await copied(served, path)


async def test_somebody_who_is_only_expected_has_a_record_too(served: Served) -> None:
    soon = (served.store.clock() + timedelta(minutes=20)).isoformat()
    body = full_arrival(expected_at=soon, complaint="Ringte om brystsmerter")
    expected = await written(served, f"/api/units/{UNIT}/arrivals", body, served.cast.nora)

    sheets = await copied(served, f"/api/encounters/{expected['id']}")

    assert "Ringte om brystsmerter" in sheets


def test_known_abbreviations_are_listed_once_and_the_words_are_left_alone() -> None:
    assert [each.short for each in explained("SpO2 96 %, CRP 8", "CRP 12, XQZ")] == ["CRP", "SpO2"]
