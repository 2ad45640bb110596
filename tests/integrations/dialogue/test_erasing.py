"""A message to or from a GP is deleted by decision: its words go, and who has got ours is told so."""

from __future__ import annotations

import pytest

from app.log_check.command import everything
from core.errors import NotFound
from integrations.dialogue.handling import assign
from integrations.dialogue.writing import Answering, Asking, answer, ask
from integrations.kith.dialogue import read_dialogue
from integrations.kith.msg_head import read_head
from integrations.kith.safe_xml import parse
from journal.commands.signed.delete import (
    AskingDeletion,
    DecidingDeletion,
    Deletion,
    OwnDeletion,
    ask_deletion,
    decide_deletion,
)
from tests.integrations.dialogue.test_dialogue import asked, came, letters_out, lines, region
from tests.integrations.region import Region
from tests.journal.test_deletion_of_lines import everything_said

__all__ = ["region"]
_DECIDED = DecidingDeletion(granted=True, basis="hpl-43-1-deletion", reason="Gjelder en annen pasient.")


async def wish(region: Region, encounter: str, id: str) -> Deletion:
    asking = AskingDeletion(what="dialogue", id=id, asked_by="patient", wish="Det gjelder ikke meg.")
    return await region.store.write(region.cast.kari.actor, ask_deletion, encounter, asking)


async def test_a_question_goes_with_our_answer_to_it_and_the_gp_is_told(region: Region) -> None:
    encounter = await region.finish()
    await came(region, asked(region, id="q-1", text="Spurte om Heksemel", subject="Heksemel"))
    dag, dina = region.cast.dag.actor, region.cast.dina.actor
    (line,) = await lines(region, encounter)
    taken = await region.store.write(dag, assign, line.id, expected=1)
    said = Answering(text="Svarte om Trollurt")
    await region.store.write(dag, answer, encounter, line.id, said, expected=taken.version)
    await region.send()
    await region.receipts.collect()

    request = await wish(region, encounter, line.id)
    with pytest.raises(OwnDeletion):  # who wrote the answer
        await region.store.write(dag, decide_deletion, encounter, request.id, _DECIDED)
    await region.store.write(dina, decide_deletion, encounter, request.id, _DECIDED)

    left = await region.store.read(everything_said)
    assert "Heksemel" not in left
    assert "Trollurt" not in left
    shown = {each.kind: each for each in await lines(region, encounter)}
    assert (shown["question"].text, shown["question"].closed_how) == ("", "erased")
    assert (shown["answer"].closed_how, shown["note"].state) == ("erased", "queued")
    (told,) = [each for each in await region.store.read(letters_out) if each.body]
    root = parse(told.body or b"")
    assert "slettet hos oss etter vedtak" in read_dialogue(root, read_head(root)).text
    assert (await region.store.read(everything)).faults == ()
    # The carrier gives the question once more: it is known, and does not come back.
    await came(region, asked(region, id="q-1", text="Spurte om Heksemel", subject="Heksemel"))
    assert len(await lines(region, encounter)) == 3


async def test_a_message_that_never_left_is_stopped_and_one_of_another_contact_is_not_found(
    region: Region,
) -> None:
    encounter, other = await region.finish(), await region.finish(2)
    asking = Asking(subject="Dose", text="Spurte om Heksemel")
    written = await region.store.write(region.cast.dag.actor, ask, encounter, asking)

    with pytest.raises(NotFound):
        await wish(region, other, written.id)
    request = await wish(region, encounter, written.id)
    await region.store.write(region.cast.dina.actor, decide_deletion, encounter, request.id, _DECIDED)

    (letter,) = await region.store.read(letters_out)
    assert (letter.state, letter.reason, letter.body) == ("given-up", "withdrawn", None)
    assert "Heksemel" not in await region.store.read(everything_said)
    assert (await region.store.read(everything)).faults == ()
