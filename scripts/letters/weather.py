"""The bad night: what share of calls meets which trouble at the receiving side, and how often keys end."""

from __future__ import annotations

from typing import Any

Chances = list[tuple[float, dict[str, Any]]]

_POSTING: Chances = [
    (0.04, {"status": 503}),
    (0.03, {"status": 500}),
    (0.02, {"status": 429, "retry_after": 1}),
    (0.04, {"lose_answer": True}),  # taken, and we are not told
    (0.02, {"hang_seconds": 0.4}),
    (0.03, {"duplicate_receipt": True}),
    (0.02, {"reject": "E35"}),
    (0.01, {"reject": "E21", "contradict": True}),  # no, and then yes
    (0.015, {"contradict": True}),  # yes, and then no
    (0.03, {"receipt_after": 3}),
    (0.01, {"no_receipt": True}),
    (0.01, {"transport": "Rejected", "no_receipt": True}),
    (0.01, {"stray": "unknown"}),
    (0.005, {"stray": "unreadable"}),
    (0.01, {"stray": "other-receiver"}),
]
_INBOX: Chances = [(0.02, {"status": 503}), (0.01, {"status": 500}), (0.005, {"end_tokens": True})]
_SHARED: Chances = [
    (0.05, {"status": 503}),
    (0.02, {"status": 500}),
    (0.04, {"lose_answer": True}),
    (0.02, {"hang_seconds": 0.4}),
]
_TOKENS: Chances = [(0.1, {"status": 503})]
DOWN: Chances = [(1.0, {"status": 503})]


def each_once() -> dict[str, Any]:
    """First every kind of trouble once, so that the smallest run meets them all."""
    return {"edi": [fault for _, fault in _POSTING], "mhd": [fault for _, fault in _SHARED]}


def bad_night(seed: int) -> dict[str, Any]:
    """Trouble by chance at every place."""
    chances = {"edi": _POSTING, "inbox": _INBOX, "mhd": _SHARED, "helseid": _TOKENS}
    return {"seed": seed, "chances": chances}


def all_down(seed: int) -> dict[str, Any]:
    """Nobody takes anything."""
    return {"seed": seed, "chances": dict.fromkeys(("edi", "inbox", "mhd"), DOWN)}
