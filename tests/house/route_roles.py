"""Who may do what over HTTP: every address the service answers on, and which of the cast it is for.

`nora` triage nurse, `dag` doctor, `kari` coordinator, `admin` administrator, `auditor` who looks at who has
opened what, `wall` a screen of the staff, `waiting_room` a screen of the public, `exchange` which tells
of calls.
Nobody else is anybody: without a token every address but the open ones answers 401.
"""

from __future__ import annotations

from collections.abc import Mapping

CAST = ("nora", "dag", "kari", "admin", "auditor", "wall", "waiting_room", "exchange")

_CARE = frozenset({"nora", "dag", "kari"})
_DOCTOR = frozenset({"dag"})
_ARRANGE = frozenset({"kari", "admin"})
_CONTROL = frozenset({"admin", "auditor"})
_ALL = frozenset(CAST)
_PEOPLE = _ALL - {"wall", "waiting_room"}

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
    ("POST", "/api/displays/pairings"): OPEN,
    ("POST", "/api/displays/pairings/claim"): OPEN,
    ("POST", "/api/sign-out"): OPEN,
    ("GET", "/api/me"): _ALL,
    ("POST", "/api/sign-in/second"): OPEN,
    ("POST", "/api/sign-in/passkey/begin"): OPEN,
    ("POST", "/api/sign-in/passkey"): OPEN,
    ("POST", "/api/unlock"): OPEN,
    ("GET", "/helseid/sign-in"): OPEN,
    ("GET", "/helseid/callback"): OPEN,
    ("POST", "/api/lock"): _PEOPLE,
    # One's own sign-in: screens have none to look after
    ("GET", "/api/me/sessions"): _PEOPLE,
    ("POST", "/api/me/sessions/{session}/end"): _PEOPLE,
    ("POST", "/api/me/sessions/end-others"): _PEOPLE,
    ("GET", "/api/me/factors"): _PEOPLE,
    ("POST", "/api/me/factors/{factor}/remove"): _PEOPLE,
    ("POST", "/api/me/authenticator/begin"): _PEOPLE,
    ("POST", "/api/me/authenticator"): _PEOPLE,
    ("POST", "/api/me/passkey/begin"): _PEOPLE,
    ("POST", "/api/me/passkey"): _PEOPLE,
    ("POST", "/api/me/recovery-codes"): _PEOPLE,
    ("POST", "/api/me/password"): _PEOPLE,
    # Screens
    ("GET", "/api/units/{unit}/displays"): _ARRANGE,
    ("POST", "/api/units/{unit}/displays"): _ARRANGE,
    ("GET", "/api/units/{unit}/displays/{display}"): _ARRANGE,
    ("PUT", "/api/units/{unit}/displays/{display}"): _ARRANGE,
    ("POST", "/api/units/{unit}/displays/{display}/revoke"): _ARRANGE,
    # Triage
    ("GET", "/api/units/{unit}/board"): _CARE | {"wall"},
    ("GET", "/api/units/{unit}/waiting-room"): _CARE | {"waiting_room"},
    ("POST", "/api/units/{unit}/arrivals"): _CARE,
    ("POST", "/api/encounters/{encounter}/arrive"): _CARE,
    ("POST", "/api/encounters/{encounter}/expected"): _CARE,
    # Telephone
    ("POST", "/api/units/{unit}/exchange/calls"): frozenset({"exchange"}),
    ("GET", "/api/units/{unit}/calls"): _CARE,
    ("POST", "/api/units/{unit}/calls"): _CARE,
    ("POST", "/api/calls/{call_id}/take"): _CARE,
    ("POST", "/api/calls/{call_id}/take-over"): _CARE,
    ("PUT", "/api/calls/{call_id}"): _CARE,
    ("POST", "/api/calls/{call_id}/assessments"): _CARE,
    ("POST", "/api/calls/{call_id}/close"): _CARE,
    ("GET", "/units/{unit}/calls"): _CARE,
    ("POST", "/api/encounters/{encounter}/assessments"): _CARE,
    ("POST", "/api/encounters/{encounter}/seen"): _CARE,
    ("PUT", "/api/encounters/{encounter}/triage-draft"): _CARE,
    ("POST", "/api/encounters/{encounter}/triage-draft/take-over"): _CARE,
    ("POST", "/api/encounters/{encounter}/call-doctor"): _CARE,
    ("POST", "/api/encounters/{encounter}/place"): _CARE,
    ("POST", "/api/encounters/{encounter}/call"): _CARE,
    ("POST", "/api/encounters/{encounter}/left"): _CARE,
    ("POST", "/api/encounters/{encounter}/ticket"): _CARE,
    ("POST", "/api/encounters/{encounter}/ticket/end"): _CARE,
    ("POST", "/api/encounters/{encounter}/take-alarm"): _CARE,
    ("POST", "/api/encounters/{encounter}/confirm-level"): _CARE,
    ("POST", "/api/tasks/{task}/attempts"): _CARE,
    # Critical information and medicines
    ("POST", "/api/encounters/{encounter}/critical"): _CARE,
    ("POST", "/api/encounters/{encounter}/critical/none-known"): _CARE,
    ("POST", "/api/encounters/{encounter}/critical/{item}"): _CARE,
    ("POST", "/api/encounters/{encounter}/medicines"): _CARE,
    ("POST", "/api/encounters/{encounter}/medicines/{item}/use"): _CARE,
    ("POST", "/api/encounters/{encounter}/medicines/{item}/change"): _DOCTOR,
    ("POST", "/api/encounters/{encounter}/medicines/{item}/void"): _CARE,
    # Measuring and observing
    ("POST", "/api/encounters/{encounter}/measurements"): _CARE,
    ("POST", "/api/encounters/{encounter}/measurements/{measurement}/corrections"): _CARE,
    ("POST", "/api/encounters/{encounter}/observation"): _DOCTOR,
    ("POST", "/api/encounters/{encounter}/observation/end"): _DOCTOR,
    # Orders and results
    ("GET", "/api/units/{unit}/orders"): _CARE,
    ("GET", "/units/{unit}/orders"): _CARE,
    ("POST", "/api/encounters/{encounter}/orders"): _CARE,
    ("POST", "/api/encounters/{encounter}/orders/{order}/result"): _CARE,
    ("POST", "/api/encounters/{encounter}/orders/{order}/seen"): _CARE,
    ("POST", "/api/encounters/{encounter}/orders/{order}/progress"): _CARE,
    ("POST", "/api/encounters/{encounter}/orders/{order}/revoke"): _CARE,
    ("POST", "/api/encounters/{encounter}/orders/{order}/follow-up"): _DOCTOR,
    ("GET", "/api/units/{unit}/overview"): _CARE,
    ("POST", "/api/scales/{scale}/evaluate"): _CARE,
    ("GET", "/api/units/{unit}/settings"): _ARRANGE,
    ("PUT", "/api/units/{unit}/settings"): _ARRANGE,
    # Identity
    ("GET", "/api/encounters/{encounter}/identity"): _CARE,
    ("POST", "/api/encounters/{encounter}/identity"): _CARE,
    ("POST", "/api/encounters/{encounter}/identity/reveal"): _CARE,
    ("POST", "/api/encounters/{encounter}/identity/merge"): frozenset({"dag", "kari"}),
    ("POST", "/api/encounters/{encounter}/identity/split"): frozenset({"dag", "kari"}),
    ("POST", "/api/encounters/{encounter}/identity/registered-twice"): frozenset({"dag", "kari"}),
    ("POST", "/api/encounters/{encounter}/identity/{change}/undo"): _CARE,
    ("POST", "/api/encounters/{encounter}/guardians"): _CARE,
    ("POST", "/api/encounters/{encounter}/guardians/{related}/end"): _CARE,
    ("POST", "/api/units/{unit}/patients/search"): _CARE,
    ("GET", "/api/patients/{patient}"): _CARE,
    # Access
    ("POST", "/api/encounters/{encounter}/break-glass"): _CARE,
    ("GET", "/api/encounters/{encounter}/blocks"): _CARE,
    ("POST", "/api/encounters/{encounter}/blocks"): frozenset({"dag", "kari"}),
    ("POST", "/api/encounters/{encounter}/blocks/{block}/withdraw"): frozenset({"dag", "kari"}),
    ("GET", "/api/units/{unit}/access-report"): _CONTROL,
    ("POST", "/api/units/{unit}/break-glass/{glass}/review"): _CONTROL,
    ("GET", "/api/patients/{patient}/access-log"): _CONTROL | {"kari"},
    # Journal
    ("GET", "/api/encounters/{encounter}"): _CARE,
    ("GET", "/api/encounters/{encounter}/earlier-contacts"): _CARE,
    ("GET", "/encounters/{encounter_id}/earlier"): _CARE,
    ("GET", "/encounters/{encounter_id}/patient-copy"): _CARE,
    ("POST", "/api/encounters/{encounter}/take"): _DOCTOR,
    ("POST", "/api/encounters/{encounter}/hand-over"): _DOCTOR,
    ("PUT", "/api/encounters/{encounter}/draft"): _DOCTOR,
    ("POST", "/api/encounters/{encounter}/notes"): _DOCTOR,
    ("POST", "/api/encounters/{encounter}/diagnoses"): _DOCTOR,
    ("DELETE", "/api/encounters/{encounter}/diagnoses/{diagnosis}"): _DOCTOR,
    ("POST", "/api/encounters/{encounter}/finish"): _DOCTOR,
    ("POST", "/api/encounters/{encounter}/finish/undo"): _DOCTOR,
    ("POST", "/api/encounters/{encounter}/corrections"): _DOCTOR,
    ("POST", "/api/encounters/{encounter}/deletions"): frozenset({"dag", "kari"}),
    ("POST", "/api/encounters/{encounter}/deletions/{deletion}/decide"): _DOCTOR,
    # Forwarding
    ("GET", "/api/encounters/{encounter}/messages"): _CARE,
    ("POST", "/api/encounters/{encounter}/messages/{message}/review"): frozenset({"dag", "kari"}),
    ("POST", "/api/encounters/{encounter}/messages/{message}/by-hand"): frozenset({"dag", "kari", "admin"}),
    ("GET", "/api/units/{unit}/message-reviews"): frozenset({"dag", "kari", "admin"}),
    ("GET", "/api/units/{unit}/balance"): frozenset({"dag", "kari", "admin"}),
    ("GET", "/api/units/{unit}/letters"): frozenset({"dag", "kari", "admin"}),
    ("POST", "/api/encounters/{encounter}/messages/{message}/send-now"): frozenset({"dag", "kari", "admin"}),
    # Live screens
    ("WEBSOCKET", "/ws/units/{unit}/{topic}"): _CARE | {"wall"},
    ("WEBSOCKET", "/ws/encounters/{encounter}"): _CARE,
    # Pages: without a session they lead to the sign-in page, and back
    ("GET", "/"): OPEN,
    ("GET", "/login"): OPEN,
    ("GET", "/display/{unit}"): OPEN,
    ("GET", "/pair"): OPEN,
    ("GET", "/units/{unit}/displays"): _ARRANGE,
    ("GET", "/me"): _PEOPLE,
    ("GET", "/wall/{unit}"): _CARE | {"wall"},
    ("GET", "/waiting-room/{unit}"): _CARE | {"waiting_room"},
    # What a screen keeps to start without the server; no workstation may
    ("GET", "/screen-worker.js"): OPEN,
    ("GET", "/wall/{unit}/spare"): frozenset({"wall"}),
    ("GET", "/waiting-room/{unit}/spare"): frozenset({"waiting_room"}),
    ("GET", "/units/{unit}"): _CARE,
    ("GET", "/units/{unit}/coordinator"): _CARE,
    ("GET", "/units/{unit}/message-reviews"): frozenset({"dag", "kari"}),
    ("GET", "/units/{unit}/operations"): frozenset({"dag", "kari", "admin"}),
    ("GET", "/units/{unit}/settings"): _ARRANGE,
    ("GET", "/encounters/{encounter_id}/parts"): _CARE,
    ("GET", "/encounters/{encounter_id}"): _CARE,
    ("GET", "/encounters/{encounter_id}/triage"): _CARE,
    ("GET", "/encounters/{encounter_id}/identity"): _CARE,
    ("GET", "/encounters/{encounter_id}/wristband"): _CARE,
    ("GET", "/encounters/{encounter_id}/blocks"): _CARE,
    ("GET", "/encounters/{encounter_id}/record"): _CARE,
    ("GET", "/units/{unit}/access"): _CONTROL,
    ("GET", "/patients/{patient_id}/access-log"): _CONTROL | {"kari"},
    ("GET", "/encounters/{encounter_id}/ticket"): _CARE,
    # The patient's own page: whoever has the link
    ("GET", "/q"): OPEN,
    ("GET", "/q/{secret}"): OPEN,
    # What programs read about the service
    ("GET", "/openapi.json"): OPEN,
    ("GET", "/asyncapi.json"): OPEN,
}
