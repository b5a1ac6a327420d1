"""What events are in each version. `python -m tests.released` writes this version's file, until its number is raised.

From 0.1.0 on they only grow.
"""

import json
import sys
import tomllib
from pathlib import Path
from typing import Any

from shared.events import EVENT_CLASSES

ROOT = Path(__file__).parents[1]
VERSIONS = Path(__file__).parent / "versions"
NOTES = ("title", "description", "default", "examples")


def this_version() -> str:
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"])


def breaking_changes(released: Any, current: Any, where: str = "event") -> list[str]:
    """What a reader or writer of the released schema would trip over. Only a new optional field is not one."""
    if not isinstance(released, dict) or not isinstance(current, dict):
        return [] if released == current else [f"{where}: {released!r} became {current!r}"]
    problems = []
    for name in sorted((released.keys() | current.keys()) - set(NOTES)):
        if name in ("properties", "$defs"):
            problems += _changed_parts(released.get(name, {}), current.get(name, {}), where)
        elif name == "required":
            gained = set(current.get(name, [])) - set(released.get(name, []))
            lost = set(released.get(name, [])) - set(current.get(name, []))
            problems += [f"{where}.{field}: became required" for field in sorted(gained)]
            problems += [f"{where}.{field}: is required no more" for field in sorted(lost)]
        else:
            problems += breaking_changes(released.get(name), current.get(name), f"{where}.{name}")
    return problems


def _changed_parts(released: dict[str, Any], current: dict[str, Any], where: str) -> list[str]:
    problems = []
    for field, schema in released.items():
        if field in current:
            problems += breaking_changes(schema, current[field], f"{where}.{field}")
        else:
            problems.append(f"{where}.{field}: is gone")
    return problems


def schema_of(kind: str) -> dict[str, Any]:
    return EVENT_CLASSES[kind].model_json_schema()


def schemas() -> dict[str, Any]:
    return {kind: schema_of(kind) for kind in sorted(EVENT_CLASSES)}


def changed_since(version: dict[str, Any]) -> list[str]:
    """What a reader or writer of that version would trip over now."""
    gone = [f"{kind}: is gone" for kind in version if kind not in EVENT_CLASSES]
    known = {kind: schema for kind, schema in version.items() if kind in EVENT_CLASSES}
    return gone + [one for kind, schema in known.items() for one in breaking_changes(schema, schema_of(kind), kind)]


def release(version: str, folder: Path = VERSIONS) -> None:
    """Keep the events, a line each. Ends the process, and writes nothing, when readers of any version would break."""
    kept = [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))]
    if problems := list(dict.fromkeys(problem for one in kept for problem in changed_since(one))):
        sys.exit("\n".join([*problems, "Readers would break: make it a new class, with the next version in its type."]))
    lines = ",\n".join(f"{json.dumps(kind)}: {json.dumps(schema)}" for kind, schema in schemas().items())
    (folder / f"{version}.json").write_text(f"{{\n{lines}\n}}\n", "utf-8")


if __name__ == "__main__":
    release(this_version())
