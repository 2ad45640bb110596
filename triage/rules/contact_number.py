"""Contact numbers (kontaktnummer): called out in the waiting room, never counted upward.

A number that grew by one per arrival would tell everybody in the room who came first and how many there are.
"""

from __future__ import annotations

from collections.abc import Collection
from random import Random

# Letters that are not mistaken for each other or for digits when called out or read from afar.
_LETTERS = "ABDEHKLMNRTV"
ALL = tuple(f"{letter} {number}" for letter in _LETTERS for number in range(10, 100))


def free_number(taken: Collection[str], random: Random) -> str:
    """A random number nobody else has tonight; three digits when a night has used more than a thousand."""
    free = [number for number in ALL if number not in taken]
    if free:
        return random.choice(free)
    return next(
        longer
        for longer in iter(lambda: f"{random.choice(_LETTERS)} {random.randrange(100, 1000)}", "")
        if longer not in taken
    )
