"""What a record says, without what might be about a person."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json
from sqlmodel import Field, SQLModel

from shared.events import EVENT_CLASSES, Event

_FORMATS = {"uuid", "date", "date-time"}
_NARROW = {"const", "enum", "pattern"}
_SECONDS = re.compile(r"\s*[-+]?[\d.]+\s*")


class PayloadField(SQLModel):
    """A field that events of the type have."""

    name: str = Field(schema_extra={"examples": ["house_id"]})
    value: str | None = Field(
        description="`null` when it is not an id, a time, a code or a number as events of the type have there, "
        "and is therefore not shown.",
        schema_extra={"examples": ["019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a2b"]},
    )


def payload_of(kind: str | None, value: bytes) -> list[PayloadField]:
    """The fields that we know, each with its value if that is an id, a time, a code or a number as the field has."""
    try:
        found = from_json(value)
    except ValueError:
        return []
    said = found if isinstance(found, dict) else {}
    event = EVENT_CLASSES.get(kind or "", Event)
    schema, hidden = event.model_json_schema(), _wrong(event, value)
    known = {name: one for name, one in schema["properties"].items() if name in said}
    hidden |= {name for name, one in known.items() if not _is_narrow(one, schema.get("$defs", {}))}
    hidden |= {name for name, one in known.items() if "pattern" not in one and _is_seconds(said[name])}
    return [PayloadField(name=name, value=None if name in hidden else _text(said[name])) for name in known]


def _wrong(event: type[Event], value: bytes) -> set[int | str]:
    """The fields whose values are not of the field's type."""
    try:
        event.model_validate_json(value, strict=True)
    except ValidationError as error:
        return {name for one in error.errors(include_input=False, include_context=False) for name in one["loc"][:1]}
    return set()


def _is_narrow(schema: Mapping[str, Any], others: Mapping[str, Any]) -> bool:
    """Whether a value of the type has no room for words about somebody."""
    if "$ref" in schema:
        return _is_narrow(others[schema["$ref"].rsplit("/")[-1]], others)
    if parts := schema.get("anyOf") or [schema[key] for key in ("items",) if key in schema]:
        return all(_is_narrow(part, others) for part in parts)
    if schema.get("format") in _FORMATS or schema.get("type") in {"integer", "boolean", "null"}:
        return True
    return not _NARROW.isdisjoint(schema)


def _is_seconds(said: object) -> bool:
    """Pydantic reads a time from a text that is a number."""
    return isinstance(said, str) and _SECONDS.fullmatch(said) is not None


def _text(said: object) -> str:
    return ", ".join(map(str, said)) if isinstance(said, list) else str(said)
