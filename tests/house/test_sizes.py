"""Files, functions and folders of a size that a reader can hold in mind."""

from __future__ import annotations

from collections import Counter
from pathlib import PurePosixPath

from tests.house.source import MIGRATIONS, Function, functions, listed, packages, sources

# Longer than 300 lines, and why that is easier to read than two files.
LONG_FILES: dict[str, str] = {}
# More than a dozen files, and why. (`__init__.py` says what a folder is for and is not counted.)
FULL_FOLDERS: dict[str, str] = {}


def test_no_file_is_longer_than_five_hundred_lines() -> None:
    faults = [
        f"{source.path}: {source.lines} lines"
        for source in sources(
            "core", "triage", "journal", "realtime", "integrations", "app", "tests", "scripts"
        )
        if source.lines > 500
    ]

    assert not faults, listed(faults, "split where the subject changes")


def test_a_file_longer_than_three_hundred_lines_gives_its_reason() -> None:
    long = {
        source.path: source.lines
        for source in packages()
        if source.lines > 300 and not source.path.startswith(MIGRATIONS)
    }
    faults = [f"{path}: {lines} lines" for path, lines in long.items() if path not in LONG_FILES]
    outdated = sorted(LONG_FILES.keys() - long.keys())

    assert not faults, listed(faults, "split it, or say in LONG_FILES why one file is easier to read")
    assert not outdated, listed(outdated, "is short now: take it out of LONG_FILES")


def test_no_function_is_longer_than_sixty_lines() -> None:
    faults = [
        f"{source.at(function)} {function.name}: {_length(function)} lines"
        for source in sources("core", "triage", "journal", "realtime", "integrations", "app", "tests")
        if not source.path.startswith(MIGRATIONS)
        for function in functions(source.tree)
        if _length(function) > 60
    ]

    assert not faults, listed(faults, "give a step its own name")


def test_a_public_function_has_at_most_four_parameters_told_apart_by_position() -> None:
    faults = [
        f"{source.at(function)} {function.name}"
        for source in packages()
        if not source.path.endswith(
            ("routes.py", "app/pages.py", "realtime/socket.py")
        )  # FastAPI calls by name
        for function in functions(source.tree)
        if not function.name.startswith("_") and len(_positional(function)) > 4
    ]

    assert not faults, listed(faults, "make the rest keyword-only, so that a call can be read")


def test_a_folder_holds_at_most_a_dozen_files() -> None:
    count = Counter(
        str(PurePosixPath(source.path).parent)
        for source in packages()
        if not source.path.endswith("__init__.py") and not source.path.startswith(MIGRATIONS)
    )
    full = {folder: number for folder, number in count.items() if number > 12}
    faults = [f"{folder}: {number} files" for folder, number in full.items() if folder not in FULL_FOLDERS]
    outdated = sorted(FULL_FOLDERS.keys() - full.keys())

    assert not faults, listed(faults, "make folders by subject, or say in FULL_FOLDERS why not")
    assert not outdated, listed(outdated, "is not full any more: take it out of FULL_FOLDERS")


def _length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _positional(function: Function) -> list[str]:
    names = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    return [name for name in names if name not in ("self", "cls")]
