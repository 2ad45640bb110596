"""The carrier's published OpenAPI as an oracle: is this request, is this answer, as it says?"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

import httpx
from jsonschema import Draft202012Validator, FormatChecker

from tests.integrations.kith.standards import standard


@cache
def _document() -> Any:
    return _plain(json.loads(standard("nhn", "edi20", "msh-api-v2.openapi.json").read_text()))


def _plain(part: Any) -> Any:
    """OpenAPI 3.0 as JSON Schema: `nullable` becomes a choice."""
    if isinstance(part, list):
        return [_plain(inner) for inner in part]
    if not isinstance(part, dict):
        return part
    plain = {name: _plain(inner) for name, inner in part.items() if name not in ("nullable", "example")}
    return {"anyOf": [plain, {"type": "null"}]} if part.get("nullable") is True else plain


def _operation(method: str, path: str) -> tuple[Any, dict[str, str]]:
    for template, operations in _document()["paths"].items():
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template)
        matched = re.fullmatch(pattern, path)
        if matched and method.lower() in operations:
            return operations[method.lower()], matched.groupdict()
    raise AssertionError(f"the carrier has no {method} {path}")


def _faults(schema: Any, value: Any) -> list[str]:
    whole = {"components": _document()["components"], "allOf": [schema]}
    checker = FormatChecker(formats=["uuid"])
    return [error.message for error in Draft202012Validator(whole, format_checker=checker).iter_errors(value)]


def request_faults(request: httpx.Request, *, path: str) -> list[str]:
    """What in a request is not as published; `path` is below the base address."""
    operation, in_path = _operation(request.method, path)
    query: dict[str, list[str]] = {}
    for name, value in parse_qsl(request.url.query.decode()):
        query.setdefault(name, []).append(value)
    faults = [f"unknown query {name}" for name in query if name not in _names(operation, "query")]
    for parameter in operation["parameters"]:
        places: dict[str, Mapping[str, Any]] = {"header": request.headers, "path": in_path, "query": query}
        given = places[parameter["in"]].get(parameter["name"])
        if given is None:
            faults += [f"{parameter['name']} is missing"] if parameter.get("required") else []
        else:
            faults += _faults(parameter["schema"], _typed(parameter["schema"], given))
    if "requestBody" in operation:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        faults += _faults(schema, json.loads(request.content))
    return faults


def _names(operation: Any, where: str) -> set[str]:
    return {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == where}


def _typed(schema: Any, given: Any) -> Any:
    if schema.get("type") == "array":
        return [_typed(schema["items"], one) for one in given]
    single = given[0] if isinstance(given, list) else given
    if schema.get("type") == "boolean":
        return single == "true"
    return int(single) if schema.get("type") == "integer" else str(single)


def answer_faults(answer: httpx.Response, *, path: str) -> list[str]:
    """What in an answer is not as published."""
    operation, _ = _operation(answer.request.method, path)
    published = operation["responses"].get(str(answer.status_code))
    if published is None:
        return [f"{answer.status_code} is not among the answers"]
    if "content" not in published:
        return ["a body where none should be"] if answer.content else []
    return _faults(published["content"]["application/json"]["schema"], answer.json())
