"""The course of an order and of its results. Names are those of FHIR ServiceRequest and Observation."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from core.errors import Conflict, Invalid


class OrderStatus(StrEnum):
    """Where an order is; the same for who ordered and who carries it out."""

    ACTIVE = "active"  # bestilt
    IN_PROGRESS = "in-progress"  # pågår; FHIR says active, with a Task in progress
    ON_HOLD = "on-hold"  # satt på vent
    COMPLETED = "completed"  # besvart, utført
    REVOKED = "revoked"  # avbestilt


class ResultStatus(StrEnum):
    """How sure a result is."""

    PRELIMINARY = "preliminary"  # foreløpig svar
    FINAL = "final"  # endelig svar
    CORRECTED = "corrected"  # rettet svar


UNANSWERED = (OrderStatus.ACTIVE, OrderStatus.IN_PROGRESS, OrderStatus.ON_HOLD)

_NEXT: Mapping[OrderStatus, frozenset[OrderStatus]] = {
    OrderStatus.ACTIVE: frozenset(OrderStatus) - {OrderStatus.ACTIVE},
    OrderStatus.IN_PROGRESS: frozenset(OrderStatus) - {OrderStatus.IN_PROGRESS},
    OrderStatus.ON_HOLD: frozenset(OrderStatus) - {OrderStatus.ON_HOLD},
    OrderStatus.COMPLETED: frozenset(),
    OrderStatus.REVOKED: frozenset(),
}
_RESULT_NEXT: Mapping[ResultStatus | None, frozenset[ResultStatus]] = {
    None: frozenset({ResultStatus.PRELIMINARY, ResultStatus.FINAL}),
    ResultStatus.PRELIMINARY: frozenset({ResultStatus.PRELIMINARY, ResultStatus.FINAL}),
    ResultStatus.FINAL: frozenset({ResultStatus.CORRECTED}),
    ResultStatus.CORRECTED: frozenset({ResultStatus.CORRECTED}),
}


class OrderNotPossible(Conflict):
    """The order is at a point where this cannot happen, e.g. answered already."""

    code = "order-not-possible"


class ResultNotPossible(Conflict):
    """A final result is only corrected, and what is not final cannot be corrected."""

    code = "result-not-possible"


class ReasonMissing(Invalid):
    """A correction and a revoked order say why (begrunnelse)."""

    code = "order-reason-missing"


class NotAnsweredBefore(Conflict):
    """An order is unanswered at finishing, and nobody was named who follows it up."""

    code = "orders-unanswered"


class ResultsNotSeen(Conflict):
    """A result has come that no doctor has seen: nobody signs past it."""

    code = "results-not-seen"


def require_step(before: OrderStatus, after: OrderStatus) -> None:
    """Refuse what cannot follow."""
    if after not in _NEXT[before]:
        raise OrderNotPossible(order_status=before.value, wanted=after.value)


def require_result(before: ResultStatus | None, after: ResultStatus, reason: str | None) -> None:
    """Refuse a second final result, a correction of nothing, and a correction without a reason."""
    if after not in _RESULT_NEXT[before]:
        raise ResultNotPossible(result_status=before.value if before else "none", wanted=after.value)
    if after is ResultStatus.CORRECTED and not reason:
        raise ReasonMissing
