"""This machine: limits, load, and what a process and its children have used. Linux only, from `/proc`."""

from __future__ import annotations

import os
import resource
import socket
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")
BUSY_LOAD = 1.0


def raise_file_limit(wanted: int = 20_000) -> int:
    """As many open sockets as the system lets us have; children inherit it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return max(soft, most)


def describe() -> str:
    """Cores and load; a loud word when others are at work, because then the figures are theirs too."""
    load = os.getloadavg()[0]
    warning = "  WARNING: the machine is busy, figures are too high" if load > BUSY_LOAD else ""
    return f"{os.cpu_count()} cores, load {load:.2f}{warning}"


def family(pid: int) -> list[int]:
    """The process and everything below it."""
    found = [pid]
    for task in _tasks(pid):
        try:
            below = (task / "children").read_text().split()
        except OSError:
            continue
        for child in below:
            found.extend(family(int(child)))
    return found


def cpu_seconds(pids: list[int]) -> float:
    """Time on a core, in nanosecond steps where the kernel counts so."""
    return sum(_ran(task) for pid in pids for task in _tasks(pid))


def memory_bytes(pids: list[int]) -> int:
    """Resident memory."""
    return sum(_resident(pid) for pid in pids)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _tasks(pid: int) -> list[Path]:
    try:
        return list(Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return []


def _ran(task: Path) -> float:
    try:
        return int((task / "schedstat").read_text().split()[0]) / 1e9
    except (OSError, IndexError):
        return 0.0


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except OSError:
        return 0
