"""The plan of observation in words (observasjonsplan)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.screens import show
from app.screens.orders.card import number
from app.screens.texts import Texts
from triage.queries.observe.view import Observation
from triage.rules.observe.plan import LIMITED, SIGNS, Limit

EVERY = (5, 10, 15, 30, 60, 120, 240)
USUAL = ("rr", "spo2", "hr", "sbp", "temp", "avpu")
"""What NEWS2 asks for stands ticked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationView:
    """The plan as it reads now; `next` is empty when it has ended."""

    version: int
    question: str
    what: str
    limits: str
    until: str
    next: str
    note: str
    late: bool
    ended: str
    by: str


def observation_view(plan: Observation | None, *, now: datetime, t: Texts) -> ObservationView | None:
    """The plan that holds, or how the last one ended."""
    if plan is None:
        return None
    due = plan.next_due_at
    late = due is not None and due <= now
    passed = show.duration(show.minutes_between(due, now), t) if due and late else ""
    return ObservationView(
        version=plan.version,
        question=plan.question,
        what=t(
            "observation.what",
            signs=", ".join(sign(each, t) for each in plan.signs),
            minutes=plan.every_minutes,
        ),
        limits="; ".join(_limit(each, t) for each in plan.limits),
        until=show.day_and_clock(plan.until_at) if plan.ended_at is None else "",
        next=show.clock(due) if due else "",
        note=t("next.over", over=passed) if late else show.ahead(now, due, t) if due else "",
        late=late,
        ended=_ended(plan, t),
        by=t("orders.by", name=plan.begun_by, clock=show.clock(plan.begun_at)),
    )


def sign(code: str, t: Texts) -> str:
    """What is measured, in few letters."""
    return t(f"chart.{code}")


def choices() -> dict[str, tuple[object, ...]]:
    """What the form offers."""
    return {"signs": SIGNS, "usual": USUAL, "every": EVERY, "limited": LIMITED}


def _limit(limit: Limit, t: Texts) -> str:
    parts = [
        f"≤ {number(limit.low)}" if limit.low is not None else "",
        f"≥ {number(limit.high)}" if limit.high is not None else "",
    ]
    return f"{sign(limit.code, t)} {' / '.join(filter(None, parts))}"


def _ended(plan: Observation, t: Texts) -> str:
    if plan.ended_at is None:
        return ""
    why = t(f"observation.end_{plan.end_code}")
    said = f"{why}: {plan.end_reason}" if plan.end_reason else why
    return t("observation.ended", clock=show.clock(plan.ended_at), name=plan.ended_by or "", why=said)
