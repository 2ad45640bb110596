"""What `/metrics` says of this process (måltall): its screens, whether the board is whole, and who leads."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge

from core.store.leader import Leader
from integrations.helseid.auth import HelseId
from realtime.feed import Feed
from realtime.hub import Hub
from triage.queries.telephone.calls import CallFigures


def tell_of_screens(registry: CollectorRegistry, hub: Hub) -> None:
    """Screens of this process. `legevakt_missing_from_board` above 0 is an alarm: somebody is not shown."""
    figures = hub.figures
    gauge(registry, "screens", "Screens connected to this process", hub.followers)
    counter(registry, "frames", "Frames encoded for screens", figures.frames)
    counter(registry, "deliveries", "Frames handed to screens", figures.deliveries)
    counter(registry, "snapshots", "Times a screen needed the whole picture", figures.snapshots)
    counter(registry, "slow_screens", "Screens cut because they took nothing", figures.too_slow)
    counter(registry, "boards_mended", "Boards that did not agree with the record, made anew", figures.healed)
    missing = Gauge(
        "legevakt_missing_from_board",
        "Open encounters that the board does not show",
        ["unit", "topic"],
        registry=registry,
    )
    for (unit, topic), count in figures.missing.items():
        missing.labels(unit, topic).set(count)


def tell_of_telephone(registry: CollectorRegistry, figures: Mapping[str, CallFigures]) -> None:
    """How soon calls are answered; the demand is 80 % within two minutes (akuttmedisinforskriften § 13)."""
    which = ["unit", "period"]
    rang = Gauge("legevakt_calls", "Calls that count towards the demand", which, registry=registry)
    in_time = Gauge("legevakt_calls_in_time", "Of these, answered within 2 minutes", which, registry=registry)
    for unit, each in figures.items():
        for period, share in (("hour", each.lately), ("day", each.day), ("month", each.month)):
            rang.labels(unit, period).set(share.counted)
            in_time.labels(unit, period).set(share.in_time)


def tell_of_process(registry: CollectorRegistry, feed: Feed, leader: Leader) -> None:
    """Whether this process leads, and whether it hears the others."""
    gauge(registry, "leads", "This process runs the recurring jobs", int(leader.leads))
    gauge(registry, "lead_changes", "Times the lead has changed hands, as known here", leader.fence)
    if feed.has_bell:
        gauge(registry, "hears_the_bell", "Other processes' changes ring here", int(feed.bell_heard.is_set()))


def tell_of_helseid(registry: CollectorRegistry, helseid: HelseId | None) -> None:
    """Above 0: a key has ended or is not known yet. Another may still work, but somebody must look."""
    if helseid is not None:
        gauge(registry, "helseid_keys_refused", "Of our keys, not wanted by HelseID", len(helseid.refused))


def gauge(registry: CollectorRegistry, name: str, meaning: str, value: float) -> None:
    """One figure that goes up and down."""
    Gauge(f"legevakt_{name}", meaning, registry=registry).set(value)


def counter(registry: CollectorRegistry, name: str, meaning: str, value: float) -> None:
    """One figure that only grows while the process lives."""
    Counter(f"legevakt_{name}", meaning, registry=registry).inc(value)
