"""The door of the command line `legevakt`: each command brings in only what it needs.

While a server starts its walls go stale, so `serve` brings in neither the demonstration nor the commands that
set a ward up. This is the one place where an import may stand in a function (decision 43).
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from pydantic import ValidationError

from core.errors import Refused


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it did what was asked."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        return _chosen(given)(given)
    except Refused as refused:
        facts = ", ".join(f"{name}={value}" for name, value in refused.facts.items())
        print(f"refused: {refused.code} {facts}".rstrip(), file=sys.stderr)
    except ValidationError as wrong:
        for error in wrong.errors(include_input=False, include_url=False):
            print(f"{'.'.join(str(part) for part in error['loc'])}: {error['msg']}", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 1


def _chosen(given: Sequence[str]) -> Callable[[Sequence[str]], int]:
    with _collector_resting():
        if given == ["serve"]:
            from app.serving.command import run as serve  # noqa: PLC0415

            return serve
        from app.commands.line import run  # noqa: PLC0415

        return run


@contextmanager
def _collector_resting() -> Iterator[None]:
    # What is loaded is never garbage, and looking through it again and again took an eighth of the start.
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


if __name__ == "__main__":
    sys.exit(main())
