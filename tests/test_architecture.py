"""The rules of the structure that a reader would otherwise have to trust."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SERVICES = sorted(path.name for path in (ROOT / "services").iterdir() if (path / "pyproject.toml").exists())
MODULES = sorted(
    path.relative_to(ROOT)
    for pattern in ("shared/src/**/*.py", "services/*/src/**/*.py")
    for path in ROOT.glob(pattern)
)

CATCH_EVERYTHING = {
    "services/eservice-intake/src/eservice_intake/clock/process.py",
    "shared/src/bus/batches.py",
    "shared/src/bus/process.py",
    "shared/src/bus/worker.py",
    "shared/src/shared/group_commit.py",
    "shared/src/shared/observability.py",
    "shared/src/web/edge.py",
    "shared/src/web/submissions.py",
}
"""A process's loops, where poison is set aside, the health check, a mistake of ours, a commit that many wait for."""


def test_no_list_is_read_by_offset():
    by_offset = re.compile(r"\.offset\(|\boffset=|\bOFFSET\b")

    found = [str(module) for module in MODULES if by_offset.search((ROOT / module).read_text(encoding="utf-8"))]

    assert found == []


def test_services_never_import_each_other_and_imports_point_down():
    run = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_no_module_makes_a_broker_of_an_api(module):
    assert "faststream.kafka.fastapi" not in (ROOT / module).read_text()


@pytest.mark.parametrize("module", [module for module in MODULES if module.parts[0] == "services"], ids=str)
def test_no_handler_commits(module):
    calls = {
        node.func.attr
        for node in ast.walk(ast.parse((ROOT / module).read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }

    assert "commit" not in calls


def test_events_import_pydantic_and_uuid_utils_only():
    imported = set()
    for module in (ROOT / "shared/src/shared/events").glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.ImportFrom):
                imported.add((node.module or "").split(".")[0])
            elif isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}

    assert imported - set(sys.stdlib_module_names) <= {"pydantic", "uuid_utils", "shared"}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_depends_on_shared_and_on_no_other_service(service):
    declared = (ROOT / "services" / service / "pyproject.toml").read_text()

    assert '"shared"' in declared
    assert not [other for other in SERVICES if other != service and f'"{other}' in declared]


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_its_canvas(service):
    lines = (ROOT / "services" / service / "README.md").read_text().splitlines()

    headings = [line.lstrip("# ") for line in lines if line.startswith("## ")]
    for part in ("API", "Events out", "Events in", "Data", "Processes"):
        assert [heading for heading in headings if heading.startswith(part)], f"no heading {part!r}"


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_no_module_outgrows_its_reader(module):
    assert len((ROOT / module).read_text().splitlines()) <= 250, "split it by noun, never by layer"


def test_only_what_goes_on_whatever_happens_catches_everything():
    broad = [
        re.search(r"except (Base)?Exception\b|except:", (ROOT / module).read_text()) and module for module in MODULES
    ]

    assert {str(module) for module in broad if module} == CATCH_EVERYTHING


def test_every_client_of_kafka_connects_by_the_one_list_of_options():
    places = [path for folder in ("shared", "services", "deploy", "tests") for path in (ROOT / folder).rglob("*.py")]
    told = [path.name for path in places for _ in re.findall(r"(?<!kafka_)bootstrap_servers\W?[=:]", path.read_text())]

    assert told == ["kafka.py"]
