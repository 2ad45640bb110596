"""Medicine is pure: no database, network, clock or waiting under any `rules/`."""

from __future__ import annotations

import ast

from tests.house.source import Source, dotted, imported, listed, packages

OUTSIDE = {
    *("sqlalchemy", "aiosqlite", "asyncpg", "sqlite3", "httpx", "fastapi", "starlette", "uvicorn"),
    *("asyncio", "threading", "multiprocessing", "subprocess", "concurrent"),
    *("os", "io", "sys", "socket", "ssl", "urllib", "http", "tempfile", "shutil", "pathlib", "logging"),
    *("time", "random", "secrets", "uuid"),
}
ASKS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "open",
    "input",
    "print",
    "utc_now",
}
# A source of chance is handed in like the time is; a rule may name its type.
HANDED_IN = {"random.Random"}
# What comes with the program is files of the package, read once, and checked before any of it is used.
READS_ITS_OWN_FILES = {
    "triage/rules/scales/packs.py",
    "triage/rules/complaints/pack.py",
    "journal/rules/orders/catalogue.py",
    "journal/rules/plain/abbreviations.py",
}


def _rules() -> list[Source]:
    found = [source for source in packages() if "/rules/" in source.path]
    assert len(found) > 10, "the rules have moved: this test looks at nothing"
    return found


def test_rules_import_nothing_that_reaches_outside() -> None:
    faults = [
        f"{source.at(node)} imports {name}"
        for source in _rules()
        for node, name in imported(source.tree)
        if name not in HANDED_IN
        and (name.partition(".")[0] in OUTSIDE or name.startswith(("core.clock.utc_now", "core.store")))
    ]

    assert not faults, listed(
        faults, "hand it in as an argument: a rule is tested in microseconds, with a table"
    )


def test_rules_wait_for_nothing() -> None:
    faults = [
        source.at(node)
        for source in _rules()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.AsyncFor | ast.AsyncWith)
    ]

    assert not faults, listed(faults, "fetch in the command, decide in the rule")


def test_rules_ask_for_neither_time_nor_files() -> None:
    faults = [
        f"{source.at(node)} calls {dotted(node.func)}"
        for source in _rules()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and (dotted(node.func) in ASKS or dotted(node.func).endswith((".read_text", ".read_bytes")))
        and source.path not in READS_ITS_OWN_FILES
    ]

    assert not faults, listed(faults, "time and data come in as arguments")


def test_rules_keep_nothing_between_two_patients() -> None:
    faults = [
        source.at(node)
        for source in _rules()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Global | ast.Nonlocal)
    ]

    assert not faults, listed(faults, "a rule that remembers gives the second patient the first one's answer")
