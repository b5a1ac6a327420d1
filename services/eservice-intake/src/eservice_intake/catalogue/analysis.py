"""What a form can never be: conditions that no answers meet or that all do, options that lead nowhere, dead rules.

A condition leans on earlier fields only, so that there are no cycles. Each is tried on every combination of what
the fields it names can be: of a choice its options, of a number what lies between and at the limits that are named.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, product
from typing import Any

from eservice_intake.catalogue.conditions import holds
from eservice_intake.catalogue.definitions import Comparison, Conditions, EServiceFile, FormField

Problems = Iterator[tuple[str, str]]
Form = Mapping[str, FormField]
MISSING = object()
MOST_COMBINATIONS = 20_000
"""More than any form needs; what has more is not judged."""


def analysis_problems(file: EServiceFile, form: Form) -> Problems:
    """Of a form whose names are all known."""
    for number, field in enumerate(file.fields):
        place = f"fields.{number}"
        if field.show_if:
            yield from _judged(f"{place}.show_if ({field.name})", field.show_if, form)
        yield from _within(place, field)
    for number, refusal in enumerate(file.refuse_if):
        yield from _judged(f"refuse_if.{number}.when", refusal.when, form)
    if file.deadline and file.deadline.unless:
        yield from _judged("deadline.unless", file.deadline.unless, form)
    for what, by in (("kind", file.kind_by_field), ("unit", file.unit_by_field)):
        if by:
            yield from _dead_cases(f"{what}_by_field.cases", by.cases)


def _within(place: str, field: FormField) -> Problems:
    inner = {one.name: one for one in field.fields or []}
    for number, one in enumerate(field.fields or []):
        if one.show_if:
            yield from _judged(f"{place}.fields.{number}.show_if ({one.name})", one.show_if, inner)


def _judged(place: str, conditions: Conditions, form: Form) -> Problems:
    outcomes = {holds(conditions, answers) for answers in _possible(conditions, form)}
    if outcomes == {False}:
        yield place, "can never hold: no answers to the questions that it names meet it"
    elif outcomes == {True}:
        yield place, "always holds: it can be left out"


def _dead_cases(place: str, cases: Mapping[str, Sequence[Any]]) -> Problems:
    seen: dict[Any, str] = {}
    for case, value in ((case, value) for case, values in cases.items() for value in values):
        if value in seen:
            yield place, f"'{case}' never applies to {value!r}, which '{seen[value]}' has taken"
        seen.setdefault(value, case)


def _possible(conditions: Conditions, form: Form) -> Iterator[dict[str, Any]]:
    """Every combination of answers to the questions that are named, and to those that decide whether they are asked."""
    named = _named(conditions, form)
    domains = [_domain(form[name], [conditions, *(form[one].show_if or {} for one in named)]) for name in named]
    if math.prod(map(len, domains)) > MOST_COMBINATIONS:
        return
    for values in product(*domains):
        answers = {name: value for name, value in zip(named, values, strict=True) if value is not MISSING}
        if all(_fits(form[name], answers) for name in named):
            yield answers


def _named(conditions: Conditions, form: Form) -> list[str]:
    found: list[str] = []
    for path in conditions:
        name = path.partition(".")[0]
        found += [one for one in (*_named(form[name].show_if or {}, form), name) if one not in found]
    return found


def _fits(field: FormField, answers: Mapping[str, Any]) -> bool:
    """Whether the question is answered when it is asked, and not otherwise."""
    asked = field.show_if is None or bool(holds(field.show_if, answers))
    if field.name not in answers:
        return not asked or not field.required
    return asked


def _domain(field: FormField, conditions: Sequence[Conditions]) -> list[Any]:
    """What the answer can be, as far as conditions tell answers apart; and that it is not there."""
    named = [(path, one) for each in conditions for path, one in each.items() if path.partition(".")[0] == field.name]
    if field.type == "repeat":
        return [MISSING, *_rows(field, named)]
    return [MISSING, *_values(field, [expected for _, expected in named])]


def _rows(field: FormField, named: Sequence[tuple[str, Any]]) -> list[Any]:
    inner = {one.name: one for one in field.fields or []}
    alone = [
        [{path.partition(".")[2]: value}]
        for path, expected in named
        for value in _values(inner[path.partition(".")[2]], [expected])
    ]
    return [[], *alone, [row for rows in alone for row in rows]]


def _values(field: FormField, expected: Sequence[Any]) -> list[Any]:
    wanted = [
        value
        for one in expected
        if not isinstance(one, Comparison)
        for value in (one if isinstance(one, list) else [one])
    ]
    if field.options:
        values = [option.value for option in field.options]
        return [[value] for value in values] + [values] if field.is_list else values
    if field.type == "bool":
        return [True, False] if field.must_be is None else [field.must_be]
    if field.type in ("integer", "decimal"):
        limits = [one for each in expected if isinstance(each, Comparison) for one in each.model_dump().values()]
        numbers = _numbers([*limits, *wanted, field.smallest, field.largest, field.more_than])
        return [one for one in numbers if _allowed(field, one)]
    return [*wanted, "something else"]


def _numbers(limits: Sequence[Any]) -> list[Any]:
    """At each limit, beside it, and between each two: enough to meet whatever they tell apart."""
    known = sorted({one for one in limits if isinstance(one, int | float) and not isinstance(one, bool)})
    between = [(one + other) / 2 for one, other in pairwise(known)]
    return sorted({*between, *(one + aside for one in known for aside in (-1, 0, 1))})


def _allowed(field: FormField, value: float) -> bool:
    least, most = field.smallest, field.largest
    above = field.more_than is None or value > field.more_than
    whole = field.type == "decimal" or value == int(value)
    return whole and above and (least is None or value >= least) and (most is None or value <= most)
