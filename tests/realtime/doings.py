"""Everything that is done on a ward, each command as somebody would do it; for tests of what screens show.

A command that is missing here fails `test_patches_equal_board.py`: put it in, so that screens are held to it.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import timedelta
from importlib import import_module
from pkgutil import walk_packages
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

import journal.commands
import triage.commands
from core.errors import Refused
from core.ids import Actor, StaffId, new_id
from core.patients.identity.identify import Identification, identify
from core.patients.identity.merge import Merging, merge
from core.patients.identity.split import Splitting, split
from core.patients.identity.undo import Undoing, undo
from core.patients.identity_tables import IdentityChange
from core.patients.tables import Encounter, Unit
from core.store.work import Store
from journal.clinical_tables import CriticalInformation
from journal.commands.clinical import critical
from journal.commands.finish_encounter import Finishing, finish_encounter
from journal.commands.propose_hand_over import (
    Declining,
    Proposing,
    confirm_hand_over,
    decline_hand_over,
    propose_hand_over,
    withdraw_hand_over,
)
from journal.commands.save_draft import DraftSent, DraftText, merge_in_draft, save_draft
from journal.commands.set_diagnosis import NewDiagnosis, remove_diagnosis, set_diagnosis
from journal.commands.sign_notes import sign_notes
from journal.commands.take_patient import Receiver, Taking, hand_over, take_patient
from journal.commands.undo_finish import undo_finish
from journal.commands.write_note import write_note
from journal.hand_over_tables import HandOver
from journal.rules.isbar import Isbar
from journal.rules.note import NoteText
from journal.tables import Diagnosis
from tests.cast import DIAGNOSIS, ROOMS, UNIT, Cast, arrival, assessment, finishing, note, system
from triage.commands.arrange_unit import arrange_unit
from triage.commands.assess import NewAssessment, assess
from triage.commands.bring_scale import ScaleOfUnit, choose_scale
from triage.commands.call_back import Attempt, try_call_back
from triage.commands.call_doctor import call_doctor
from triage.commands.check_in import Arrival, NewExpectation, arrive, check_in, expect_anew
from triage.commands.draft_triage import TakingOver, TriageDraftText, save_triage_draft, take_over_triage
from triage.commands.hand_out_ticket import NewTicket, end_ticket, hand_out_ticket
from triage.commands.look_after import (
    Calling,
    Placing,
    call_patient,
    mark_seen,
    place_in_room,
    register_left,
)
from triage.commands.observe.measure import CorrectedMeasurement, correct_vitals, measure_vitals
from triage.commands.observe.plan import begin_observation, end_observation
from triage.commands.take_alarm import confirm_level, take_alarm
from triage.commands.telephone import take
from triage.commands.telephone.hear import CallNews, hear_of_call
from triage.commands.watch import ring_due
from triage.rules.observe.plan import EndingObservation, NewObservation
from triage.rules.observe.rounds import NewMeasurement
from triage.rules.unit.arrangement import arrangement, version_of
from triage.tables import Task, TelephoneCall
from triage.vitals_tables import Measurement, ObservationPlan

_CALLS = (
    "hear_of_call",
    "write_down_call",
    "take_call",
    "take_over_call",
    "note_call",
    "assess_call",
    "close_call",
)
_ABOUT_NOBODY_HERE = ("check_in", "expect", "enter_afterwards", "arrange_unit", "choose_scale", *_CALLS)
_ALLERGY: Any = {"kind": "allergy", "text": "Penicillin", "source": "patient"}


class Shift:
    """A ward at work: who is on duty, and everybody who ever came."""

    def __init__(self, store: Store, cast: Cast, random: Random) -> None:
        self.store = store
        self.encounters: list[str] = []
        self._cast = cast
        self._random = random
        self._doctors = [cast.dag.actor, cast.dina.actor]

    async def do(self, name: str, encounter: str | None = None) -> bool:
        """Try one command, on this encounter where it is about one; whether it was done."""
        if not self.encounters and name not in _ABOUT_NOBODY_HERE:
            return False
        try:
            await _DOINGS[name](self, encounter or (self.encounters[-1] if self.encounters else ""))
        except Refused:
            return False
        return True

    async def check_in(self, _: str) -> None:
        given, family = self._random.choice((("Ingrid", "Solvang"), ("Ingrid", "Solvåg"), ("Ola", "Nordby")))
        more = self._random.choice(({}, {"given": given, "family": family}))
        await self._come(**more)

    async def expect(self, _: str) -> None:
        await self._come(expected_at=(self.store.clock() + timedelta(minutes=20)).isoformat())

    async def enter_afterwards(self, _: str) -> None:
        await self._come(arrived_at=(self.store.clock() - timedelta(hours=3)).isoformat())

    async def _come(self, **more: Any) -> None:
        came = Arrival.model_validate(arrival(**more))
        answer = await self.store.write(self._cast.nora.actor, check_in, came, UNIT, "test")
        self.encounters.append(answer.id)

    async def expect_anew(self, encounter: str) -> None:
        anew = NewExpectation(expected_at=self.store.clock() + timedelta(minutes=self._random.randint(5, 90)))
        await self.store.write(self._cast.nora.actor, expect_anew, encounter, anew)

    async def hear_of_call(self, _: str) -> None:
        heard = CallNews(
            call=f"x-{self._random.randint(1, 12)}",
            news=self._random.choice(("ringing", "answered", "hung-up")),
            at=self.store.clock(),
            caller="90123456",
        )
        await self.store.write(self._cast.exchange.actor, hear_of_call, heard)

    async def write_down_call(self, _: str) -> None:
        written = take.CallByHand(caller="90000001", complaint="Feber")
        await self.store.write(self._cast.nora.actor, take.write_down_call, written)

    async def take_call(self, _: str) -> None:
        ringing = CallNews(call=new_id(), news="ringing", at=self.store.clock())
        call = (await self.store.write(self._cast.exchange.actor, hear_of_call, ringing)).id
        await self.store.write(self._cast.nora.actor, take.take_call, call)

    async def take_over_call(self, _: str) -> None:
        await self.store.write(self._cast.nora.actor, take.take_over_call, await self._answered())

    async def note_call(self, _: str) -> None:
        call = await self._answered()
        version = int(await self._id(select(TelephoneCall.version).where(TelephoneCall.id == call)) or 0)
        notes = take.CallNotes(complaint="Feber", about="Ola")
        await self.store.write(self._cast.nora.actor, take.note_call, call, notes, version)

    async def assess_call(self, _: str) -> None:
        urgency = self._random.choice(("red", "yellow", "green"))
        given = take.NewCallAssessment(complaint="Feber", urgency=urgency)
        await self.store.write(self._cast.nora.actor, take.assess_call, await self._answered(), given)

    async def close_call(self, _: str) -> None:
        at = self.store.clock() + timedelta(minutes=30)
        closing = self._random.choice(
            (take.Closing(outcome="come-now", expected_at=at), take.Closing(outcome="advice"))
        )
        closed = await self.store.write(
            self._cast.nora.actor, take.close_call, await self._answered(), closing
        )
        encounter = await self._id(select(TelephoneCall.encounter_id).where(TelephoneCall.id == closed.id))
        self.encounters.extend([encounter] if encounter else [])

    async def _answered(self) -> str:
        return await self._call(TelephoneCall.status == "answered")

    async def _call(self, which: Any) -> str:
        return await self._id(select(TelephoneCall.id).where(which).order_by(TelephoneCall.known_at))

    async def arrive(self, encounter: str) -> None:
        await self.store.write(self._cast.nora.actor, arrive, encounter)

    async def assess(self, encounter: str) -> None:
        given = NewAssessment.model_validate(assessment())
        await self.store.write(self._cast.nora.actor, assess, encounter, given, None)

    async def assess_with_story(self, encounter: str) -> None:
        more = {"complaint": "Tung pust", "history": "Kols", "pain": 3, "marks": {"infection": True}}
        given = NewAssessment.model_validate(assessment(**more))
        await self.store.write(self._cast.nora.actor, assess, encounter, given, None)

    async def measure_vitals(self, encounter: str) -> None:
        pulse = self._random.choice((80, 140))
        given = NewMeasurement.model_validate({"vital_signs": {"hr": pulse, "spo2": 88}})
        await self.store.write(self._cast.nora.actor, measure_vitals, encounter, given)

    async def correct_vitals(self, encounter: str) -> None:
        last = await self._id(
            select(Measurement.id)
            .where(Measurement.encounter_id == encounter)
            .order_by(Measurement.recorded_at.desc())
        )
        why = {"vital_signs": {"spo2": 97}, "reason": "Feil finger"}
        fixed = CorrectedMeasurement.model_validate(why)
        await self.store.write(self._cast.nora.actor, correct_vitals, encounter, last, fixed)

    async def begin_observation(self, encounter: str) -> None:
        until = (self.store.clock() + timedelta(hours=4)).isoformat()
        plan = {"question": "Våkenhet", "signs": ["hr"], "every_minutes": 15, "until_at": until}
        given = NewObservation.model_validate({**plan, "limits": [{"code": "spo2", "low": 90}]})
        version = await self._plan_version(encounter) or None
        await self.store.write(self._cast.dag.actor, begin_observation, encounter, given, version)

    async def end_observation(self, encounter: str) -> None:
        ending, version = EndingObservation(code="well"), await self._plan_version(encounter)
        await self.store.write(self._cast.dag.actor, end_observation, encounter, ending, expected=version)

    async def _plan_version(self, encounter: str) -> int:
        plan = select(ObservationPlan.version).where(ObservationPlan.encounter_id == encounter)
        return int(await self._id(plan.order_by(ObservationPlan.version.desc())) or 0)

    async def save_triage_draft(self, encounter: str) -> None:
        text = TriageDraftText(history="Hoste")
        await self.store.write(self._cast.nora.actor, save_triage_draft, encounter, text, 0)

    async def take_over_triage(self, encounter: str) -> None:
        taking = TakingOver(author=self._cast.nora.actor.id)
        await self.store.write(self._cast.kari.actor, take_over_triage, encounter, taking)

    async def record_critical(self, encounter: str) -> None:
        line = critical.CriticalLine.model_validate(_ALLERGY)
        await self.store.write(self._cast.nora.actor, critical.record_critical, encounter, line)

    async def change_critical(self, encounter: str) -> None:
        of_it = select(CriticalInformation.item_id).where(CriticalInformation.encounter_id == encounter)
        off = critical.CriticalChange(**_ALLERGY, certainty="refuted", reason="Testet")
        nora, item = self._cast.nora.actor, await self._id(of_it)
        await self.store.write(nora, critical.change_critical, encounter, item, off, expected=1)

    async def call_doctor(self, encounter: str) -> None:
        await self.store.write(self._cast.nora.actor, call_doctor, encounter)

    async def assess_lower(self, encounter: str) -> None:
        given = NewAssessment.model_validate(assessment(level="green", reason="Kjent fra før"))
        await self.store.write(self._cast.nora.actor, assess, encounter, given, None)

    async def confirm_level(self, encounter: str) -> None:
        await self.store.write(self._cast.kari.actor, confirm_level, encounter)

    async def place_in_room(self, encounter: str) -> None:
        placing = Placing(place=self._random.choice((None, *ROOMS)))
        await self.store.write(self._cast.nora.actor, place_in_room, encounter, placing, None)

    async def mark_seen(self, encounter: str) -> None:
        await self.store.write(self._cast.nora.actor, mark_seen, encounter, None)

    async def call_patient(self, encounter: str) -> None:
        calling = Calling(place=self._random.choice((None, *ROOMS)))
        await self.store.write(self._cast.nora.actor, call_patient, encounter, calling, None)

    async def register_left(self, encounter: str) -> None:
        await self.store.write(
            self._cast.nora.actor, register_left, encounter, await self._version(encounter)
        )

    async def try_call_back(self, encounter: str) -> None:
        task = await self._id(select(Task.id).where(Task.encounter_id == encounter))
        attempt = Attempt(result=self._random.choice(("no-answer", "reached")))
        await self.store.write(self._cast.nora.actor, try_call_back, task, attempt)

    async def hand_out_ticket(self, encounter: str) -> None:
        new = NewTicket(secret=f"{self._random.getrandbits(128):032x}")
        await self.store.write(self._cast.nora.actor, hand_out_ticket, encounter, new)

    async def end_ticket(self, encounter: str) -> None:
        await self.store.write(self._cast.nora.actor, end_ticket, encounter)

    async def ring_due(self, encounter: str) -> None:
        await self.store.write(system(UNIT), ring_due, [encounter])

    async def take_alarm(self, encounter: str) -> None:
        await self.store.write(
            self._random.choice([self._cast.nora.actor, *self._doctors]), take_alarm, encounter
        )

    async def arrange_unit(self, _: str) -> None:
        unit = await self.store.read(_unit)
        before = arrangement(unit.rooms, unit.choices)
        name = f"Luke {self._random.randint(1, 99)}"
        desks = before.desks[:-1] if len(before.desks) > 3 else tuple(dict.fromkeys((*before.desks, name)))
        chosen = before.model_copy(update={"desks": desks})
        await self.store.write(self._cast.kari.actor, arrange_unit, chosen, version_of(unit.choices))

    async def choose_scale(self, _: str) -> None:
        await self.store.write(self._cast.admin.actor, choose_scale, ScaleOfUnit(scale="sats"))

    async def take_patient(self, encounter: str) -> None:
        await self.store.write(self._random.choice(self._doctors), take_patient, encounter, Taking())

    async def hand_over(self, encounter: str) -> None:
        to = Receiver(to=self._random.choice(self._doctors).id)
        version = await self._version(encounter)
        await self.store.write(await self._doctor_of(encounter), hand_over, encounter, to, version)

    async def propose_hand_over(self, encounter: str) -> None:
        giver, version = await self._doctor_of(encounter), await self._version(encounter)
        to = next(each.id for each in self._doctors if each.id != giver.id)
        asking = Proposing(to=to, isbar=Isbar(situation="Smertefri"))
        await self.store.write(giver, propose_hand_over, encounter, asking, version)

    async def confirm_hand_over(self, encounter: str) -> None:
        receiver, id = await self._asked(encounter)
        await self.store.write(receiver, confirm_hand_over, encounter, id)

    async def decline_hand_over(self, encounter: str) -> None:
        receiver, id = await self._asked(encounter)
        await self.store.write(receiver, decline_hand_over, encounter, id, Declining(reason="Har tre"))

    async def withdraw_hand_over(self, encounter: str) -> None:
        _, id = await self._asked(encounter)
        await self.store.write(await self._doctor_of(encounter), withdraw_hand_over, encounter, id)

    async def _asked(self, encounter: str) -> tuple[Actor, str]:
        waits = (HandOver.encounter_id == encounter) & (HandOver.state == "proposed")
        to = await self._id(select(HandOver.to_id).where(waits))
        receiver = next((each for each in self._doctors if each.id == to), self._doctors[0])
        return receiver, await self._id(select(HandOver.id).where(waits))

    async def sign_notes(self, encounter: str) -> None:
        await self.store.write(await self._doctor_of(encounter), sign_notes, encounter)

    async def save_draft(self, encounter: str) -> None:
        text, version = DraftText(**note()), await self._version(encounter)
        doctor = await self._doctor_of(encounter)
        await self.store.write(doctor, save_draft, encounter, text, based_on=None, version=version)

    async def merge_in_draft(self, encounter: str) -> None:
        sent, version = DraftSent(**note(plan="Observasjon"), window="w-1"), await self._version(encounter)
        doctor = self._random.choice(self._doctors)
        await self.store.write(doctor, merge_in_draft, encounter, sent, based_on=None, version=version)

    async def write_note(self, encounter: str) -> None:
        text = NoteText(**note())
        await self.store.write(await self._doctor_of(encounter), write_note, encounter, text, None)

    async def set_diagnosis(self, encounter: str) -> None:
        given, version = NewDiagnosis.model_validate(DIAGNOSIS), await self._version(encounter)
        await self.store.write(await self._doctor_of(encounter), set_diagnosis, encounter, given, version)

    async def remove_diagnosis(self, encounter: str) -> None:
        diagnosis = await self._id(select(Diagnosis.id).where(Diagnosis.encounter_id == encounter))
        version = await self._version(encounter)
        await self.store.write(
            await self._doctor_of(encounter), remove_diagnosis, encounter, diagnosis, version
        )

    async def finish_encounter(self, encounter: str) -> None:
        doctor = await self._doctor_of(encounter)
        given = Finishing.model_validate(finishing(note=note()))
        version, window = await self._version(encounter), timedelta(hours=1)
        await self.store.write(doctor, finish_encounter, encounter, given, version, undo_for=window)

    async def undo_finish(self, encounter: str) -> None:
        doctor = await self._doctor_of(encounter)
        await self.store.write(doctor, undo_finish, encounter, await self._version(encounter))

    async def identify(self, encounter: str) -> None:
        name = self._random.choice(({"given": "Ingrid", "family": "Solvang"}, {"called": "Mann ved kiosken"}))
        known = Identification.model_validate({**name, "reason": "Førerkort"})
        version = await self._version(encounter)
        await self.store.write(self._cast.nora.actor, identify, encounter, known, version, environment="test")

    async def merge(self, encounter: str) -> None:
        other = await self._patient(self._random.choice(self.encounters))
        merging = Merging(other=other, keep=self._random.choice(("this", "other")), reason="Samme person")
        version = await self._version(encounter)
        await self.store.write(self._cast.dag.actor, merge, encounter, merging, version, environment="test")

    async def split(self, encounter: str) -> None:
        splitting = Splitting(called="En annen", reason="Feil person")
        version = await self._version(encounter)
        await self.store.write(self._cast.dag.actor, split, encounter, splitting, version, environment="test")

    async def undo(self, encounter: str) -> None:
        last = select(IdentityChange.id).where(IdentityChange.encounter_id == encounter)
        change = await self._id(last.order_by(IdentityChange.number.desc()))
        why, version = Undoing(reason="Det var feil"), await self._version(encounter)
        await self.store.write(self._cast.dag.actor, undo, encounter, change, why, expected=version)

    async def _doctor_of(self, encounter: str) -> Actor:
        doctor = await self._id(select(Encounter.doctor_id).where(Encounter.id == encounter))
        return next((each for each in self._doctors if each.id == StaffId(doctor)), self._doctors[0])

    async def _patient(self, encounter: str) -> str:
        return await self._id(select(Encounter.patient_id).where(Encounter.id == encounter))

    async def _version(self, encounter: str) -> int:
        return int(await self._id(select(Encounter.version).where(Encounter.id == encounter)) or 0)

    async def _id(self, statement: Any) -> str:
        async def first(session: AsyncSession) -> str:
            found = (await session.execute(statement)).first()
            return str(found[0]) if found and found[0] is not None else ""

        return await self.store.read(first)


async def _unit(session: AsyncSession) -> Unit:
    return await session.get_one(Unit, UNIT)


_DOINGS: Mapping[str, Callable[[Shift, str], Awaitable[None]]] = {
    name: doing
    for name, doing in vars(Shift).items()
    if inspect.iscoroutinefunction(doing) and not name.startswith("_") and name != "do"
}
NAMES = tuple(_DOINGS)
"""What can be done: commands by their own names, and some of them in more than one way."""

_A_PATIENTS_WAY = (
    *("hear_of_call", "write_down_call", "take_over_call", "note_call", "assess_call", "close_call"),
    "take_call",
    *(
        "expect",
        "expect_anew",
        "arrive",
        "identify",
        "undo",
        "split",
        "save_triage_draft",
        "take_over_triage",
        "assess",
        "assess_with_story",
        "call_doctor",
        *("record_critical", "change_critical"),
        "assess_lower",
        "confirm_level",
    ),
    *("begin_observation", "measure_vitals", "correct_vitals", "ring_due"),
    *("hand_out_ticket", "end_ticket", "call_patient", "place_in_room", "mark_seen"),
    *("arrange_unit", "choose_scale", "take_patient", "measure_vitals", "begin_observation"),
    "end_observation",
    *("hand_over", "propose_hand_over", "withdraw_hand_over", "propose_hand_over", "decline_hand_over"),
    *("propose_hand_over", "confirm_hand_over", "save_draft", "merge_in_draft"),
    *("write_note", "sign_notes", "set_diagnosis", "remove_diagnosis", "set_diagnosis"),
    *("finish_encounter", "undo_finish", "finish_encounter"),
    *("check_in", "merge", "enter_afterwards", "ring_due", "take_alarm", "register_left", "try_call_back"),
)


async def a_patients_way(shift: Shift) -> AsyncIterator[str]:
    """Every command, each done with success, one after the other; says the name of what was just done."""
    for name in _A_PATIENTS_WAY:
        for _ in range(20):  # what is chosen by chance may be refused
            if await shift.do(name):
                break
        else:
            raise AssertionError(f"{name} was refused each time")
        yield name


def commands() -> set[str]:
    """Every command there is: what people ask for, not what follows from it by itself."""
    found = set()
    for package in (triage.commands, journal.commands):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            for name, function in vars(import_module(module.name)).items():
                if inspect.iscoroutinefunction(function) and function.__module__ == module.name:
                    parameters = list(inspect.signature(function).parameters)
                    if (
                        not name.startswith("_")
                        and parameters[:1] == ["work"]
                        and parameters[1:2] != ["event"]
                    ):
                        found.add(name)
    return found
