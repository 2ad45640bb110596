"""Whether an alarm is worth its sound (andel fulgt opp): one that nobody acts on makes all be ignored."""

from __future__ import annotations

ENOUGH = 10
"""Alarms after which a share says something; fewer are chance."""

_ONE_IN = 5


def is_noise(rang: int, acted: int) -> bool:
    """A rule acted on less than one time in five: to be changed or removed."""
    return rang >= ENOUGH and acted * _ONE_IN < rang
