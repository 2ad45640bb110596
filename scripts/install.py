"""Makes the project's own Python environment (`.venv`) from a lock file; touches nothing outside.

Standard library only, so that it runs on a machine with nothing but Python 3.11 and pip. Debian's Python
comes without `ensurepip`, therefore the environment is made without pip and filled by the system's pip.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def install(lock: str) -> Path:
    """The environment's Python, with everything in `lock` installed; quick when nothing has changed."""
    if sys.version_info < (3, 11):
        sys.exit("legevakt needs Python 3.11 or newer; this is " + sys.version.split()[0])
    stamp, wanted = VENV / f".{lock}.sha256", _fingerprint(lock)
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted:
        return PYTHON
    say(f"Setting up in {VENV.name}/ (once; later starts take seconds)")
    if not PYTHON.exists():
        venv.create(VENV, with_pip=False, symlinks=os.name != "nt")
    _step("packages from " + lock, "--require-hashes", "-r", str(ROOT / lock))
    _step("legevakt itself", "--no-deps", "--editable", str(ROOT))
    stamp.write_text(wanted)
    return PYTHON


def say(text: str) -> None:
    """One line of progress, at once also when the output is piped."""
    print(f"  {text}", flush=True)


def _fingerprint(lock: str) -> str:
    parts = [(ROOT / name).read_bytes() for name in (lock, "pyproject.toml")]
    return hashlib.sha256(b"".join(parts)).hexdigest()


def _step(what: str, *arguments: str) -> None:
    say(f"installing {what} …")
    started = time.monotonic()
    command = [sys.executable, "-m", "pip", "--python", str(PYTHON), "install", "-qq", *arguments]
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"}
    if subprocess.run(command, env=environment, check=False).returncode != 0:
        sys.exit(f"could not install {what}; the lines above say why. It is safe to run this again.")
    say(f"  done in {time.monotonic() - started:.0f} s")
