"""A preview is what signing would send, and takes no turn from those who write."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from app.outward.rehearsal import rehearse
from core.store.work import Work
from journal.commands.finish_encounter import Finishing, finish_encounter, prepare_finish
from journal.commands.write_note import write_note
from journal.queries.signed_record import would_read
from journal.queries.summary import summary, summary_of
from journal.rules.note import NoteText
from journal.rules.summary import Summary
from tests.cast import finishing, note
from tests.conftest import Served
from tests.journal.test_deletion_of_lines import filled

ENDING = Finishing.model_validate(finishing(note=note(plan="Et notat til.")))


async def _looked_at(work: Work, id: str, version: int) -> Summary:
    prepared = await prepare_finish(work, id, ENDING, version)
    record = await would_read(work.session, prepared.conclusion, prepared.note)
    return await summary_of(work.session, id, record)


async def _version(work: Work, id: str) -> int:
    written = await write_note(work, id, NoteText(**note(plan="Kollegaens ord, ikke signert.")), None)
    return written.version


async def test_the_summary_that_is_looked_at_is_the_one_that_signing_freezes(served: Served) -> None:
    """Letters are pure functions of it, so that they are the same to the byte."""
    path, _ = await filled(served)
    id, dag = path.rpartition("/")[2], served.cast.dag.actor
    version = await served.store.write(served.cast.dina.actor, _version, id)

    before = await served.store.look(dag, _looked_at, id, version)
    await served.store.write(dag, finish_encounter, id, ENDING, version)
    after = await served.store.read(summary, id)

    assert replace(before, report_id=after.report_id, finished_at=after.finished_at) == after
    assert (before.given, before.results, before.medicine_changes) != ((), (), ())
    assert "Et notat til." in (before.plan or "")
    assert "Kollegaens" not in (before.plan or "")


async def test_somebody_looks_while_another_is_in_the_middle_of_writing(served: Served) -> None:
    path, _ = await filled(served)
    id, dag = path.rpartition("/")[2], served.cast.dag.actor
    version = (await served.http.get(path, headers=served.cast.dag.headers)).json()["version"]
    writing, done = asyncio.Event(), asyncio.Event()

    async def hold(work: Work) -> None:
        writing.set()
        await done.wait()

    held = asyncio.create_task(served.store.write(dag, hold))
    await writing.wait()
    seen = await rehearse(served.store, dag, id, ENDING, version=version)
    done.set()
    await held

    assert [each.channel for each in seen if each.body] == ["gp-summary", "shared-record"]
