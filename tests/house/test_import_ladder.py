"""The import ladder and its smaller rules, as contracts in pyproject.toml."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from tests.house.source import ROOT, functions, imported, listed, packages, sources

LINT = Path(sys.executable).with_name("lint-imports")


def test_imports_follow_the_ladder() -> None:
    answer = subprocess.run(
        [LINT, "--no-cache", "--no-logo", "--config", "pyproject.toml"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.returncode == 0, f"{answer.stdout}\n{answer.stderr}"


def test_nothing_is_imported_inside_a_function() -> None:
    door = "app/cli.py"  # brings in what was asked for: who serves does not wait for what it never uses
    faults = [
        f"{source.at(node)} imports {name}"
        for source in sources("core", "triage", "journal", "realtime", "integrations", "app", "tests")
        if source.path != door
        for function in functions(source.tree)
        for node, name in imported(function)
    ]

    assert not faults, listed(
        faults, "import at the top; where that makes a circle, one of the two is on the wrong rung"
    )


def test_no_import_is_hidden_from_the_ladder() -> None:
    faults = [
        f"{source.at(node)} imports {name}"
        for source in packages()
        for node, name in imported(source.tree)
        if name.startswith("importlib.") and name != "importlib.resources"
    ] + [
        f"{source.at(node)} calls __import__"
        for source in packages()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Name) and node.id == "__import__"
    ]

    assert not faults, listed(
        faults, "an import that is worked out at run time cannot be checked; write it out"
    )


def test_imports_of_our_own_are_absolute() -> None:
    faults = [
        source.at(node)
        for source in packages()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom) and node.level
    ]

    assert not faults, listed(faults, "write the whole name: a reader sees at once which rung it comes from")
