"""Who somebody is turns out: named, numbered, merged with another record, moved to the right one, undone."""

from __future__ import annotations

from random import Random
from typing import Any

from core.ids import Actor
from core.patients.identity.identify import Identification, IdentityAnswer, identify
from core.patients.identity.merge import Merging, merge
from core.patients.identity.split import Splitting, split
from core.patients.identity.undo import Undoing, undo
from tests.journeys.any_night.patients_way import KNOWN, NUMBERS, in_words, passport
from tests.journeys.any_night.people_in_words import Change, Telling, both, learned, merged, moved, numbered
from tests.journeys.any_night.staff import Staff
from tests.journeys.any_night.waiting_in_words import No, Visit


class IdentityDecided:
    """Each a decision of somebody who may, with `chance` to choose whom and how."""

    def __init__(self, staff: Staff) -> None:
        self.staff = staff
        self.words = staff.words
        self.pages: set[str] = set()  # visits whose history reads differently now

    async def is_named(self, chance: Random) -> None:
        """A name, a number, or both are put on somebody."""
        if not (visit := self.staff.whom(chance, lambda each: each.open)):
            return
        by, person = chance.choice(self.staff.at(visit.unit)), self._person(visit)
        known: dict[str, Any] = chance.choice(({}, *KNOWN[:4]))
        number = chance.choice((None, *NUMBERS)) if known else chance.choice(NUMBERS)

        def change(answer: IdentityAnswer) -> Change:
            people = self.words.identity.now()
            if people.numbers.get(number or "", person) != person:
                raise No("number-belongs-to-another")
            before = people.persons[person].known
            new = {name: value for name, value in in_words(known).items() if value != before[name]}
            tell: list[Telling] = [learned(person, new)] if new else []
            if number and number not in people.numbers:
                tell.append(numbered(person, number))
            if not tell:
                raise No("nothing-changed")
            return self._change(answer, "identified", visit, by, (person, None), both(*tell))

        given = Identification.model_validate(
            {"reason": "identified", **known, **({"foreign_number": passport(number)} if number else {})}
        )
        await self._decide(
            "identify", visit, by, identify, given, change, who=known.get("given"), number=number
        )

    async def is_another_record(self, chance: Random) -> None:
        """Two records are the same person."""
        if not (visit := self.staff.whom(chance, lambda each: each.open)):
            return
        by, this, other = self._who_decides(chance, visit), self._person(visit), self._any_person(chance)
        keep = chance.choice(("this", "other"))
        kept, gone = (this, other) if keep == "this" else (other, this)

        def change(answer: IdentityAnswer) -> Change:
            self.words.reach(other, visit.unit)
            if other == this:
                raise No("same-patient")
            return self._change(answer, "merged", visit, by, (kept, gone), merged(kept, gone))

        given = Merging.model_validate({"other": other, "keep": keep, "reason": "merged"})
        await self._decide("merge", visit, by, merge, given, change, kept=kept[:4], gone=gone[:4])

    async def is_another_person(self, chance: Random) -> None:
        """The visit is moved to the right person: one we know, or a new record."""
        if not (visit := self.staff.whom(chance, lambda each: each.open)):
            return
        by, wrong = self._who_decides(chance, visit), self._person(visit)
        to = self._any_person(chance) if chance.randint(0, 1) else None

        def change(answer: IdentityAnswer) -> Change:
            if to is not None:
                self.words.reach(to, visit.unit)
            if to == wrong:
                raise No("same-patient")
            right = to or answer.patient_id
            if to is None:
                self.words.identity.begins(right, "En annen")
            return self._change(
                answer, "split", visit, by, (right, wrong), moved(visit.id, right, new=to is None)
            )

        given = Splitting.model_validate({"to": to, "called": "En annen", "reason": "split"})
        await self._decide("split", visit, by, split, given, change, to=to and to[:4])

    async def is_undone(self, chance: Random) -> None:
        """A decision was wrong; mostly one that still stands."""
        stands = [each for each in self.words.identity.changes if not each.undone and each.kind != "undone"]
        among = stands if stands and chance.randint(0, 6) else self.words.identity.changes
        if not among:
            return
        change = among[-1 - min(chance.randint(0, 3), len(among) - 1)]
        visit = self.words.visits[change.visit]
        by, version = self._who_decides(chance, visit), await self.staff.version(visit)

        def say(answer: IdentityAnswer) -> None:
            places = self.words.places()
            self.words.identity.undo(change, places, (answer.change_id if answer else "", by.name), "undone")

        why = Undoing(reason="undone")
        really = self.staff.store.write(by, undo, visit.id, change.id, why, expected=version)
        await self.staff.do("undo", really, say, what=change.kind, of=change.id[:4], by=by.name)
        self.pages = {change.visit}

    async def _decide(
        self, what: str, visit: Visit, by: Actor, command: Any, given: Any, change: Any, **about: object
    ) -> None:
        version = await self.staff.version(visit)
        really = self.staff.store.write(by, command, visit.id, given, version, environment="test")
        await self.staff.do(
            what, really, lambda answer: self.words.decide(change(answer)),
            patient=visit.id[:4], by=by.name, **about,
        )  # fmt: skip
        self.pages = {visit.id}

    def _change(
        self,
        answer: IdentityAnswer | None,
        kind: str,
        visit: Visit,
        by: Actor,
        about: tuple[str, str | None],
        tell: Telling,
    ) -> Change:
        # Refused: the words must still say whether it would put somebody in two places.
        return Change(answer.change_id if answer else "", kind, visit.id, by.name, about, kind, tell)

    def _who_decides(self, chance: Random, visit: Visit) -> Actor:
        return chance.choice([each for each in self.staff.at(visit.unit) if each.role != "triage-nurse"])

    def _person(self, visit: Visit) -> str:
        return self.words.identity.now().whose[visit.id]

    def _any_person(self, chance: Random) -> str:
        return chance.choice(list(self.words.identity.now().persons))
