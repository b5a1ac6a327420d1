"""docs/security.md names tests that exist, and leaves out no chapter of the standard."""

import ast
import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/security.md").read_text()
TESTS = sorted(set(re.findall(r"`([\w/.-]+\.py)::(\w+)`", PAGE)))
ROWS = re.findall(r"^\| (\d[^|]*) \| ([^|]*) \|([^|]*)\|$", PAGE, re.MULTILINE)
STATES = ("holds", "partly", "no", "none", "as ", "see ", "above", "the issuer's", "the proxy's")


@pytest.mark.parametrize(("path", "test"), TESTS, ids=[test for _, test in TESTS])
def test_every_test_that_is_named_exists(path: str, test: str):
    tree = ast.parse((ROOT / path).read_text())

    assert test in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_chapter_of_the_standard_is_answered():
    assert re.findall(r"^### V(\d+) ", PAGE, re.MULTILINE) == [str(number) for number in range(1, 18)]


def test_every_row_says_how_it_stands_and_shows_it_or_says_why():
    unclear = [row for row, state, _ in ROWS if not state.startswith(STATES) and "](" not in state]
    unshown = [row for row, state, shown in ROWS if state.strip() in ("holds", "partly", "no") and "`" not in shown]

    assert len(ROWS) > 70
    assert (unclear, [row for row in unshown if "10.3" not in row]) == ([], [])


def test_every_package_that_runs_is_in_the_bill_of_materials(tmp_path: Path):
    bill = tmp_path / "sbom.json"

    subprocess.run(["make", "-s", "sbom", f"SBOM={bill}"], cwd=ROOT, check=True)

    parts = {part["name"]: part["version"] for part in json.loads(bill.read_text())["components"]}
    assert parts.keys() >= {"aiokafka", "aiosmtplib", "fastapi", "pyjwt", "sqlmodel", "uvicorn"}
    assert all(parts[name] for name in ("fastapi", "pyjwt"))
