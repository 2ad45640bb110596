"""Who this is (identitet): what is known, how it came to be known, and what can be put right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.screens import show
from app.screens.identity.code128 import bars
from app.screens.identity.registered import registered
from app.screens.render import data_block, render
from app.screens.texts import Texts, texts
from core.clock import local
from core.ids import Actor
from core.patients.identity.id_numbers import COUNTRIES
from core.patients.identity.page import Change, ChangedValue, IdentityPage, Person
from core.patients.wristband import wristband as wristband_of
from journal.queries.clinical.person import PageRegistered
from journal.queries.page import PageMessage

_SCRIPT_TEXTS = ("error.", "identity.number.", "identity.protection.", "identity.script.", "sex.")
NUMBER_KINDS = ("national", "passport", "foreign", "duf")
RELATIONS = ("mother", "father", "co-mother", "foster-parent", "guardian", "child-welfare", "other")
LEVELS = ("ugradert", "klientadresse", "fortrolig", "strengtFortrolig")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeView:
    """One line of the history in words."""

    id: str
    title: str
    by: str
    reason: str
    values: tuple[tuple[str, str, str], ...]
    undone: bool
    may_undo: bool


def identity(
    page: IdentityPage,
    messages: Sequence[PageMessage],
    *,
    register: PageRegistered | None,
    unit_name: str,
    me: Actor,
    now: datetime,
    language: str,
    asset_version: str,
) -> str:
    """The page; what `me` may not do is not offered. `messages` are those out about the encounter."""
    t = texts(language)
    months = _months(page.person, now)
    return render(
        "screens/identity.html",
        t=t,
        asset_version=asset_version,
        current="identity",
        unit=page.unit,
        unit_name=unit_name,
        me=me,
        now=now,
        page=page,
        person=page.person,
        name=name_of(page.person),
        months=months,
        history=[_change(change, t) for change in page.history],
        registered=registered(register, t) if register else None,
        questions=[message for message in messages if message.review],
        countries=COUNTRIES,
        kinds=NUMBER_KINDS,
        relations=RELATIONS,
        levels=LEVELS,
        today=local(now).date().isoformat(),
        open=page.status not in ("finished", "cancelled"),
        data=data_block({"encounter": page.id, "unit": page.unit, **_known(page)}),
        words=data_block(t.subset(_SCRIPT_TEXTS)),
    )


def wristband(page: IdentityPage, *, now: datetime, language: str, asset_version: str) -> str:
    """The wristband to print: number, name, birth date and allergy; never an identity number."""
    t = texts(language)
    code = wristband_of(page.number, page.recorded_at)
    drawn, width = bars(code)
    return render(
        "screens/wristband.html",
        t=t,
        asset_version=asset_version,
        page=page,
        person=page.person,
        name=name_of(page.person),
        months=_months(page.person, now),
        code=code,
        bars=drawn,
        width=width,
    )


def name_of(person: Person) -> str:
    """The registered name, else what the patient was called at the door."""
    return " ".join(part for part in (person.given, person.family) if part) or person.called


def _months(person: Person, now: datetime) -> int | None:
    born, today = person.birth_date, local(now).date()
    if born is None or born > today:
        return None
    return (today.year - born.year) * 12 + today.month - born.month - (today.day < born.day)


def _known(page: IdentityPage) -> dict[str, object]:
    shown = page.model_dump(mode="json")
    return {"version": page.version, "person": shown["person"], "similar": shown["similar"]}


def _change(change: Change, t: Texts) -> ChangeView:
    return ChangeView(
        id=change.id,
        title=t(f"identity.kind.{change.kind}"),
        by=f"{show.day_and_clock(change.at)} · {change.by}, {t(f'role.{change.role}').lower()}",
        reason=change.reason or "",
        values=tuple(_value(value, t) for value in change.values if not _technical(value)),
        undone=change.undone,
        may_undo=change.may_undo,
    )


def _technical(value: ChangedValue) -> bool:
    return value.what in ("active", "replaced_by") or value.what.startswith("related")


def _value(value: ChangedValue, t: Texts) -> tuple[str, str, str]:
    what, _, which = value.what.partition(".")
    word = t(f"identity.number.{which}") if what == "number" else t(f"identity.value.{what}")
    if what == "encounter":
        word = f"{word} {which}"
    nothing = t("identity.value.hidden") if what in ("address", "phone", "gp") else "–"
    return word, _shown(what, value.before, t) or nothing, _shown(what, value.after, t) or nothing


def _shown(what: str, value: str | None, t: Texts) -> str | None:
    if value is None:
        return None
    if what == "sex":
        return t(f"sex.long_{value}")
    return t(f"identity.protection.{value}") if what == "protection" else value
