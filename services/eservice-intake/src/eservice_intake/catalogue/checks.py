"""What must agree within a file and between files. Each problem is the place and what is wrong there."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from eservice_intake.catalogue.definitions import (
    CHOICES,
    LISTS,
    NUMBERS,
    PROTECTED,
    TEXTS,
    TIMES,
    Block,
    ByField,
    Conditions,
    EServiceFile,
    FormField,
)

Problems = Iterator[tuple[str, str]]

SUITS: dict[str, frozenset[str]] = {
    "options": CHOICES,
    "pattern": frozenset({"text"}),
    "example": frozenset({"text"}),
    "min_length": TEXTS,
    "max_length": TEXTS,
    "min": NUMBERS | TIMES,
    "max": NUMBERS | TIMES,
    "more_than": NUMBERS,
    "after": TIMES,
    "max_field": NUMBERS,
    "must_be": frozenset({"bool"}),
    "computed": NUMBERS,
    "multiple": frozenset({"file"}),
    "min_count": LISTS,
    "max_count": LISTS,
    "fields": frozenset({"repeat"}),
}
PROVED = {"identity_name": "text", "identity_number": "personnr"}
"""The type of an answer that a proved identity gives."""
TODAY = {"date": "today", "datetime": "now"}
SUM = re.compile(r"sum\(([a-z0-9_]+)\.([a-z0-9_]+)\)")


@dataclass(frozen=True)
class Known:
    """What an e-service may name."""

    kinds: Set[str]
    units: Set[str]
    blocks: Mapping[str, Block]
    eservices: Set[str]


def block_problems(blocks: Mapping[str, Block]) -> Problems:
    for name, block in blocks.items():
        yield from field_problems(block.fields, f"blocks.{name}.fields", {})
        fields = {field.name: field for field in block.fields}
        yield from condition_problems(f"blocks.{name}.on_behalf_if", block.on_behalf_if or {}, fields)


def eservice_problems(file: EServiceFile, known: Known) -> Problems:
    yield from _unknown("kind", [file.kind], known.kinds, "kind")
    yield from _unknown("unit", [file.unit], known.units, "unit")
    yield from _unknown("blocks", file.blocks, set(known.blocks), "block")
    if file.follow_up_of:
        yield from _unknown("follow_up_of", [file.follow_up_of], known.eservices, "e-service")
    shared = [field for block in file.blocks if block in known.blocks for field in known.blocks[block].fields]
    yield from field_problems(file.fields, "fields", {field.name: field for field in shared})
    form = {field.name: field for field in (*shared, *file.fields)}
    if form.get(file.receipt_to) is None or form[file.receipt_to].type != "email":
        yield "receipt_to", f"must name an e-mail field, and '{file.receipt_to}' is not one"
    yield from _case_problems("kind", file.kind_by_field, form, known.kinds)
    yield from _case_problems("unit", file.unit_by_field, form, known.units)
    yield from _time_problems(file, form, known.kinds)
    yield from _login_problems(file)
    for number, refusal in enumerate(file.refuse_if):
        yield from condition_problems(f"refuse_if.{number}.when", refusal.when, form)
        yield from _unknown(f"refuse_if.{number}.field", [refusal.field], set(form), "field")
        if refusal.eservice:
            yield from _unknown(f"refuse_if.{number}.eservice", [refusal.eservice], known.eservices, "e-service")


def _login_problems(file: EServiceFile) -> Problems:
    if file.login == "eid" and file.login_reason is None:
        yield (
            "login_reason",
            "is missing: name what demands a Swedish e-identification, such as a law",
        )
    if file.login != "eid" and file.login_reason is not None:
        yield "login_reason", "suits `login: eid` alone"


def _time_problems(file: EServiceFile, form: Mapping[str, FormField], kinds: Set[str]) -> Problems:
    if file.lead_time and file.lead_time.applies_to:
        yield from _unknown("lead_time.applies_to", [file.lead_time.applies_to], kinds, "kind")
    if file.deadline:
        year = form.get(file.deadline.year_field)
        if year is None or year.type != "integer":
            yield "deadline.year_field", f"must name an integer field, and '{file.deadline.year_field}' is not one"
        yield from condition_problems("deadline.unless", file.deadline.unless or {}, form)


def field_problems(fields: Sequence[FormField], path: str, earlier: Mapping[str, FormField]) -> Problems:
    """A field may only lean on fields before it, so that one pass in order settles them all."""
    seen = dict(earlier)
    for number, field in enumerate(fields):
        for attribute, what in _own_problems(field, seen):
            yield f"{path}.{number}.{attribute} ({field.name})", what
        if field.fields:
            yield from field_problems(field.fields, f"{path}.{number}.fields", {})
        seen[field.name] = field


def _own_problems(field: FormField, earlier: Mapping[str, FormField]) -> Problems:
    if field.name in earlier:
        yield "name", "is used by an earlier field"
    for attribute, types in SUITS.items():
        if attribute in field.model_fields_set and field.type not in types:
            yield attribute, f"does not suit the type '{field.type}'"
    if field.type in CHOICES and not field.options:
        yield "options", "are missing"
    if field.type == "repeat" and not field.fields:
        yield "fields", "are missing"
    values = [option.value for option in field.options or []]
    if len(values) > len(set(values)):
        yield "options", "name a value twice"
    for attribute in ("min", "max"):
        limit = getattr(field, attribute)
        if limit is not None and isinstance(limit, str) != (field.type in TIMES):
            yield attribute, f"'{limit}' does not suit the type '{field.type}'"
        if isinstance(limit, str) and limit != TODAY.get(field.type):
            yield attribute, f"'{limit}' does not suit the type '{field.type}'"
    if field.type == "file" and not field.multiple and (field.min_count or field.max_count):
        yield "multiple", "must be true where files are counted"
    yield from _identity_problems(field)
    yield from _pattern_problems(field)
    yield from _reference_problems(field, earlier)


def _identity_problems(field: FormField) -> Problems:
    if field.type == PROTECTED and not field.note:
        yield "note", "is missing: it says whom to phone instead"
    if field.prefill in PROVED and (field.type != PROVED[field.prefill] or field.show_if):
        yield "prefill", f"'{field.prefill}' suits the type '{PROVED[field.prefill]}', always shown"


def _pattern_problems(field: FormField) -> Problems:
    try:
        pattern = re.compile(field.pattern or "")
    except re.error as error:
        yield "pattern", f"is not a regular expression: {error}"
        return
    if field.pattern and field.example is None:
        yield "example", "is missing: people are shown it when they write something else"
    if field.example is not None and not pattern.search(field.example):
        yield "example", f"'{field.example}' is not what the pattern takes"


def _reference_problems(field: FormField, earlier: Mapping[str, FormField]) -> Problems:
    if field.show_if:
        yield from condition_problems("show_if", field.show_if, earlier)
    if field.instead_of is not None:
        if field.topic:
            yield "topic", "does not suit a field that stands instead of another: they are asked on one page"
        if field.instead_of not in [one.name for one in [*earlier.values()][-1:] if one.required]:
            yield "instead_of", f"'{field.instead_of}' is not a required field just before it"
    for attribute in ("after", "max_field"):
        other = getattr(field, attribute)
        if other is None:
            continue
        yield from _unknown(attribute, [other], set(earlier), "field")
        if other in earlier and earlier[other].type != field.type:
            yield attribute, f"'{other}' is not a field of the type {field.type}"
    if field.computed is not None:
        found = SUM.fullmatch(field.computed)
        group = earlier.get(found[1]) if found else None
        numbers = {sub.name for sub in (group.fields or [] if group else []) if sub.type in NUMBERS and sub.required}
        if found is None or found[2] not in numbers:
            yield "computed", f"'{field.computed}' is not a sum(group.field) of an earlier group's required number"


def condition_problems(where: str, conditions: Conditions, fields: Mapping[str, FormField]) -> Problems:
    for path, expected in conditions.items():
        name, _, sub = path.partition(".")
        field = fields.get(name)
        if field is not None and sub:
            field = next((inner for inner in field.fields or [] if inner.name == sub), None)
        if field is None:
            yield where, f"names the unknown field '{path}' (a field must come before those that depend on it)"
        elif field.options and isinstance(expected, str | list):
            wanted = expected if isinstance(expected, list) else [expected]
            yield from _unknown(where, wanted, {option.value for option in field.options}, "option")


def _case_problems(what: str, by: ByField | None, form: Mapping[str, FormField], targets: Set[str]) -> Problems:
    if by is None:
        return
    yield from _unknown(f"{what}_by_field.field", [by.field], set(form), "field")
    yield from _unknown(f"{what}_by_field.cases", by.cases, targets, what)
    options = form[by.field].options if by.field in form else None
    if options:
        values = [value for values in by.cases.values() for value in values]
        yield from _unknown(f"{what}_by_field.cases", values, {option.value for option in options}, "option")


def _unknown(where: str, names: Iterable[object], known: Set[str], what: str) -> Problems:
    for name in names:
        if name not in known:
            yield where, f"names the unknown {what} '{name}'"
