"""Names that would mislead a reader."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import PurePosixPath

import pytest

from tests.house.source import PACKAGES, ROOT, functions, listed, packages, sources

EMPTY_WORDS = {"util", "utils", "helper", "helpers", "manager", "service", "base", "common", "misc", "tools"}
# Always imported by their full name, and nothing else would say it as well.
OUR_WORD_TOO = {
    "core/http": "HTTP is what it is about",
    "realtime/socket.py": "the one file that knows a websocket",
    "app/trace.py": "`legevakt trace` follows one patient",
}
WORDS_IN_NAMES = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def _modules() -> list[str]:
    folders = {parent.as_posix() for source in packages() for parent in PurePosixPath(source.path).parents}
    return [source.path for source in packages()] + sorted(folders - {"."})


def test_no_module_is_named_like_one_in_the_standard_library() -> None:
    faults = [
        path
        for path in _modules()
        if PurePosixPath(path).stem in sys.stdlib_module_names and path not in OUR_WORD_TOO
    ]

    assert not faults, listed(faults, "an import could find the other one; choose the ward's word")


def test_no_module_or_class_has_a_name_that_says_nothing() -> None:
    faults = [
        path
        for path in _modules()
        if PurePosixPath(path).stem.rpartition("_")[2] in EMPTY_WORDS
        and path not in {"app/ward/cases_common.py"}  # the common complaints of an evening
    ] + [
        f"{source.at(node)} {node.name}"
        for source in packages()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ClassDef) and WORDS_IN_NAMES.findall(node.name)[-1].lower() in EMPTY_WORDS
    ]

    assert not faults, listed(faults, "name it by what it does on the ward")


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_opens_by_saying_what_it_is_for(package: str) -> None:
    text = ast.get_docstring(ast.parse((ROOT / package / "__init__.py").read_text(encoding="utf-8"))) or ""

    assert len(text) > 80, (
        f"{package}/__init__.py: what it is for, what is always true, where to start reading"
    )


def test_tests_are_named_as_sentences() -> None:
    faults = [
        f"{source.at(function)} {function.name}"
        for source in sources("tests")
        for function in functions(source.tree)
        if function.name.startswith("test_") and function.name.count("_") < 3
    ]

    assert not faults, listed(
        faults, "say what holds, e.g. test_two_doctors_take_one_patient_and_only_one_wins"
    )


def test_commands_are_functions_not_classes_with_methods() -> None:
    faults = [
        f"{source.at(node)} {node.name}"
        for source in packages()
        if "/commands/" in source.path
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ClassDef)
        and any(isinstance(part, ast.AsyncFunctionDef) for part in node.body)
    ]

    assert not faults, listed(faults, "a command is a plain function with its input beside it")
