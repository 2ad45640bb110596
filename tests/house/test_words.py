"""Every refusal and every event has its words on the screens, in all three languages."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import TypeVar

import pytest

from app.screens.texts import LANGUAGES, texts
from core.errors import Refused
from core.http import problem
from core.store.event_log import Event
from tests.house.source import PACKAGES, listed

T = TypeVar("T")
# Answered in front of every route, or for what nobody foresaw.
WITHOUT_A_CLASS = {"foreign-origin", "too-large", "invalid", "malformed", "fault"}


@pytest.fixture(scope="module", autouse=True)
def everything_is_loaded() -> None:
    """Loads the whole program: a refusal that nobody imported would not be looked at."""
    for package in PACKAGES:
        for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            if "migrations" not in module.name:
                importlib.import_module(module.name)


def _all(kind: type[T]) -> Iterator[type[T]]:
    for each in kind.__subclasses__():
        if each.__module__.partition(".")[0] in PACKAGES:
            yield each
            yield from _all(each)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_has_a_sentence(language: str) -> None:
    codes = {refusal.code for refusal in (Refused, *_all(Refused))}
    codes |= WITHOUT_A_CLASS | set(problem._BY_STATUS.values())

    missing = sorted(code for code in codes if f"error.{code}" not in texts(language).entries)

    assert len(codes) > 30
    assert not missing, listed(missing, f"write `error.<code>` in app/texts/{language}.json: what to do now")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_event_has_a_line_in_the_course_of_the_night(language: str) -> None:
    kinds = {event.kind for event in _all(Event) if hasattr(event, "kind")}

    missing = sorted(kind for kind in kinds if f"timeline.{kind}" not in texts(language).entries)

    assert len(kinds) > 10
    assert not missing, listed(missing, f"write `timeline.<kind>` in app/texts/{language}.json")


def test_no_two_refusals_mean_different_things_by_one_code() -> None:
    statuses: dict[str, set[int]] = {}
    for refusal in _all(Refused):
        statuses.setdefault(refusal.code, set()).add(refusal.status)

    assert {code: found for code, found in statuses.items() if len(found) > 1} == {}


def test_every_refusal_is_the_clients_to_mend_or_ours_to_repeat() -> None:
    odd = {refusal.__name__: refusal.status for refusal in _all(Refused) if not 400 <= refusal.status < 504}

    assert odd == {}


def test_no_two_events_share_a_name() -> None:
    named = {(event.kind, event.__qualname__) for event in _all(Event) if hasattr(event, "kind")}

    assert len(named) == len({kind for kind, _name in named})
