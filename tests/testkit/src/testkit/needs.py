"""Tests that need a server which is not everywhere: they are left out where it is not there, and counted.

`deploy/real-stack` starts those that the embedded stack is not, and sets REAL_STACK: then none of them may be left out.
"""

import os
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import pytest

REAL_STACK = "which deploy/real-stack starts"
ALL_PAGES = os.environ.get("PAGES") == "all"
"""Whether each page is looked at in every language, width and colours, or in a sample of them."""
EVERY_PAGE = "in every language, width and colours"
SOME_PAGES = "read in Swedish and English, looked at in Swedish, light and wide or dark and narrow; PAGES=all: all"


@dataclass(frozen=True)
class Server:
    name: str
    is_there: Callable[[], bool]
    remedy: str = REAL_STACK


def nginx_is_there() -> bool:
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin") is not None


def chromium() -> str | None:
    """Where the browser is: Debian's package, or Ubuntu's."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def verapdf_is_there() -> bool:
    return shutil.which("java") is not None and shutil.which("mvn") is not None


NEEDS = {
    "postgres": Server("PostgreSQL", lambda: os.environ.get("DATABASE_URL", "").startswith("postgres")),
    "apache_kafka": Server("Apache Kafka", lambda: os.environ.get("KAFKA_IDEMPOTENCE") != "false"),
    "kafka_logins": Server("a Kafka with logins", lambda: "KAFKA_LOGINS" in os.environ),
    "chromium": Server("Chromium", lambda: chromium() is not None, "which is not here: apt-get install chromium"),
    "nginx": Server("nginx", nginx_is_there, "which is not here: apt-get install nginx"),
    "verapdf": Server(
        "veraPDF", verapdf_is_there, "for which Java and Maven are: apt-get install default-jre-headless maven"
    ),
}
LEFT_OUT = pytest.StashKey[Counter[Server]]()


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    for mark, server in NEEDS.items():
        config.addinivalue_line("markers", f"{mark}: needs {server.name}")
    found = chromium() or "none, so tests in a browser are left out: apt-get install chromium"
    config.get_terminal_writer().line(f"browser: {found}")
    config.get_terminal_writer().line(f"pages: {EVERY_PAGE if ALL_PAGES else SOME_PAGES}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    missing = {mark: server for mark, server in NEEDS.items() if not server.is_there()}
    unstarted = [server.name for server in missing.values() if server.remedy == REAL_STACK]
    if unstarted and os.environ.get("REAL_STACK"):
        raise pytest.UsageError(f"REAL_STACK is set, and there is no {', no '.join(unstarted)}.")
    left_out = [item for item in items if any(item.get_closest_marker(mark) for mark in missing)]
    config.stash[LEFT_OUT] = Counter(
        next(server for mark, server in missing.items() if item.get_closest_marker(mark)) for item in left_out
    )
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say it at the end, with `-q` too."""
    for server, count in config.stash.get(LEFT_OUT, Counter()).items():
        terminalreporter.line(f"left out: {count} that need {server.name}, {server.remedy}")
