"""How each event was last released: `python -m tests.released housing.house-let.v1` releases it as it is now."""

import json
import sys
from pathlib import Path
from typing import Any

from shared.events import EVENT_CLASSES

SCHEMAS = Path(__file__).parent / "schemas"
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


if __name__ == "__main__":
    release(*sys.argv[1:2] or [""])
