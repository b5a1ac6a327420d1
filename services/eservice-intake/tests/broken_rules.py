"""Answers with one rule of their e-service broken, each way to break one."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from eservice_intake.catalogue.conditions import holds
from eservice_intake.catalogue.definitions import FormField
from eservice_intake.catalogue.rules import GROUPS
from shared.clock import day_in_sweden, now

Answers = dict[str, Any]
Broken = tuple[Answers, str, str]
ABSENT = "no_such_field"


def each_rule_broken(fields: Sequence[FormField], answers: Answers) -> Iterator[Broken]:
    """The answers with one rule broken, the path it is broken at and the code it should be called by."""
    yield {**answers, ABSENT: 1}, ABSENT, "unknown_field"
    for field in fields:
        shown = holds(field.show_if, answers) if field.show_if else True
        if field.computed:
            yield {**answers, field.name: 1}, field.name, "computed"
        elif not shown:
            yield {**answers, field.name: "x"}, field.name, "hidden"
        elif field.name in answers:
            if field.required and not may_lack(field, fields, answers):
                yield {name: answers[name] for name in answers if name != field.name}, field.name, "required"
            for wrong, path, code in wrong_answers(field, answers):
                yield {**answers, field.name: wrong}, ".".join(filter(None, [field.name, path])), code


def may_lack(field: FormField, fields: Sequence[FormField], answers: Answers) -> bool:
    is_abroad = field.type == "postal_code" and answers.get("country", "SE") != "SE"
    return is_abroad or any(one.instead_of == field.name and one.name in answers for one in fields)


def wrong_answers(field: FormField, answers: Answers) -> Iterator[tuple[Any, str, str]]:
    value = answers[field.name]
    yield None, "", "type"
    yield ("x" if not isinstance(value, str) else 17), "", "type"
    if field.is_list:
        yield from wrong_lists(field, value)
    elif field.type in GROUPS:
        yield from each_rule_broken(GROUPS[field.type], value)
    elif field.type in ("text", "textarea"):
        yield from wrong_texts(field)
    elif field.type in ("integer", "decimal"):
        yield from wrong_numbers(field, answers)
    elif field.type in ("date", "datetime"):
        yield from wrong_times(field, answers)
    elif field.type == "protected_identity":
        yield True, "", "protected_identity"
    elif field.type == "bool":
        if field.must_be is not None:
            yield not field.must_be, "", "must_be"
    elif field.type == "choice":
        yield "no_such_option", "", "option"
    else:
        yield "!", "", "format"
        if field.type in ("orgnr", "personnr"):
            yield value[:-1] + str((int(value[-1]) + 1) % 10), "", "check_digit"


def wrong_lists(field: FormField, value: list[Any]) -> Iterator[tuple[Any, str, str]]:
    if field.required:
        yield [], "", "min_count"
    yield ["x"] * (field.most + 1), "", "max_count"
    if not value:
        return
    if field.type == "repeat":
        yield [17, *value[1:]], "0", "type"
        for row, path, code in each_rule_broken(field.fields, value[0]):
            yield [row, *value[1:]], f"0.{path}", code
    else:
        yield [*value[:-1], "no_such"], str(len(value) - 1), "option" if field.options else "format"
        yield [value[0], value[0]], "1", "duplicate"


def wrong_texts(field: FormField) -> Iterator[tuple[Any, str, str]]:
    yield "å" * (field.shortest - 1), "", "min_length"
    yield " " * field.shortest, "", "min_length"
    yield "å" * (field.longest + 1), "", "max_length"
    yield "å" * field.shortest + "\0", "", "characters"
    yield "å" * field.shortest + "\ud800", "", "characters"
    if field.pattern:
        yield "å" * field.shortest, "", "pattern"


def wrong_numbers(field: FormField, answers: Answers) -> Iterator[tuple[Any, str, str]]:
    yield True, "", "type"
    yield float("nan"), "", "type"
    yield float("inf"), "", "type"
    if field.more_than is not None:
        yield field.more_than, "", "more_than"
    else:
        yield field.smallest - 1, "", "min"
    yield field.largest + 1, "", "max"
    if field.max_field:
        yield answers[field.max_field] + 1, "", "max_field"


def wrong_times(field: FormField, answers: Answers) -> Iterator[tuple[Any, str, str]]:
    yield "2026-13-45T09:00:00Z" if field.type == "datetime" else "2026-13-45", "", "format"
    yield "2026-05-01 09:00" if field.type == "datetime" else "1 maj", "", "format"
    tomorrow = (now() + timedelta(2)).isoformat()
    yesterday = (now() - timedelta(2)).isoformat()
    if field.max:
        yield tomorrow[: len(answers[field.name])] if field.type == "date" else tomorrow, "", "max"
    if field.min:
        yield yesterday[:10] if field.type == "date" else yesterday, "", "min"
    if field.after in answers and (not field.min or answers[field.after] >= day_in_sweden(now()).isoformat()):
        yield answers[field.after], "", "after"
