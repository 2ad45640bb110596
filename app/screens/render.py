"""Pages from templates: one environment for all, escaping always on, no forgotten value allowed."""

from __future__ import annotations

import json
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.screens import show
from core.access.permissions import Permission, may

_TEMPLATES = Path(__file__).parent.parent / "templates"

_environment = Environment(
    loader=FileSystemLoader(_TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_environment.globals.update(show=show, may=may, Permission=Permission)


def render(template: str, /, **context: object) -> str:
    """The finished page."""
    return _environment.get_template(template).render(**context)


def data_block(value: object) -> Markup:
    """JSON for a `<script type="application/json">`: nothing in it can end the block or start a comment."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    escaped = text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    return Markup(escaped)  # noqa: S704 -- every character that means something to HTML is escaped above
