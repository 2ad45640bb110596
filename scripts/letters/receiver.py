"""The receiving side as a process of its own: carrier with HelseID, GPs' systems and the shared record."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from app.sandbox.main import create_sandbox
from app.sandbox.national.helseid import HelseIdHouse
from app.serving.server import server
from scripts.kill.ward import HER_ID, UNIT

TOKEN_SECONDS = 60
"""Tokens end soon, so that they end often in one run."""


def main(port: int, storage: Path, keys: Path | None) -> None:
    """Serve until told to stop. With `keys` our public keys, every call needs a token; without, none does."""
    url = f"http://127.0.0.1:{port}/helseid"
    known = {UNIT: json.loads(keys.read_text())} if keys else {}
    sandbox = create_sandbox(
        our_her_id=HER_ID,
        receipt_delay_seconds=0.3,
        storage=storage,
        helseid=HelseIdHouse(url, known, lasts=TOKEN_SECONDS) if keys else None,
    )
    server(sandbox, host="127.0.0.1", port=port).run()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]) if len(sys.argv) > 3 else None)
