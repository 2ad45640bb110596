"""What the person register says (Folkeregisteret), as sentences and one proposal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.screens import show
from app.screens.clinical.lines import register_line
from app.screens.render import data_block
from app.screens.texts import Texts
from journal.queries.clinical.person import PageRegistered, Responsible

_STATUSES = ("Deceased", "Emigrated", "Disappeared", "Discontinued", "Inactive", "NotResident")
_ROLES = ("Mother", "Father", "CoMother", "Guardian")


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredView:
    """The card: what must be seen, what differs, who is responsible, and what one press would send."""

    source: str
    warnings: tuple[str, ...]
    differs: tuple[tuple[str, str, str], ...]
    responsible: tuple[tuple[str, str], ...]
    changed: str
    answered: bool
    take: str


def registered(told: PageRegistered, t: Texts) -> RegisteredView:
    """In words."""
    at = told.looked_up.answered_at
    wanted = {each.field: each.register_says for each in told.differs}
    # An address nobody wrote down here is no disagreement: it stands on the page of identity, to be taken.
    other = [each.field for each in told.differs if each.here or each.field != "address"]
    words = [t(f"identity.value.{field}").lower() for field in other]
    reason = t("registered.reason", at=show.day_and_clock(at)) if at else ""
    return RegisteredView(
        source=register_line(told.looked_up, t),
        warnings=warnings(told, t),
        differs=tuple(
            (t(f"identity.value.{each.field}"), _value(each.field, each.here, t) or "–", says)
            for each in told.differs
            if (says := _value(each.field, each.register_says, t))
        ),
        responsible=tuple(_responsible(each, t) for each in told.responsible),
        changed=t("registered.differs", what=", ".join(words)) if words else "",
        answered=told.looked_up.outcome == "found",
        take=data_block(wanted | {"reason": reason}),
    )


def warnings(told: PageRegistered, t: Texts) -> tuple[str, ...]:
    """What nobody may overlook: dead, replaced, false, or otherwise not as one would think."""
    dead = t("registered.dead_on", day=show.day(told.dead_on)) if told.dead_on else None
    word = told.status if told.status in _STATUSES else "other"
    said = (
        dead or (t(f"registered.status_{word}") if told.status else None),
        t("registered.number_now", number=told.number_now) if told.number_now else None,
        t("registered.false_identity") if told.false_identity else None,
        t("registered.less_protected") if told.less_protected else None,
    )
    return tuple(filter(None, said))


def _responsible(each: Responsible, t: Texts) -> tuple[str, str]:
    role = each.role if each.role in _ROLES else "Other"
    return t(f"registered.role_{role}"), each.name or t("registered.no_name")


def _value(field: str, value: str | None, t: Texts) -> str | None:
    if value is None:
        return None
    if field == "sex":
        return t(f"sex.long_{value}")
    return show.day(date.fromisoformat(value)) if field == "birth_date" else value
