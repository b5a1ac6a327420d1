"""What a record says, without what might be about a person."""

import re

from pydantic_core import from_json
from sqlmodel import Field, SQLModel

from shared.events import EVENT_CLASSES, Event

_ID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_TIME = r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(\.\d{1,9})?(Z|[+-]\d\d:\d\d))?"
_CODE = r"[a-z][a-z0-9]*([._-][a-z0-9]+)*"
_NUMBER = r"-?\d{1,6}(\.\d{1,6})?"
_HARMLESS = re.compile(f"{_ID}|{_TIME}|{_CODE}|{_NUMBER}|True|False|None")


class PayloadField(SQLModel):
    """A field that events of the type have."""

    name: str = Field(schema_extra={"examples": ["house_id"]})
    value: str | None = Field(
        description="`null` when it is not an id, a time, a code or a number, and is therefore not shown.",
        schema_extra={"examples": ["019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a2b"]},
    )


def payload_of(kind: str | None, value: bytes) -> list[PayloadField]:
    """The fields that we know, each with its value if it can only be an id, a time, a code or a number."""
    try:
        found = from_json(value)
    except ValueError:
        return []
    said = found if isinstance(found, dict) else {}
    known = EVENT_CLASSES.get(kind or "", Event).model_fields
    return [PayloadField(name=name, value=_shown(said[name])) for name in known if name in said]


def _shown(value: object) -> str | None:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    parts = text.split(", ") if isinstance(value, list) else [text]
    return text if all(map(_HARMLESS.fullmatch, parts)) else None
