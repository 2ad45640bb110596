"""Every public thing says what it means."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.house.source import MIGRATIONS, Function, listed, packages

# Named and explained where they come from: frameworks call them, a protocol or base class describes them.
EXPLAINED_ELSEWHERE = {"facts", "capture_signals", "process_bind_param", "process_result_value"}


def test_every_module_says_what_it_is_for() -> None:
    faults = [
        source.path
        for source in packages()
        if source.text.strip()
        and not ast.get_docstring(source.tree)
        and not source.path.startswith(MIGRATIONS)
    ]

    assert not faults, listed(faults, "one sentence at the top: what this file means on the ward")


def test_every_public_class_and_function_says_what_it_means() -> None:
    faults = [
        f"{source.at(node)} {node.name}"
        for source in packages()
        if not source.path.startswith(MIGRATIONS)
        for node in _public(source.tree)
        if not ast.get_docstring(node) and node.name not in EXPLAINED_ELSEWHERE
    ]

    assert not faults, listed(faults, "one sentence: what it means on the ward, and what must hold")


def _public(scope: ast.Module | ast.ClassDef) -> Iterator[ast.ClassDef | Function]:
    for node in scope.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            if node.name.startswith("_") or _only_a_signature(scope):
                continue
            yield node
            if isinstance(node, ast.ClassDef):
                yield from _public(node)


def _only_a_signature(scope: ast.Module | ast.ClassDef) -> bool:
    # A protocol's own docstring speaks for its methods.
    return isinstance(scope, ast.ClassDef) and any(
        isinstance(each, ast.Name | ast.Subscript) and "Protocol" in ast.unparse(each) for each in scope.bases
    )
