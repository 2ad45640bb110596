"""A reason to open, the patient's blocks, and later control, each drawn complete by the server."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import get_args

from app.screens import show
from app.screens.render import data_block, render
from app.screens.sign_in import problem
from app.screens.texts import Texts, texts
from core.access.permissions import Permission, may
from core.errors import Refused
from core.ids import Actor
from core.patients.need.blocks import KINDS, BlockList
from core.patients.need.control import Looking, Only, Opening, Report, Somebody
from core.patients.need.patients_view import Seen, WhoHasSeen
from core.patients.need.relation_here import ReasonNeeded

_SCRIPT_TEXTS = ("error.",)


def refused(refusal: Refused, *, language: str, asset_version: str) -> str:
    """What went wrong, in plain words; where a reason would open the record, the place to say it."""
    if not isinstance(refusal, ReasonNeeded):
        return problem(refusal.code, refusal.status, language=language, asset_version=asset_version)
    t = texts(language)
    why = "access.why_blocked" if refusal.blocked else f"access.why_{refusal.relation}"
    return render(
        "screens/reason_needed.html",
        t=t,
        asset_version=asset_version,
        encounter=refusal.encounter,
        why=t.known(why, "access.why_other"),
        words=data_block(t.subset(_SCRIPT_TEXTS)),
    )


def blocks(
    listed: BlockList,
    *,
    encounter: str,
    patient: str,
    name: str,
    colleagues: Sequence[Somebody],
    me: Actor,
    unit_name: str,
    now: datetime,
    language: str,
    asset_version: str,
) -> str:
    """Whom the patient has blocked, and setting or withdrawing it."""
    return _page(
        "access_blocks",
        language,
        asset_version,
        me=me,
        now=now,
        unit=me.unit,
        unit_name=unit_name,
        listed=listed.blocks,
        encounter=encounter,
        patient=patient,
        name=name,
        colleagues=colleagues,
        kinds=KINDS,
        may_change=may(me, Permission.BLOCK_ACCESS),
        may_print=may(me, Permission.PRINT_ACCESS),
        moment=_moment,
    )


def control(
    report: Report,
    looking: Looking,
    *,
    me: Actor,
    unit_name: str,
    now: datetime,
    language: str,
    asset_version: str,
) -> str:
    """Openings, and those with a reason that somebody must look at."""
    t = texts(language)
    return _page(
        "access_control",
        language,
        asset_version,
        me=me,
        now=now,
        unit=me.unit,
        unit_name=unit_name,
        report=report,
        waiting=[each for each in report.glass if each.verdict is None],
        done=[each for each in report.glass if each.verdict is not None],
        looking=looking,
        only=get_args(Only),
        moment=_moment,
        what=lambda opening: _what(opening, t),
        ground=lambda opening: _ground(opening, t),
    )


def who_has_seen(listed: WhoHasSeen, *, now: datetime, language: str, asset_version: str) -> str:
    """For the patient, to print: plain words, no codes."""
    t = texts(language)
    return render(
        "screens/who_has_seen.html",
        t=t,
        asset_version=asset_version,
        listed=listed,
        made=_moment(now),
        moment=_moment,
        what=lambda seen: _what(seen, t),
        ground=lambda seen: _ground(seen, t),
    )


def said_of(seen: Seen, t: Texts) -> tuple[str, str, str, str]:
    """One line of who has looked: when, who and where, at what, and why."""
    who = ", ".join((seen.who, t(f"role.{seen.role}"), seen.unit))
    why = " · ".join(filter(None, (_ground(seen, t), seen.reason)))
    return _moment(seen.at), who, _what(seen, t), why


def _page(template: str, language: str, asset_version: str, **context: object) -> str:
    t = texts(language)
    words = data_block(t.subset(_SCRIPT_TEXTS))
    return render(
        f"screens/{template}.html", t=t, asset_version=asset_version, words=words, current="access", **context
    )


def _moment(at: datetime) -> str:
    return f"{show.day(at)} {show.clock(at)}"


def _what(line: Opening | Seen, t: Texts) -> str:
    return t.known(f"access.what_{line.what}", "access.what_other")


def _ground(line: Opening | Seen, t: Texts) -> str:
    return t(f"access.relation_{line.relation}") if line.relation else ""
