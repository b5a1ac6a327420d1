"""How each event was last released: `python -m tests.released housing.house-let.v1` releases it as it is now.

`python -m tests.released 0.1.0` keeps what all of them are in that version, from then on they only grow.
"""

import json
import sys
from pathlib import Path
from typing import Any

from shared.events import EVENT_CLASSES

SCHEMAS = Path(__file__).parent / "schemas"
VERSIONS = Path(__file__).parent / "versions"
NOTES = ("title", "description", "default", "examples")


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


def command_for(kind: str) -> str:
    return f".venv/bin/python -m tests.released {kind}"


def release(kind: str, folder: Path = SCHEMAS) -> None:
    """Write the event's schema. Ends the process, and writes nothing, when readers of the released one would break."""
    if kind not in EVENT_CLASSES:
        sys.exit(f"{kind!r} is not an event of shared.events. There are: {', '.join(sorted(EVENT_CLASSES))}")
    path = folder / f"{kind}.json"
    current = schema_of(kind)
    if path.exists() and (problems := breaking_changes(json.loads(path.read_text()), current)):
        sys.exit("\n".join([*problems, "Readers would break: make it a new class, with the next version in its type."]))
    path.write_text(json.dumps(current, indent=2) + "\n")


def release_version(version: str, folder: Path = VERSIONS) -> None:
    """Keep every event's schema as the version has it. Ends the process when it has been kept before."""
    path = folder / f"{version}.json"
    if path.exists():
        sys.exit(f"{path.name} is what readers of {version} go by, and stays as it is.")
    path.write_text(json.dumps({kind: schema_of(kind) for kind in sorted(EVENT_CLASSES)}) + "\n")


def changed_since(version: dict[str, Any]) -> list[str]:
    """What a reader or writer of that version would trip over now."""
    gone = [f"{kind}: is gone" for kind in version if kind not in EVENT_CLASSES]
    known = {kind: schema for kind, schema in version.items() if kind in EVENT_CLASSES}
    return gone + [one for kind, schema in known.items() for one in breaking_changes(schema, schema_of(kind), kind)]


if __name__ == "__main__":
    name = "".join(sys.argv[1:2])
    release_version(name) if name[:1].isdigit() else release(name)
