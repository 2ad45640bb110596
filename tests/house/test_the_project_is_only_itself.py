"""Nothing in the project points at the machine it was written on."""

from __future__ import annotations

import re
import subprocess

from tests.house.source import ROOT, listed

MACHINE = re.compile(
    r"(?<![\w./-])/(?:work|root|tmp|home/\w+|Users/\w+|mnt|srv/\w+|private/var)/[\w.-]+"
    r"|[A-Z]:\\\\?Users\\"
)
REGISTRY = re.compile(
    r"https?://[^\s\"'/]*(?:artifactory|nexus|registry|pypi|jfrog|mirror)[^\s\"']*", re.IGNORECASE
)
# Documentation sites live beside the registry under its public name; nothing is fetched from there.
BINARY = (".png", ".ico", ".woff2", ".jpg", ".pdf", ".db")


def _files() -> list[tuple[str, str]]:
    named = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    paths = [path for path in named if not path.endswith(BINARY) and (ROOT / path).is_file()]
    return [(path, (ROOT / path).read_text(encoding="utf-8")) for path in paths]


def test_no_file_names_a_path_of_one_machine() -> None:
    faults = [
        f"{path}:{number} {found[0]}"
        for path, text in _files()
        for number, line in enumerate(text.splitlines(), 1)
        for found in MACHINE.finditer(line)
    ]

    assert not faults, listed(faults, "paths are relative to the project, or settings")


def test_no_file_names_a_package_registry() -> None:
    faults = [
        f"{path}:{number} {found[0]}"
        for path, text in _files()
        for number, line in enumerate(text.splitlines(), 1)
        for found in REGISTRY.finditer(line)
    ]

    assert not faults, listed(faults, "where packages come from is for whoever installs to choose")
