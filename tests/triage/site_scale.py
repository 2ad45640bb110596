"""A scale as a site would bring it: five levels, groups by age, weight and pregnancy, a sign in parts."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

_NUMBER = {"kind": "numeric", "unit": "/min", "resolution": 1, "accepted": {"min": 0, "max": 350}}
_PULSE = {
    "id": "hr",
    **_NUMBER,
    "confirm_outside": {"min": 30, "max": 220},
    "bands": [{"max": 49, "score": 2}, {"min": 50, "max": 119, "score": 0}, {"min": 120, "score": 2}],
}
_PAIN = {
    "id": "pain",
    "nb": "Smerte",
    "kind": "categorical",
    "options": [{"code": "none", "score": 0}, {"code": "some", "score": 1}, {"code": "severe", "score": 3}],
}

FJORD: dict[str, Any] = {
    "format": "triage-scale/1",
    "id": "fjord",
    "name": "Fjordskalaen",
    "score_name": "FJORD",
    "table_version": "2026-1",
    "status": "for tests",
    "licence": {"holder": "Fjord legevakt", "status": "our own"},
    "source": ["made here"],
    "assumed_group": "adult",
    "groups": [
        {
            "id": "child",
            "select": {"age_months": {"min": 0, "max": 179}, "weight_kg": {"min": 0, "max": 39.9}},
            "parameters": [_PULSE, _PAIN],
        },
        {
            "id": "adult",
            "select": {"age_months": {"min": 180}, "weight_kg": {"min": 40}, "pregnant": True},
            "parameters": [_PULSE, _PAIN],
        },
    ],
    "score_to_level": [
        {"min": 0, "max": 0, "level": "wait"},
        {"min": 1, "max": 1, "level": "standard"},
        {"min": 2, "max": 2, "level": "soon"},
        {"min": 3, "max": 4, "level": "very_soon"},
        {"min": 5, "level": "now"},
    ],
    "levels": [
        {"code": "now", "rank": 1, "nb": "Nå", "target_minutes": 0},
        {"code": "very_soon", "rank": 2, "nb": "Svært snart", "target_minutes": 10, "reassess_minutes": 10},
        {"code": "soon", "rank": 3, "nb": "Snart", "target_minutes": 60},
        {"code": "standard", "rank": 4, "nb": "Vanlig", "target_minutes": 120},
        {"code": "wait", "rank": 5, "nb": "Kan vente", "target_minutes": 240},
    ],
    "discriminators": {
        "adult": [
            {"code": "chest_pain", "nb": "Brystsmerter", "level": "very_soon"},
            {"code": "cold_hands", "nb": "Kalde hender"},
            {"code": "weak_pulse", "nb": "Svak puls"},
            {"code": "slow_refill", "nb": "Langsom kapillærfylling"},
            {"code": "lethargy", "nb": "Slapp"},
        ]
    },
    "rules": [
        {
            "code": "shock",
            "level": "now",
            "all_signs": ["cold_hands"],
            "signs": ["weak_pulse", "slow_refill", "lethargy"],
            "signs_at_least": 2,
        }
    ],
    "recorded": [
        {
            "id": "temp",
            "kind": "numeric",
            "unit": "Cel",
            "resolution": 0.1,
            "accepted": {"min": 20.0, "max": 46.0},
        }
    ],
    "test_cases": [
        {"name": "well", "values": {"hr": 70, "pain": "none"}, "expect": {"total": 0, "level": "wait"}},
        {"name": "fast and in pain", "values": {"hr": 120, "pain": "severe"}, "expect": {"level": "now"}},
        {"name": "odd", "values": {"hr": 221}, "expect": {"to_confirm": ["hr"]}},
        {"name": "pregnant at 14", "age_months": 170, "pregnant": True, "expect": {"group": "adult"}},
        {
            "name": "shock",
            "signs": ["cold_hands", "weak_pulse", "lethargy"],
            "expect": {"group": "adult", "level": "now", "complete": False},
        },
    ],
}


def fjord(change: Callable[[dict[str, Any]], object] = lambda _: None) -> str:
    """The file's text, after a change."""
    data = copy.deepcopy(FJORD)
    change(data)
    return json.dumps(data, ensure_ascii=False)
