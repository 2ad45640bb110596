"""What goes over the wire, as a document for other programs (`/asyncapi.json`, AsyncAPI 3.0).

Built from the types that are really sent; tests hold every frame against it, so it cannot be out of date.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_type_hints

from pydantic import BaseModel, create_model
from pydantic.json_schema import models_json_schema

from core.http.who import PROTOCOL
from realtime.protocol import Close

Schema = dict[str, Any]

KINDS = ("hello", "snapshot", "patch", "beat")
_CLOSES = {
    Close.NOT_ALLOWED: "Signed out, revoked or no longer allowed. Forget the picture and sign in again.",
    Close.TOO_SLOW: "The screen took nothing for too long. Come again after a pause and resume.",
    Close.RESTART: "The service restarts, or the screen was given other settings. Come again and resume.",
}
_PROOF = (
    "A token, in one of three ways: `Authorization: Bearer …`, the subprotocol list "
    f"(`Sec-WebSocket-Protocol: {PROTOCOL}, token.…`) or a session cookie."
)
_RULES = (
    "`seq` rises by one with each step of a channel within an epoch. A gap, another epoch or a beat ahead of "
    "the screen: connect again with `epoch` and `after`, and without them when that does not help. `count` "
    "in a beat is how many rows there must be, less `missing`; `missing` above 0 is an alarm. A picture is "
    "true as of the newest `server_time` said for a `seq` that the screen has reached; older than 12 seconds "
    "and the screen must say so. What a screen does not know it leaves alone."
)


@dataclass(frozen=True, slots=True)
class Payload:
    """What one channel sends (innhold): its rows, what it tells of the unit, and what beats carry besides."""

    summary: str
    row: type  # a pydantic model or a TypedDict, as the others
    about: type
    with_beat: type


def document(topics: Mapping[str, Payload], *, version: str) -> Schema:
    """The whole document."""
    parts, schemas = _parts(topics)
    frames = dict(_frames(parts))
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "legevakt: live screens",
            "version": version,
            "description": _RULES,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "ward": {
                "host": "{host}",
                "protocol": "wss",
                "description": "Where the unit's service is; `ws` on a closed network without certificates.",
                "variables": {"host": {"description": "Host and port."}},
                "security": [{"$ref": f"#/components/securitySchemes/{name}"} for name in _SECURITY],
            }
        },
        "channels": {topic: _channel(topic, payload) for topic, payload in topics.items()},
        "operations": {f"follow-{topic}": _operation(topic) for topic in topics},
        "components": {
            "messages": {name: _message(name) for name in frames},
            "schemas": {**schemas, **frames},
            "securitySchemes": _SECURITY,
        },
    }


def name_of(topic: str, kind: str) -> str:
    """What a frame is called in the document: `hello` is the same everywhere."""
    return kind if kind == "hello" else f"{topic}-{kind}"


def _parts(topics: Mapping[str, Payload]) -> tuple[dict[tuple[str, str], Schema], Schema]:
    """Row, unit and beat of each topic, and the schemas they refer to, all of them closed."""
    models = {
        (topic, part): _model(getattr(payload, part))
        for topic, payload in topics.items()
        for part in ("row", "about", "with_beat")
    }
    found, shared = models_json_schema(
        [(model, "serialization") for model in models.values()], ref_template="#/components/schemas/{model}"
    )
    schemas: Schema = shared["$defs"]
    _close(schemas)
    names = {key: found[model, "serialization"]["$ref"].rpartition("/")[2] for key, model in models.items()}
    parts = {key: schemas[name] for key, name in names.items()}
    rows = {name for (_, part), name in names.items() if part == "row"}
    inside = set(names.values()) - rows  # their keys stand in the frames themselves
    return parts, {name: schema for name, schema in schemas.items() if name not in inside}


def _model(kind: type) -> type[BaseModel]:
    if issubclass(kind, BaseModel):
        return kind
    fields: dict[str, Any] = {name: (hint, ...) for name, hint in get_type_hints(kind).items()}
    return create_model(kind.__name__, **fields)


def _close(schema: Any) -> None:
    """Exactly these keys, always all of them: what is not described is never sent."""
    for part in schema if isinstance(schema, list) else schema.values():
        if isinstance(part, dict | list):
            _close(part)
    if isinstance(schema, dict) and isinstance(schema.get("properties"), dict):
        schema |= {"additionalProperties": False, "required": sorted(schema["properties"])}


def _frames(parts: Mapping[tuple[str, str], Schema]) -> Iterator[tuple[str, Schema]]:
    yield "hello", _frame("hello", {"server_time": _MOMENT, "version": _VERSION})
    for topic in dict.fromkeys(topic for topic, _ in parts):
        row, about, with_beat = (parts[topic, part] for part in ("row", "about", "with_beat"))
        rows = {"rows": {"type": "array", "items": {"$ref": f"#/components/schemas/{row['title']}"}}}
        said, counted = about["properties"], with_beat["properties"]
        yield name_of(topic, "snapshot"), _frame("snapshot", {**rows, **said, **counted})
        patch = _frame("patch", {**rows, "removed": _REMOVED, **said}, optional=said)
        # What is told of the unit itself comes whole or not at all.
        patch["dependencies"] = {name: sorted(said) for name in said}
        yield name_of(topic, "patch"), patch
        yield name_of(topic, "beat"), _frame("beat", {**_COUNTED, "server_time": _MOMENT, **counted})


def _frame(kind: str, properties: Schema, optional: Mapping[str, Any] | None = None) -> Schema:
    every = {"type": {"const": kind}, "epoch": _EPOCH, "seq": _SEQ, **properties}
    return {
        "type": "object",
        "properties": every,
        "required": sorted(every.keys() - (optional or {}).keys()),
        "additionalProperties": False,
    }


def _channel(topic: str, payload: Payload) -> Schema:
    return {
        "address": f"/ws/units/{{unit}}/{topic}",
        "summary": payload.summary,
        "parameters": {"unit": {"description": "The unit's id, as in the pages' addresses."}},
        "messages": {kind: {"$ref": f"#/components/messages/{name_of(topic, kind)}"} for kind in KINDS},
        "bindings": {
            "ws": {"method": "GET", "query": _QUERY, "headers": _HEADERS, "bindingVersion": "0.1.0"}
        },
        "x-close-codes": {str(int(code)): meaning for code, meaning in _CLOSES.items()},
    }


def _operation(topic: str) -> Schema:
    channel = f"#/channels/{topic}"
    return {
        "action": "send",
        "summary": "From the service to the screen; a screen has nothing to say.",
        "channel": {"$ref": channel},
        "messages": [{"$ref": f"{channel}/messages/{kind}"} for kind in KINDS],
    }


def _message(name: str) -> Schema:
    kind = name.rpartition("-")[2]
    return {"name": kind, "summary": _SUMMARIES[kind], "payload": {"$ref": f"#/components/schemas/{name}"}}


_SUMMARIES = {
    "hello": "First on every connection: where the log stands, the server's time, which version is served.",
    "snapshot": "The whole picture.",
    "patch": "One step: rows to put in place, ids that are gone. May be empty, so that numbers have no gaps.",
    "beat": "Every five seconds, whatever happens: where the log stands, how many rows there must be.",
}
_MOMENT = {"type": "string", "format": "date-time"}
_EPOCH = {"type": "string", "description": "Of the log; another one and nothing of the old picture holds."}
_SEQ = {"type": "integer", "minimum": 0, "description": "Place in the log."}
_VERSION = {"type": "string", "description": "Another one than before: begin anew, without `epoch`."}
_REMOVED = {"type": "array", "items": {"type": "string"}, "description": "Ids of rows that are gone."}
_COUNTED = {
    "count": {"type": "integer", "minimum": 0, "description": "Open encounters."},
    "missing": {
        "type": "integer",
        "minimum": 0,
        "description": "Of those, how many the service itself fails to show. Above 0: alarm.",
    },
}
_QUERY = {
    "type": "object",
    "properties": {
        "epoch": {"type": "string", "maxLength": 40, "description": "Resume: the epoch of the picture held."},
        "after": {"type": "integer", "minimum": 0, "description": "Resume: the `seq` of the picture held."},
    },
}
_HEADERS = {
    "type": "object",
    "properties": {
        "Authorization": {"type": "string", "description": _PROOF},
        "Sec-WebSocket-Protocol": {
            "type": "string",
            "description": f"`{PROTOCOL}`, which the service answers with, and `token.…` where that is used.",
        },
        "Origin": {
            "type": "string",
            "description": "Browsers send it; a foreign one is refused before accept.",
        },
    },
}
_SECURITY: Schema = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "subprotocol": {
        "type": "httpApiKey",
        "in": "header",
        "name": "Sec-WebSocket-Protocol",
        "description": "`legevakt.v1, token.<token>`, for browsers, which cannot set other headers.",
    },
    "session": {"type": "httpApiKey", "in": "cookie", "name": "__Host-legevakt"},
}
