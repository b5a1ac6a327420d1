"""The answers of an e-service as JSON Schema 2020-12, which a frontend can render and check against.

What JSON Schema cannot say travels as annotations: `x-type` (our type), `x-after` and `x-max-field` (the other field),
`x-min` and `x-max` (`today`, `now`), `x-sensitive`, `x-prefill`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from eservice_intake.catalogue import EService
from eservice_intake.definitions import TEXTS, Comparison, Conditions, Field
from eservice_intake.field_types import PATTERNS
from eservice_intake.rules import GROUPS

Schema = dict[str, Any]

FORMATS = {"email": "email", "date": "date", "datetime": "date-time", "file": "uuid"}
JSON_TYPES = {"bool": "boolean", "integer": "integer", "decimal": "number"}


def schema_of(eservice: EService, language: str) -> Schema:
    schema = _object(eservice.form, language)
    fields = {field.name: field for field in eservice.form}
    refused = [
        {"not": _condition(refusal.when, fields), "description": refusal.text.in_language(language)}
        for refusal in eservice.refuse_if
    ]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:kommunbuss:eservice:{eservice.id}:{language}",
        "title": eservice.text.in_language(language),
        **schema,
        **_all_of([*schema.get("allOf", []), *refused]),
    }


def _object(fields: Sequence[Field], language: str) -> Schema:
    asked = [field for field in fields if not field.computed]
    by_name = {field.name: field for field in fields}
    return {
        "type": "object",
        "properties": {field.name: _field(field, language) for field in asked},
        "required": [field.name for field in asked if field.required and not field.show_if],
        "additionalProperties": False,
        **_all_of([_shown(field, field.show_if, by_name) for field in asked if field.show_if]),
    }


def _all_of(schemas: list[Schema]) -> Schema:
    return {"allOf": schemas} if schemas else {}


def _shown(field: Field, show_if: Conditions, fields: Mapping[str, Field]) -> Schema:
    """When the condition does not hold, the field must be absent."""
    return {
        "if": _condition(show_if, fields),
        "then": {"required": [field.name]} if field.required else {},
        "else": {"properties": {field.name: False}},
    }


def _field(field: Field, language: str) -> Schema:
    schema = {"title": field.text.in_language(language), "x-type": field.type, **_annotations(field, language)}
    if field.type == "repeat":
        item = _object(field.fields or [], language)
    elif field.type in GROUPS:
        item = _object(GROUPS[field.type], language)
    else:
        item = _value(field, language)
    if not field.is_list:
        return {**schema, **item}
    unique = {} if field.type == "repeat" else {"uniqueItems": True}
    return {**schema, "type": "array", "items": item, "minItems": field.fewest, "maxItems": field.most, **unique}


def _value(field: Field, language: str) -> Schema:
    schema: Schema = {"type": JSON_TYPES.get(field.type, "string")}
    if field.type in FORMATS:
        schema["format"] = FORMATS[field.type]
    if field.type in PATTERNS or field.pattern:
        schema["pattern"] = field.pattern or PATTERNS[field.type]
    if field.type in TEXTS:
        schema |= {"minLength": field.shortest, "maxLength": field.longest}
    if field.type in ("integer", "decimal"):
        limits = {"minimum": field.smallest, "maximum": field.largest, "exclusiveMinimum": field.more_than}
        schema |= {name: limit for name, limit in limits.items() if limit is not None}
    if field.must_be is not None:
        schema["const"] = field.must_be
    if field.options:
        schema["oneOf"] = [{"const": o.value, "title": o.text.in_language(language)} for o in field.options]
    return schema


def _annotations(field: Field, language: str) -> Schema:
    found: Schema = {
        "description": field.note.text.in_language(language) if field.note else None,
        "x-after": field.after,
        "x-max-field": field.max_field,
        "x-min": field.min if isinstance(field.min, str) else None,
        "x-max": field.max if isinstance(field.max, str) else None,
        "x-sensitive": field.sensitive or None,
        "x-prefill": field.prefill,
    }
    return {name: value for name, value in found.items() if value is not None}


def _condition(conditions: Conditions, fields: Mapping[str, Field]) -> Schema:
    parts = [_meets(path, _expected(expected), fields) for path, expected in conditions.items()]
    return parts[0] if len(parts) == 1 else {"allOf": parts}


def _meets(path: str, expected: Schema, fields: Mapping[str, Field]) -> Schema:
    name, _, sub = path.partition(".")
    if sub:
        expected = {"contains": {"properties": {sub: expected}, "required": [sub]}}
    elif fields[name].is_list:
        expected = {"contains": expected}
    return {"properties": {name: expected}, "required": [name]}


def _expected(expected: object) -> Schema:
    if isinstance(expected, Comparison):
        words = {"lt": "exclusiveMaximum", "le": "maximum", "gt": "exclusiveMinimum", "ge": "minimum"}
        return {words[name]: limit for name, limit in expected.model_dump(exclude_none=True).items()}
    return {"enum": expected} if isinstance(expected, list) else {"const": expected}
