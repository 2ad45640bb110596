"""A signature taken back in time: everything is as it was, and nobody ever gets its letters."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.log_check.command import everything
from app.outward.rehearsal import rehearse
from app.wiring import reactions
from core.errors import Refused
from core.settings import Settings
from core.store.database import Database
from core.store.work import DatabaseRefused, Store, Work
from integrations.dispatcher import Dispatcher
from integrations.gp_summary.read import read
from integrations.gp_summary.shown import gp_page
from integrations.messages import messages_of
from integrations.tables import OutboxMessage
from integrations.watch.by_hand import Doing, deliver_by_hand
from journal.commands.finish_encounter import Finishing, finish_encounter
from journal.commands.save_draft import DraftText, save_draft
from journal.commands.set_diagnosis import NewDiagnosis, set_diagnosis
from journal.commands.signed.correct import Correcting, correct
from journal.commands.take_patient import Taking, take_patient
from journal.commands.undo_finish import undo_finish
from journal.commands.write_note import write_note
from journal.hand_over_tables import FinishUndone
from journal.queries.encounter_page import encounter_page
from journal.queries.page import EncounterPage
from journal.rules.note import NoteText
from journal.tables import Conclusion, Note
from tests.cast import DIAGNOSIS, UNIT, Person, finishing, full_arrival, note, system
from tests.conftest import SettableClock
from tests.integrations.region import CHANNELS, HORIZON, Region, open_region
from triage.commands.check_in import Arrival, check_in
from triage.commands.observe.plan import begin_observation
from triage.rules.observe.plan import NewObservation

HOUR = timedelta(hours=1)
WINDOW = timedelta(seconds=30)
WORDS = note(plan="Hjem.")


@pytest.fixture
async def region(database_url: str, clock: SettableClock, tmp_path: Path) -> AsyncIterator[Region]:
    async with open_region(database_url, clock, tmp_path) as opened:
        yield opened


async def treated(region: Region, number: int = 1) -> tuple[str, int]:
    """Ingrid with a diagnosis, a note in the record, and a draft that is nearly done."""
    dag, arrived = region.cast.dag.actor, Arrival.model_validate(full_arrival(number))
    id = (await region.store.write(region.cast.nora.actor, check_in, arrived, UNIT, "test")).id
    await region.store.write(dag, take_patient, id, Taking())
    written = await region.store.write(dag, write_note, id, NoteText(**note()), None)
    region.clock.advance(minutes=1)  # what is written next is written later: letters keep the order
    diagnosis = NewDiagnosis.model_validate(DIAGNOSIS)
    version = (await region.store.write(dag, set_diagnosis, id, diagnosis, written.version)).version
    none = {"nothing": ("medication_changes",)}  # ticked, and ticked again when it comes back
    draft = DraftText.model_validate({**WORDS, **finishing(medication_changes=""), **none})
    await region.store.write(dag, save_draft, id, draft, based_on=None, version=version)
    return id, version


async def finish(region: Region, id: str, version: int) -> int:
    ending = Finishing.model_validate(finishing(no_medication_changes=True))
    dag = region.cast.dag.actor
    return (await region.store.write(dag, finish_encounter, id, ending, version, undo_for=WINDOW)).version


async def undo(region: Region, id: str, version: int, who: Person | None = None) -> int:
    actor = (who or region.cast.dag).actor
    return (await region.store.write(actor, undo_finish, id, version)).version


async def page(region: Region, id: str) -> EncounterPage:
    return await region.store.read(encounter_page, id, region.cast.dag.actor, messages_of)


def as_it_was(page: EncounterPage) -> dict[str, Any]:
    """All but what counts and tells changes."""
    shown = page.model_dump(exclude={"version", "timeline"})
    counted: dict[str, Any] = {"id": None, "version": None, "saved_at": None, "written_by": None}
    plan = {**shown["observation"], "id": None, "version": None} if shown["observation"] else None
    draft = {name: value for name, value in shown["draft"].items() if name not in counted}
    return shown | {"draft": draft, "observation": plan}


async def refusal(doing: Any) -> str:
    try:
        await doing
    except Refused as refused:
        return refused.code
    return ""


async def at_receivers(region: Region) -> list[int]:
    return [len(await region.received(channel)) for channel in CHANNELS]


async def test_undone_in_time_it_is_as_before_and_no_letter_ever_leaves(region: Region) -> None:
    id, version = await treated(region)
    plan = {"question": "Bedre?", "signs": ["hr"], "every_minutes": 15, "until_at": region.clock() + 2 * HOUR}
    watched = NewObservation.model_validate(plan)
    await region.store.write(region.cast.dag.actor, begin_observation, id, watched, None)
    before = await page(region, id)
    finished = await finish(region, id, version)
    await region.send(later=timedelta(seconds=20))
    waiting = [(each.state, each.attempts) for each in (await page(region, id)).messages]

    await undo(region, id, finished)

    after = await page(region, id)
    assert waiting == [("queued", 0), ("queued", 0)]
    assert as_it_was(after) == as_it_was(before)
    assert after.observation is not None
    assert after.observation.next_due_at is not None
    assert [each.kind for each in after.timeline][-3:] == ["finished", "finish-undone", "reopened"]
    await region.send(later=timedelta(minutes=5))
    assert await at_receivers(region) == [0, 0]
    assert sum(line.written for line in await region.balance()) == 0
    assert (await region.store.read(everything)).faults == ()


async def test_a_preview_is_what_would_be_sent_and_leaves_no_trace(region: Region) -> None:
    id, version = await treated(region)
    before, dag = await page(region, id), region.cast.dag.actor
    ending = Finishing.model_validate(finishing())

    seen = await rehearse(region.store, dag, id, ending, version=version)

    gp = next(each for each in seen if each.channel == "gp-summary")
    shown = gp_page(read(gp.body or b""), received_at=region.clock())
    assert shown.asked == (finishing()["asked_of_gp"],)
    assert next(each.body for each in seen if each.channel == "shared-record")
    assert await page(region, id) == before
    assert await region.store.read(messages_of, id) == ()
    await finish(region, id, version)
    await region.send(later=WINDOW)
    sent = read((await region.message(id, "gp-summary")).body or b"")
    assert sent.comments == read(gp.body or b"").comments
    with pytest.raises(Refused):  # as signing would
        await rehearse(region.store, region.cast.dina.actor, id, ending, version=version)


async def test_signed_again_the_receivers_get_it_once_and_the_seals_hold(region: Region) -> None:
    id, version = await treated(region)
    for _ in range(2):
        version = await undo(region, id, await finish(region, id, version))
    await finish(region, id, version)

    await region.send(later=WINDOW)

    assert await at_receivers(region) == [1, 1]
    assert [each.state for each in (await page(region, id)).messages] == ["sent", "acknowledged"]
    assert (await region.store.read(everything)).faults == ()


async def test_each_reason_why_it_is_too_late_has_its_name(region: Region) -> None:
    id, version = await treated(region)
    version = await finish(region, id, version)

    assert await refusal(undo(region, id, version, region.cast.dina)) == "only-signer-undoes"
    assert await refusal(undo(region, id, version - 1)) == "stale"
    region.clock.now += WINDOW
    assert await refusal(undo(region, id, version)) == "undo-too-late"
    await region.send()
    region.clock.now -= WINDOW  # a process whose clock is behind
    assert await refusal(undo(region, id, version)) == "letter-has-left"

    other, version = await treated(region, 2)
    version = await finish(region, other, version)
    await region.store.write(region.cast.nora.actor, check_in, Arrival(**full_arrival(2)), UNIT, "test")
    assert await refusal(undo(region, other, version)) == "patient-here-again"

    third, version = await treated(region, 3)
    version = await finish(region, third, version)
    noted = (await page(region, third)).notes[0].id
    more = {"kind": "addendum", "target": "note", "note": noted, "reason": "Svar", "text": "CRP 8."}
    await region.store.write(region.cast.dag.actor, correct, third, Correcting.model_validate(more), version)
    assert await refusal(undo(region, third, version + 1)) == "undo-changed-since"


async def test_what_a_person_has_handed_over_has_left_too(region: Region) -> None:
    id, version = await treated(region)
    version = await finish(region, id, version)
    letter = await region.message(id, "gp-summary")

    async def give_up(work: Work) -> None:
        row = await work.session.get_one(OutboxMessage, letter.id)
        row.state, row.reason = "given-up", "no-gp"

    await region.store.write(system(UNIT), give_up)
    await region.store.write(region.cast.dag.actor, deliver_by_hand, id, letter.id, Doing(way="printed"))

    assert await refusal(undo(region, id, version)) == "letter-has-left"


async def test_what_went_before_the_signature_is_none_of_it(region: Region) -> None:
    id, version = await treated(region)
    other, later = await treated(region, 2)
    await finish(region, other, later)
    await region.send(later=WINDOW)
    asked = await region.message(other, "gp-summary")

    async def as_a_question(work: Work) -> None:
        """As if the GP had been asked something during the visit, and had answered."""
        row = await work.session.get_one(OutboxMessage, asked.id)
        kept = {c.name: getattr(row, c.name) for c in OutboxMessage.__table__.columns}
        about = {"id": "q", "message_id": "q", "encounter_id": id, "not_before": None}
        work.session.add(OutboxMessage(**{**kept, **about, "state": "acknowledged"}))

    await region.store.write(system(UNIT), as_a_question)

    await undo(region, id, await finish(region, id, version))

    assert (await page(region, id)).status == "in-progress"


async def test_the_database_itself_lets_go_of_what_is_signed_only_by_this_path(region: Region) -> None:
    id, version = await treated(region)
    version = await finish(region, id, version)
    conclusion = await region.store.read(_conclusion, id)
    row = {
        "id": "u", "encounter_id": id, "version": version, "signed_by": conclusion.signed_by,
        "signed_at": conclusion.signed_at, "undone_at": region.clock(), "notes": [],
    }  # fmt: skip

    for statement in (
        delete(Conclusion),
        delete(Note).where(Note.id == conclusion.note_id),
        update(Note).values(signed_at=None, content_hash=None),
    ):
        with pytest.raises(DatabaseRefused):
            await region.store.write(system(UNIT), _execute, statement)
    for wrong in (
        {"undone_at": region.clock() + WINDOW},
        {"signed_by": region.cast.dina.actor.id},
        {"version": version - 1},
    ):
        with pytest.raises(DatabaseRefused):
            await region.store.write(system(UNIT), _add, FinishUndone(**row | wrong))
    await region.send(later=WINDOW)
    with pytest.raises(DatabaseRefused):  # one has left
        await region.store.write(system(UNIT), _add, FinishUndone(**row))


async def test_undoing_and_sending_at_the_same_moment_never_both_win(region: Region) -> None:
    """Two processes whose clocks do not agree: one still undoes, the other sends already."""
    ahead = SettableClock()
    ahead.now = region.clock() + WINDOW
    other = Store(Database(str(region.store.database.url.render_as_string(hide_password=False))), ahead)
    other = Store(other.database, ahead, reactions(Settings(environment="test")))
    sender = Dispatcher(other, region.channels, horizon=HORIZON)
    outcomes = set()
    for number in range(1, 9):
        id, version = await treated(region, number)
        version = await finish(region, id, version)
        before = await at_receivers(region)
        pause = asyncio.sleep(0.004 * (number % 4))  # only who begins: either may win
        first = asyncio.gather(sender.send_due(), return_exceptions=True)
        await pause
        told = await refusal(undo(region, id, version))
        await first
        await sender.send_due()
        sent = [now - then for then, now in zip(before, await at_receivers(region), strict=True)]
        status = (await page(region, id)).status
        outcomes.add(told)
        assert (told, status, sent) in (
            ("", "in-progress", [0, 0]),
            ("letter-has-left", "finished", [1, 1]),
        ), number
    await other.drain()
    assert outcomes <= {"", "letter-has-left"}
    assert (await region.store.read(everything)).faults == ()


async def _conclusion(session: AsyncSession, id: str) -> Conclusion:
    return (await session.execute(select(Conclusion).where(Conclusion.encounter_id == id))).scalar_one()


async def _execute(work: Work, statement: Any) -> None:
    await work.session.execute(statement)


async def _add(work: Work, row: Any) -> None:
    work.session.add(row)
