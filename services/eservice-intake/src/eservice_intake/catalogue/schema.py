"""The answers of an e-service as JSON Schema 2020-12, which a frontend can render and check against.

What JSON Schema cannot say travels as annotations: `x-type` (our type), `x-block` (the heading a field stands under,
one of `x-blocks`), `x-topic` (the title of the page it begins), `x-autocomplete` (what a browser may fill in),
`x-after`, `x-max-field` and `x-instead-of` (the other field), `x-min` and `x-max` (`today`, `now`), `x-accept` and
`x-max-bytes` (of a file), `x-sensitive`, `x-prefill`, `x-computed`. A `readOnly` field is computed by us and not sent.
Fixed values are an `enum` of one, never a `const`, which form libraries fill in unasked.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eservice_intake.catalogue.definitions import PROTECTED, TEXTS, Comparison, Conditions, FormField
from eservice_intake.catalogue.eservices import Catalogue, EService
from eservice_intake.catalogue.field_types import PATTERNS
from eservice_intake.catalogue.rules import GROUPS
from shared.errors import Text
from shared.identifiers import COUNTRIES, FOREIGN_COUNTRIES, LONGEST_FOREIGN_NUMBER, SHORTEST_FOREIGN_NUMBER

Schema = dict[str, Any]

_DIGITS = r"0-9\uff10-\uff19"
_GAP = rf"[^A-Za-z{_DIGITS}]*"
_DIGIT = rf"[{_DIGITS}]{_GAP}"
_AROUND = r"[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]*"
WRITTEN = {
    "phone": rf"^{_GAP}({_DIGIT}){{5,17}}$",
    "orgnr": rf"^{_GAP}({_DIGIT}){{10}}(({_DIGIT}){{2}})?$",
    "foreign_number": rf"[A-Za-z{_DIGITS}]",
    "personnr": rf"^{_GAP}({_DIGIT}){{10}}(({_DIGIT}){{2}})?$",
    "property_designation": rf"^[^{_DIGITS}]+.*{_DIGIT}$",
    "case_reference": rf"^[^{_DIGITS}]*({_DIGIT}){{5,10}}$",
    "text": r"\S",
    "textarea": r"\S",
    **PATTERNS,
}
"""What a text of the type looks like, however people write spaces and dashes. Check digits and the like are ours."""
SWEDISH_POSTAL_CODE = rf"^[^{_DIGITS}]*({_DIGIT}){{5}}$"
ENUMS = {"country": COUNTRIES, "foreign_country": FOREIGN_COUNTRIES}
FORMATS = {"email": "email", "date": "date", "datetime": "date-time", "file": "uuid"}
LENGTHS = {"foreign_number": {"minLength": SHORTEST_FOREIGN_NUMBER, "maxLength": LONGEST_FOREIGN_NUMBER}}
JSON_TYPES = {"bool": "boolean", PROTECTED: "boolean", "integer": "integer", "decimal": "number"}


_SWEDISH: Schema = {
    "if": {"properties": {"country": {"enum": ["SE"]}}},
    "then": {"required": ["postal_code"]},
    "allOf": [
        {
            "if": {"properties": {"country": {"enum": ["SE"]}}, "required": ["country"]},
            "then": {"properties": {"postal_code": {"pattern": SWEDISH_POSTAL_CODE}}},
        }
    ],
    "required": ["street", "city"],
}
"""An address without a country is Swedish, but its postal code may be any: people forget the country."""


@dataclass(frozen=True)
class Reader:
    """Whom the schema is for: their language, and the files they may send."""

    language: str
    accept: Collection[str]
    max_bytes: int

    def say(self, text: Text) -> str:
        return text.in_language(self.language)


def schema_of(catalogue: Catalogue, eservice: EService, reader: Reader) -> Schema:
    schema = _object(eservice.form, reader)
    for section in eservice.sections:
        for field in section.fields:
            schema["properties"][field.name] |= {"x-block": section.block} if section.block else {}
    fields = {field.name: field for field in eservice.form}
    refused = [
        {"not": _condition(refusal.when, fields), "description": reader.say(refusal.text)}
        for refusal in eservice.refuse_if
    ]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:kommunbuss:eservice:{eservice.id}:{reader.language}",
        "title": reader.say(eservice.text),
        "x-blocks": [
            {"id": section.block, "title": reader.say(catalogue.blocks[section.block].text)}
            for section in eservice.sections
            if section.block
        ],
        **schema,
        **_all_of([*schema.get("allOf", []), *refused]),
    }


def _object(fields: Sequence[FormField], reader: Reader) -> Schema:
    asked = [field for field in fields if not field.computed]
    by_name = {field.name: field for field in fields}
    others = {field.instead_of: field.name for field in asked if field.instead_of}
    always = [field for field in asked if field.required and not field.show_if]
    return {
        "type": "object",
        "properties": {field.name: _field(field, reader) for field in fields},
        "required": [field.name for field in always if field.name not in others],
        "additionalProperties": False,
        **_all_of(
            [
                *(_answered(field, others) for field in always if field.name in others),
                *(_shown(field, field.show_if, by_name, others) for field in asked if field.show_if),
            ]
        ),
    }


def _answered(field: FormField, others: Mapping[str, str]) -> Schema:
    """The field must be there, or the one that may be answered instead."""
    if field.name not in others:
        return {"required": [field.name]}
    return {"anyOf": [{"required": [field.name]}, {"required": [others[field.name]]}]}


def _all_of(schemas: list[Schema]) -> Schema:
    return {"allOf": schemas} if schemas else {}


def _shown(field: FormField, show_if: Conditions, fields: Mapping[str, FormField], others: Mapping[str, str]) -> Schema:
    """When the condition does not hold, the field must be absent."""
    return {
        "if": _condition(show_if, fields),
        "then": _answered(field, others) if field.required else {},
        "else": {"properties": {field.name: False}},
    }


def _field(field: FormField, reader: Reader) -> Schema:
    schema = {"title": reader.say(field.text), "x-type": field.type, **_annotations(field, reader)}
    if field.computed:
        return {**schema, "type": JSON_TYPES[field.type], "readOnly": True, "not": {}}  # shown, and never sent
    if field.type == "repeat":
        item = _object(field.fields or [], reader)
    elif field.type in GROUPS:
        item = _object(GROUPS[field.type], reader) | (_SWEDISH if field.type == "address" else {})
    else:
        item = _value(field, reader)
    if not field.is_list:
        return {**schema, **item}
    unique = {} if field.type == "repeat" else {"uniqueItems": True}
    return {**schema, "type": "array", "items": item, "minItems": field.fewest, "maxItems": field.most, **unique}


def _value(field: FormField, reader: Reader) -> Schema:
    schema: Schema = {"type": JSON_TYPES.get(field.type, "string"), **LENGTHS.get(field.type, {})}
    if field.type in FORMATS:
        schema["format"] = FORMATS[field.type]
    if field.pattern:
        schema["pattern"] = re.sub(
            r"^\^", lambda _: "^" + _AROUND, re.sub(r"\$$", lambda _: _AROUND + "$", field.pattern)
        )
    elif field.type in WRITTEN:
        schema["pattern"] = WRITTEN[field.type]
    if field.type in ENUMS:
        schema["enum"] = list(ENUMS[field.type])
    if field.example is not None:
        schema["examples"] = [field.example]
    if field.type in TEXTS:
        schema |= {"minLength": field.shortest, "maxLength": field.longest}
    if field.type in ("integer", "decimal"):
        limits = {"minimum": field.smallest, "maximum": field.largest, "exclusiveMinimum": field.more_than}
        schema |= {name: limit for name, limit in limits.items() if limit is not None}
    if field.must_be is not None or field.type == PROTECTED:
        schema["enum"] = [bool(field.must_be)]
    if field.options:
        schema["oneOf"] = [{"enum": [option.value], "title": reader.say(option.text)} for option in field.options]
    return schema


def _annotations(field: FormField, reader: Reader) -> Schema:
    is_file = field.type == "file"
    found: Schema = {
        "description": reader.say(field.note.text) if field.note else None,
        "x-topic": reader.say(field.topic.text) if field.topic else None,
        "x-autocomplete": field.autocomplete,
        "x-after": field.after,
        "x-max-field": field.max_field,
        "x-min": field.min if isinstance(field.min, str) else None,
        "x-max": field.max if isinstance(field.max, str) else None,
        "x-accept": list(reader.accept) if is_file else None,
        "x-max-bytes": reader.max_bytes if is_file else None,
        "x-sensitive": field.sensitive or None,
        "x-prefill": field.prefill,
        "x-instead-of": field.instead_of,
        "x-computed": field.computed,
    }
    return {name: value for name, value in found.items() if value is not None}


def _condition(conditions: Conditions, fields: Mapping[str, FormField]) -> Schema:
    parts = [_meets(path, _expected(expected), fields) for path, expected in conditions.items()]
    return parts[0] if len(parts) == 1 else {"allOf": parts}


def _meets(path: str, expected: Schema, fields: Mapping[str, FormField]) -> Schema:
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
