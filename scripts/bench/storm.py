"""A ward comes back (alle på én gang): every screen connects in one moment while nurses go on working."""

from __future__ import annotations

import time

from scripts.bench.child import Child
from scripts.bench.contestants import Ours

_LONGEST = 20.0


def storm(server: Ours, client: Child, count: int, *, rate: float, lead: float) -> str:
    """How long until each screen has its picture, and what the nurses felt meanwhile."""
    server.start()
    try:
        server.begin(rate, _LONGEST if lead > 1 else 3 * lead)
        time.sleep(lead)
        told = client.ask("connect", port=server.port, screens=server.screens(count), picture=True)
        server.end()
        during = server.answers(told["began"], told["ended"])
        before = server.answers(0, told["began"])
        took = (told["ended"] - told["began"]) / 1e9
        return (
            f"storm: {told['connected']} of {count} screens had their picture after {took:.1f} s "
            f"({told['connected'] / took:.0f}/s, {told['refused']} turned away with 503 and back)\n"
            f"       a nurse's POST meanwhile: p50 {during.p50:.0f} ms, p99 {during.p99:.0f} ms, "
            f"worst {during.most:.0f} ms (before: p50 {before.p50:.0f} ms)"
        )
    finally:
        try:
            client.ask("close")
        finally:
            server.stop()
