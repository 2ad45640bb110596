"""The unit's own minutes for alarms (alarmgrenser): when somebody must look, and when it rings again.

They can be made shorter or longer, but never such that a rule is off without anybody having said so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

from pydantic import Field

from core.text import Request
from triage.rules.safety.alarms import LEAST, MOST, limits_of

Minutes = Annotated[int, Field(ge=LEAST, le=MOST)]
ByRank = Annotated[dict[Annotated[int, Field(ge=0, le=9)], Minutes], Field(max_length=10)]
"""Minutes by rank of the level; 0 is whoever has none yet."""


class AlarmMinutes(Request):
    """After how many minutes each rule rings, and rings again."""

    untriaged: Minutes
    second_look: Minutes
    unseen: ByRank
    again: ByRank


def alarm_minutes(choices: Mapping[str, Any]) -> AlarmMinutes:
    """As the alarms themselves read them."""
    return AlarmMinutes.model_validate(asdict(limits_of(choices)))
