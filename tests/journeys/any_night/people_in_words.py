"""Who everybody is, in words: told anew from the beginning each time, leaving out what was undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.journeys.any_night.waiting_in_words import No

FIELDS = ("called", "given", "family", "birth_date")


@dataclass
class Person:
    """A record of a person."""

    known: dict[str, str | None]
    active: bool = True
    became: str | None = None  # the record that this one turned out to be


@dataclass
class People:
    """Persons, whose the numbers are, and whose the visits are."""

    persons: dict[str, Person] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    whose: dict[str, str] = field(default_factory=dict)


Telling = Callable[[People], set[str]]
"""Makes it so; says which persons, numbers and visits it touched."""


@dataclass
class Change:
    """A decision about who somebody is: whose doing, why, and whom it was about."""

    id: str
    kind: str
    visit: str
    by: str
    about: tuple[str, str | None]
    reason: str | None
    tell: Telling
    touched: set[str] = field(default_factory=set)
    undone: bool = False


class Identity:
    """Everything that was ever said of who people are, in order."""

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self._story: list[Change | Telling] = []

    def now(self, but: Change | None = None) -> People:
        """Who they are, by all that has not been undone."""
        people = People()
        for each in self._story:
            if not isinstance(each, Change):
                each(people)
            elif not each.undone and each is not but:
                each.tell(people)
        return people

    def comes(self, visit: str, person: str, known: dict[str, str | None] | None, number: str | None) -> None:
        """A visit begins, of somebody known or of a new record."""

        def tell(people: People) -> set[str]:
            if known is not None:
                people.persons[person] = Person({name: known.get(name) for name in FIELDS})
                people.numbers.update({number: person} if number else {})
            people.whose[visit] = person
            return set()

        self._story.append(tell)

    def begins(self, person: str, called: str) -> None:
        """A record of nobody yet."""

        def tell(people: People) -> set[str]:
            empty = {name: called if name == "called" else None for name in FIELDS}
            people.persons[person] = Person(empty, active=False)
            return set()

        self._story.append(tell)

    def happens(self, change: Change) -> None:
        self.changes.append(change)
        self._story.append(change)
        change.touched = change.tell(self.now(but=change))

    def undo(self, change: Change, units: dict[str, str], by: tuple[str, str], reason: str) -> None:
        """Take it back. `units` says where each open visit is; refused rather than half undone."""
        if change.undone or change.kind == "undone":
            raise No("undone-already")
        later = self.changes[self.changes.index(change) + 1 :]
        if any(each.touched & change.touched and not each.undone and each.kind != "undone" for each in later):
            raise No("undo-later-first")
        after = self.now(but=change)
        require_one_place(after, units)
        if any(
            not after.persons[holder].active for holder in (*after.whose.values(), *after.numbers.values())
        ):
            raise No("undo-later-first")  # somebody rests on the record that would be nobody's
        change.undone = True
        undoing = Change(by[0], "undone", change.visit, by[1], change.about, reason, lambda _: set())
        self.changes.append(undoing)

    def of(self, visit: str) -> list[Change]:
        """The history as the page of this visit tells it, the last first."""
        person = self.now().whose[visit]
        return [each for each in reversed(self.changes) if person in each.about or each.visit == visit]


def require_one_place(people: People, units: dict[str, str]) -> None:
    """Nobody is in two places of one ward."""
    here = [(people.whose[visit], unit) for visit, unit in units.items()]
    if len(here) != len(set(here)):
        raise No("both-here")


def learned(person: str, known: dict[str, str | None]) -> Telling:
    """This is known of a person now."""

    def tell(people: People) -> set[str]:
        people.persons[person].known.update(known)
        return {person}

    return tell


def numbered(person: str, number: str) -> Telling:
    """The person has this number."""

    def tell(people: People) -> set[str]:
        people.numbers[number] = person
        return {person, number}

    return tell


def both(*tellings: Telling) -> Telling:
    """One after the other."""
    return lambda people: {each for tell in tellings for each in tell(people)}


def merged(kept: str, gone: str) -> Telling:
    """Two records are one person: all of one goes to the other, of which nothing is overwritten."""

    def tell(people: People) -> set[str]:
        stays, goes = people.persons[kept], people.persons[gone]
        missing = {
            name: new for name, new in goes.known.items() if stays.known[name] is None and new is not None
        }
        stays.known.update(missing)
        goes.active, goes.became = False, kept
        earlier = [id for id, each in people.persons.items() if each.became == gone]
        for id in earlier:
            people.persons[id].became = kept
        moved = [
            thing for things in (people.numbers, people.whose) for thing, of in things.items() if of == gone
        ]
        for things in (people.numbers, people.whose):
            things.update({thing: kept for thing in moved if thing in things})
        return {gone, *moved, *earlier, *([kept] if missing else [])}

    return tell


def moved(visit: str, to: str, *, new: bool) -> Telling:
    """The visit is another person's than it was written on."""

    def tell(people: People) -> set[str]:
        people.whose[visit] = to
        if new:
            people.persons[to].active = True
        return {visit, *([to] if new else [])}

    return tell
