"""Requests about handing over that would succeed if they were allowed."""

from __future__ import annotations

from journal.commands.propose_hand_over import Proposing, propose_hand_over
from journal.commands.take_patient import Taking, take_patient
from journal.commands.write_note import write_note
from journal.rules.isbar import Isbar
from journal.rules.note import NoteText
from tests.cast import note
from tests.conftest import Served
from tests.house.identity_cases import NOBODY_HAS, Case, Made


def is_one(path: str) -> bool:
    """Whether the address is about a proposal, or about signing one's own notes."""
    return "/proposals" in path or path.endswith("/notes/sign")


async def prepare(served: Served, path: str, encounter: str | None) -> Case:
    """An encounter that Dag answers for; to confirm or decline, one that Dina asks Dag about."""
    case = Case(encounter or NOBODY_HAS, ids={"{proposal}": NOBODY_HAS}, etag='"1"')
    last = path.rpartition("/")[2]
    dag, dina, store = served.cast.dag.actor, served.cast.dina.actor, served.store
    giver, receiver = (dina, dag) if last in ("confirm", "decline") else (dag, dina)
    asking = Proposing(to=receiver.id, isbar=Isbar(situation="Smertefri"))
    if encounter is None:
        case.encounter = (await Made(served).arrived())["id"]
        version = (await store.write(giver, take_patient, case.encounter, Taking())).version
        case.etag = f'"{version}"'
        if last == "sign":
            await store.write(dag, write_note, case.encounter, NoteText(**note()), None)
        elif last != "proposals":
            made = await store.write(giver, propose_hand_over, case.encounter, asking, version)
            case.ids["{proposal}"] = made.id
    case.body = asking.model_dump() if last == "proposals" else {}
    return case
