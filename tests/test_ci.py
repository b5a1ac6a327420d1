"""What `.ci/run` leaves out in one lane, the other has."""

import re
from pathlib import Path

import pytest

from testkit.needs import NEEDS, REAL_STACK
from tests.promises import PROMISES, ROOT, read_promises

LISTED = re.search(r"^on_servers=\(\n(.+?)\n\)$", (ROOT / ".ci/run").read_text(), re.MULTILINE | re.DOTALL)
ON_SERVERS = LISTED[1].split()
MARKS = "|".join(mark for mark, server in NEEDS.items() if server.remedy == REAL_STACK)
FOLDERS = ("shared", "services", "deploy", "tests")
MARKED = [
    str(file.relative_to(ROOT))
    for folder in FOLDERS
    for file in sorted((ROOT / folder).rglob("test_*.py"))
    if re.search(rf"\bmark\.({MARKS})\b", file.read_text())
]
PROMISED = [
    test.partition("::")[0] for p in read_promises(PROMISES.read_text()) if p.on_the_real_stack for test in p.tests
]


def is_run_on_servers(file: str) -> bool:
    return any(Path(file).is_relative_to(place) for place in ON_SERVERS)


@pytest.mark.parametrize("place", ON_SERVERS)
def test_what_is_listed_is_there(place):
    assert (ROOT / place).exists()


@pytest.mark.parametrize("file", sorted({*MARKED, *PROMISED}))
def test_what_only_the_real_stack_shows_is_tested_on_it(file):
    assert is_run_on_servers(file)
