"""Who may do what over HTTP: every address the service answers on, and which of the cast it is for.

`nora` triage nurse, `dag` doctor, `kari` coordinator, `admin` administrator, `wall` a screen on the wall.
Nobody else is anybody: without a token every address but the open ones answers 401.
"""

from __future__ import annotations

from collections.abc import Mapping

CAST = ("nora", "dag", "kari", "admin", "wall")

_CARE = frozenset({"nora", "dag", "kari"})
_DOCTOR = frozenset({"dag"})
_ALL = frozenset(CAST)

OPEN = frozenset({*CAST, "anybody"})
"""Answers also those who have not said who they are."""

ROUTES: Mapping[tuple[str, str], frozenset[str]] = {
    # The service itself
    ("GET", "/health/live"): OPEN,
    ("GET", "/health/ready"): OPEN,
    ("GET", "/metrics"): OPEN,
    # The door
    ("POST", "/api/sign-in"): OPEN,
    ("POST", "/api/displays/sign-in"): OPEN,
    ("POST", "/api/sign-out"): OPEN,
    ("GET", "/api/me"): _ALL,
    # Triage
    ("GET", "/api/units/{unit}/board"): _CARE | {"wall"},
    ("POST", "/api/units/{unit}/arrivals"): _CARE,
    ("POST", "/api/encounters/{encounter}/arrive"): _CARE,
    ("POST", "/api/encounters/{encounter}/assessments"): _CARE,
    ("POST", "/api/encounters/{encounter}/seen"): _CARE,
    ("POST", "/api/encounters/{encounter}/place"): _CARE,
    ("POST", "/api/encounters/{encounter}/call"): _CARE,
    ("POST", "/api/encounters/{encounter}/left"): _CARE,
    ("POST", "/api/scales/{scale}/evaluate"): _CARE,
    # Journal
    ("GET", "/api/encounters/{encounter}"): _CARE,
    ("POST", "/api/encounters/{encounter}/take"): _DOCTOR,
    ("POST", "/api/encounters/{encounter}/hand-over"): _DOCTOR,
    ("PUT", "/api/encounters/{encounter}/draft"): _DOCTOR,
    ("POST", "/api/encounters/{encounter}/notes"): _DOCTOR,
    ("POST", "/api/encounters/{encounter}/diagnoses"): _DOCTOR,
    ("DELETE", "/api/encounters/{encounter}/diagnoses/{diagnosis}"): _DOCTOR,
    ("POST", "/api/encounters/{encounter}/finish"): _DOCTOR,
    # Forwarding
    ("GET", "/api/encounters/{encounter}/messages"): _CARE,
    ("GET", "/api/units/{unit}/balance"): frozenset({"dag", "kari", "admin"}),
    # Live screens
    ("WEBSOCKET", "/ws/units/{unit}/{topic}"): _CARE | {"wall"},
    # Pages: without a session they lead to the sign-in page, and back
    ("GET", "/"): OPEN,
    ("GET", "/login"): OPEN,
    ("GET", "/display/{unit}"): OPEN,
    ("GET", "/wall/{unit}"): _CARE | {"wall"},
    ("GET", "/units/{unit}"): _CARE,
    ("GET", "/encounters/{encounter_id}"): _CARE,
    ("GET", "/encounters/{encounter_id}/triage"): _CARE,
    # What programs read about the service
    ("GET", "/openapi.json"): OPEN,
}
