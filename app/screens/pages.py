"""Every page of the ward as a function: frozen values in, finished HTML out. No database, no clock."""

from __future__ import annotations

from app.screens.access.page import blocks, control, refused, who_has_seen
from app.screens.calls.page import calls
from app.screens.coordinator.page import coordinator
from app.screens.desk import desk
from app.screens.displays import displays
from app.screens.encounter import encounter
from app.screens.identity.page import identity, wristband
from app.screens.identity.reviews import reviews
from app.screens.sign_in import DemoAccount, display_entry, pairing, problem, sign_in, unlocked, welcome
from app.screens.ticket.own_place import PlaceView, link_unknown, own_place, place_view
from app.screens.ticket.ticket import ticket
from app.screens.triage.page import triage
from app.screens.unit.settings import unit_settings
from app.screens.waiting_room import waiting_room
from app.screens.wall.page import wall

__all__ = [
    "DemoAccount",
    "PlaceView",
    "blocks",
    "calls",
    "control",
    "coordinator",
    "desk",
    "display_entry",
    "displays",
    "encounter",
    "identity",
    "link_unknown",
    "own_place",
    "pairing",
    "place_view",
    "problem",
    "refused",
    "reviews",
    "sign_in",
    "ticket",
    "triage",
    "unit_settings",
    "unlocked",
    "waiting_room",
    "wall",
    "welcome",
    "who_has_seen",
    "wristband",
]
