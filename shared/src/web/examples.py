"""Examples of requests and answers, made from their schemas: what a field's own example, limits and format say."""

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

OF_FORMAT = {
    "uuid": "019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a2b",
    "date-time": "2026-05-01T09:00:00+02:00",
    "date": "2026-05-31",
    "email": "namn@example.com",
    "uri": "https://example.com/",
    "binary": "%PDF-1.7",
}


def example_of(schema: Schema, schemas: Mapping[str, Schema]) -> Any:
    """A value that the schema takes, if its fields say by example what their rules cannot."""
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    for given in ("examples", "enum"):
        if given in schema:
            return schema[given][0]
    for given in ("const", "default"):
        if schema.get(given) is not None:
            return schema[given]
    if "anyOf" in schema:
        return example_of(schema["anyOf"][0], schemas)
    return _of_type(schema, schemas)


def _of_type(schema: Schema, schemas: Mapping[str, Schema]) -> Any:
    match schema.get("type"):
        case "object":
            fields, required = schema.get("properties", {}), schema.get("required", [])
            shown = {name: field for name, field in fields.items() if name in required or "examples" in field}
            return {name: example_of(field, schemas) for name, field in shown.items()}
        case "array":
            return [example_of(schema["items"], schemas)]
        case "string":
            return OF_FORMAT.get(schema.get("format", ""), "Text")
        case "integer" | "number":
            return int(schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1))
        case "boolean":
            return True
    return None
