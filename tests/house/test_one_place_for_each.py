"""Environment, time, transactions and the web each have one place."""

from __future__ import annotations

import ast

from tests.house.source import Source, dotted, imported, listed, packages

TELLS_THE_TIME = {
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.localtime"),
    *("time.gmtime", "time.time_ns", "func.now", "datetime.datetime.now", "datetime.datetime.utcnow"),
    *("datetime.date.today",),
}
LIFE_OF_A_TRANSACTION = {"begin", "begin_nested", "commit", "rollback"}
BEGINS = {
    "core/store/work.py",
    "app/migrations/run.py",  # a migration is one transaction for the whole schema
    "app/migrations/env.py",  # Alembic's own way of saying so
    "app/sandbox/store.py",  # the receivers beside the ward keep a database of their own
}


def _calls(source: Source) -> list[tuple[ast.Call, str]]:
    return [(node, dotted(node.func)) for node in ast.walk(source.tree) if isinstance(node, ast.Call)]


def test_only_settings_read_the_environment() -> None:
    faults = [
        f"{source.at(node)} reads {name}"
        for source in packages()
        if source.path != "core/settings.py"
        for node, name in [
            *((node, dotted(node)) for node in ast.walk(source.tree) if isinstance(node, ast.Attribute)),
            *imported(source.tree),
        ]
        if name in ("os.environ", "os.getenv", "os.putenv") or name.startswith("pydantic_settings")
    ]

    assert not faults, listed(faults, "make it a setting in core/settings.py and hand it on")


def test_only_the_clock_asks_for_the_time() -> None:
    faults = [
        f"{source.at(node)} calls {name}()"
        for source in packages()
        if source.path != "core/clock.py"
        for node, name in _calls(source)
        if name in TELLS_THE_TIME
    ]

    assert not faults, listed(
        faults, "take the time as an argument, from Work.now, or from a core.clock.Clock"
    )


def test_time_since_is_measured_only_where_nothing_is_written() -> None:
    measures = {"app/commands/load.py"}  # how long a request took is a figure of the run, not of the record
    faults = [
        f"{source.at(node)} calls {name}()"
        for source in packages()
        if source.path not in measures
        for node, name in _calls(source)
        if name.rpartition(".")[2] in ("monotonic", "perf_counter", "monotonic_ns", "perf_counter_ns")
    ]

    assert not faults, listed(faults, "deadlines are rows with a time from core.clock")


def test_only_the_store_begins_commits_and_rolls_back() -> None:
    faults = [
        f"{source.at(node)} calls {name}()"
        for source in packages()
        if source.path not in BEGINS
        for node, name in _calls(source)
        if "." in name and name.rpartition(".")[2] in LIFE_OF_A_TRANSACTION
    ]

    assert not faults, listed(
        faults, "write a command and hand it to Store.write; the store ends what it began"
    )


def test_only_the_database_file_makes_engines_and_only_the_store_makes_sessions() -> None:
    places = {
        "create_engine": {"core/store/database.py"},
        "create_async_engine": {"core/store/database.py"},
        "AsyncSession": {"core/store/work.py"},
        "Session": set[str](),
        "sessionmaker": set[str](),
        "async_sessionmaker": set[str](),
    }
    faults = [
        f"{source.at(node)} makes {name}"
        for source in packages()
        for node, name in _calls(source)
        if name in places and source.path not in places[name]
    ]

    assert not faults, listed(faults, "one engine per database, one session per transaction: ask the store")


def test_no_middleware_that_hides_a_lost_client() -> None:
    faults = [
        f"{source.at(node)} imports {name}"
        for source in packages()
        for node, name in imported(source.tree)
        if name.startswith("starlette.middleware.base") or name.endswith("BaseHTTPMiddleware")
    ] + [
        f"{source.at(node)} calls {name}"
        for source in packages()
        for node, name in _calls(source)
        if name.endswith(".middleware")
    ]

    assert not faults, listed(
        faults, "it cancels work under way and hides disconnects; write plain ASGI as in core/http/guards.py"
    )


def test_a_route_never_waits_for_commit_after_answering() -> None:
    faults = [
        source.at(node)
        for source in packages()
        if source.path.endswith("/routes.py") or source.path.startswith("core/http/")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Yield | ast.YieldFrom)
    ]

    assert not faults, listed(
        faults, "code after `yield` in a dependency runs when the answer is gone: commit inside Store.write"
    )
