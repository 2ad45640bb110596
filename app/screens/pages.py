"""Every page of the ward as a function: frozen values in, finished HTML out. No database, no clock."""

from __future__ import annotations

from app.screens.desk import desk
from app.screens.encounter import encounter
from app.screens.sign_in import DemoAccount, display_entry, problem, sign_in, welcome
from app.screens.triage import triage
from app.screens.wall import wall

__all__ = [
    "DemoAccount",
    "desk",
    "display_entry",
    "encounter",
    "problem",
    "sign_in",
    "triage",
    "wall",
    "welcome",
]
