"""Tests that need a server which the embedded stack is not: they are left out where it is not there, and counted.

`deploy/real-stack` starts all of them, and sets REAL_STACK: then nothing may be left out.
"""

import os
from collections import Counter
from collections.abc import Callable

import pytest

NEEDS: dict[str, tuple[str, Callable[[], bool]]] = {
    "postgres": ("PostgreSQL", lambda: os.environ.get("DATABASE_URL", "").startswith("postgres")),
    "apache_kafka": ("Apache Kafka", lambda: os.environ.get("KAFKA_IDEMPOTENCE") != "false"),
    "kafka_logins": ("a Kafka with logins", lambda: "KAFKA_LOGINS" in os.environ),
}
LEFT_OUT = pytest.StashKey[Counter[str]]()


def pytest_configure(config: pytest.Config) -> None:
    for name, (server, _) in NEEDS.items():
        config.addinivalue_line("markers", f"{name}: needs {server}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    missing = {name: server for name, (server, is_there) in NEEDS.items() if not is_there()}
    if missing and os.environ.get("REAL_STACK"):
        raise pytest.UsageError(f"REAL_STACK is set, and there is no {', no '.join(missing.values())}.")
    left_out = [item for item in items if any(item.get_closest_marker(name) for name in missing)]
    config.stash[LEFT_OUT] = Counter(
        next(server for name, server in missing.items() if item.get_closest_marker(name)) for item in left_out
    )
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say it at the end, with `-q` too."""
    for server, count in config.stash.get(LEFT_OUT, Counter()).items():
        terminalreporter.line(f"left out: {count} that need {server}, which deploy/real-stack starts")
