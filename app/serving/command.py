"""`legevakt serve`: one unit's service, ready as soon as may be."""

from __future__ import annotations

import gc
from collections.abc import Sequence

from app.main import create_app
from app.serving.server import serve
from core.settings import Settings


def run(_: Sequence[str]) -> int:
    """Serve until told to stop."""
    gc.disable()  # until the server is up, which lets the collector begin
    settings = Settings()
    serve(create_app(settings), settings)
    return 0
