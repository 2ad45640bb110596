"""The receiving side as a process of its own: GP's system and shared record, with a memory."""

from __future__ import annotations

import sys
from pathlib import Path

from app.sandbox.main import create_sandbox
from app.serving.server import server
from scripts.kill.ward import HER_ID, TOKEN


def main(port: int, storage: Path) -> None:
    """Serve until told to stop."""
    sandbox = create_sandbox(our_her_id=HER_ID, token=TOKEN, receipt_delay_seconds=0.3, storage=storage)
    server(sandbox, host="127.0.0.1", port=port).run()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
