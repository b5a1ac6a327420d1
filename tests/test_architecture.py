"""The rules of the structure that a reader would otherwise have to trust."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SERVICES = sorted(path.name for path in (ROOT / "services").iterdir() if (path / "pyproject.toml").exists())
MODULES = sorted([*(ROOT / "shared/src").rglob("*.py"), *ROOT.glob("services/*/src/**/*.py")])


def test_services_never_import_each_other_and_imports_point_down():
    run = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_api_process_holds_a_broker_and_no_handler_commits(module):
    tree = ast.parse(module.read_text())

    imported = {
        name
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names] if isinstance(node, ast.Import)
            else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        )
    }  # fmt: skip
    calls = {
        node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert "faststream.kafka.fastapi" not in imported
    if "/api" in str(module) or "/http/" in str(module):
        assert not {name for name in imported if name.split(".")[0] in ("aiokafka", "faststream")}
    if "services" in module.parts:
        assert "commit" not in calls


def test_events_import_pydantic_only():
    imported = set()
    for module in (ROOT / "shared/src/shared/events").glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.ImportFrom):
                imported.add((node.module or "").split(".")[0])
            elif isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}

    assert imported - set(sys.stdlib_module_names) <= {"pydantic", "shared"}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_depends_on_shared_and_on_no_other_service(service):
    declared = (ROOT / "services" / service / "pyproject.toml").read_text()

    assert '"shared"' in declared
    assert not [other for other in SERVICES if other != service and f'"{other}' in declared]


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_its_canvas(service):
    canvas = (ROOT / "services" / service / "README.md").read_text().lower()

    for part in ("api", "events out", "events in", "data", "processes"):
        assert part in canvas


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_outgrows_its_reader(module):
    assert len(module.read_text().splitlines()) <= 250, "split it by noun, never by layer"
