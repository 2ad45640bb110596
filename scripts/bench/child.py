"""A helper process that is asked in lines of JSON and answers in lines of JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
Answering = Callable[..., dict[str, Any]]


class Died(Exception):
    """A process ended that nobody ended; its last words are in its log."""


class Child:
    """A module of ours in a process of its own, ended by its own id."""

    def __init__(
        self,
        log: Path,
        *command: str,
        python: str = sys.executable,
        environment: dict[str, str] | None = None,
    ) -> None:
        self._log = log
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                [python, "-m", *command],
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=out,
            )

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.process.pid

    def tell(self, what: str, **given: Any) -> None:
        """Ask without waiting; `hear` gets the answer."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps({"do": what, **given}).encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            raise Died(self.last_words()) from None

    def hear(self) -> dict[str, Any]:
        """The next answer."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise Died(self.last_words())
        answer: dict[str, Any] = json.loads(line)
        return answer

    def ask(self, what: str, **given: Any) -> dict[str, Any]:
        """Ask and wait."""
        self.tell(what, **given)
        return self.hear()

    def stop(self) -> None:
        """SIGTERM, and SIGKILL when that does not help."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()

    def last_words(self) -> str:
        """The end of its log."""
        return self._log.read_text(errors="replace")[-3000:]


def answer_all(**answering: Answering) -> None:
    """The other side: read questions until there are no more."""
    for line in sys.stdin:
        asked = json.loads(line)
        answer = answering[asked.pop("do")](**asked)
        print(json.dumps(answer), flush=True)
