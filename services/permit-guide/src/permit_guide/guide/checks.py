"""What must agree within a guide. Each problem is the place and what is wrong there."""

from collections.abc import Container, Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from definitions.files import Problems
from permit_guide.guide.conditions import ANY, Conditions, Expected, Limits
from permit_guide.guide.definitions import RESERVED, Guide, Headings, Question

NAME = "tillstandsguide"
"""Of the one guide there is."""


def problems(guide: Guide) -> Problems:
    """Of names and of what suits what: nothing else can be asked of a guide that has any."""
    if guide.id != NAME:
        yield "id", f"must be '{NAME}': there is one guide"
    yield from _question_problems(guide)
    yield from _rule_problems(guide)
    yield from _obligation_problems(guide)


def _question_problems(guide: Guide) -> Problems:
    seen: dict[str, Question] = {}
    for question in guide.questions:
        where = f"questions.{question.id}"
        if question.id in seen:
            yield where, "is asked twice"
        if question.id in RESERVED:
            yield where, "needs another id: an address has that for something else"
        if (question.type in ("choice", "multi")) != bool(question.options):
            yield f"{where}.options", f"do not suit the type '{question.type}'"
        if len(question.values) < len(question.options):
            yield f"{where}.options", "name a value twice"
        yield from _condition_problems(f"{where}.ask_if", question.ask_if, seen)
        seen[question.id] = question


def _rule_problems(guide: Guide) -> Problems:
    ids = [rule.id for rule in guide.rules]
    for rule in guide.rules:
        where = f"rules.{rule.id}"
        if ids.count(rule.id) > 1:
            yield where, "is there twice"
        if bool(rule.when) == rule.unsure:
            yield f"{where}.when", "says when it fires, unless it fires when somebody is unsure"
        yield from _unknown(f"{where}.obligation", [rule.obligation], guide.obligations, "obligation")
        yield from _unknown(f"{where}.kind", [rule.kind], guide.kinds, "kind")
        if rule.valid_from and rule.valid_to and rule.valid_to < rule.valid_from:
            yield f"{where}.valid_to", "is before valid_from"
        yield from _condition_problems(f"{where}.when", rule.when, guide.by_id)


def _condition_problems(where: str, conditions: Conditions, known: Mapping[str, Question]) -> Problems:
    for name, expected in conditions.items():
        question = known.get(name)
        if question is None:
            yield where, f"names the unknown question '{name}' (one must come before those that depend on it)"
        elif expected != ANY:
            yield from _expected_problems(f"{where}.{name}", question, expected)


def _expected_problems(where: str, question: Question, expected: Expected) -> Problems:
    suits = {"bool": bool, "number": Limits}.get(question.type, str | list)
    if not isinstance(expected, suits):
        yield where, f"does not suit a question of the type '{question.type}'"
    elif isinstance(expected, Limits) and not expected.model_dump(exclude_none=True):
        yield where, "has no limit"
    elif isinstance(expected, str | list):
        yield from _unknown(where, listed(expected), question.values, "answer")


def listed(expected: str | list[str]) -> list[str]:
    return expected if isinstance(expected, list) else [expected]


def _obligation_problems(guide: Guide) -> Problems:
    for name, obligation in guide.obligations.items():
        where = f"obligations.{name}"
        yield from _unknown(f"{where}.authority", [obligation.authority], guide.authorities, "authority")
        yield from _unknown(f"{where}.requires_first", obligation.requires_first, guide.obligations, "obligation")
        yield from _unknown(f"{where}.fills", obligation.fills.values(), guide.by_id, "question")
        if obligation.authority in guide.authorities:
            yield from _heading_problems(guide, name)
    try:
        TopologicalSorter({name: one.requires_first for name, one in guide.obligations.items()}).prepare()
    except CycleError as error:
        yield "obligations", f"come before each other: {', '.join(error.args[1])}"


def _heading_problems(guide: Guide, name: str) -> Problems:
    kinds = {rule.kind for rule in guide.rules if rule.obligation == name}
    if not kinds:
        yield f"obligations.{name}", "is never obliged to: no rule names it"
    for kind in kinds & guide.kinds.keys():
        told = guide.headings_of(guide.obligations[name], kind)
        for heading in Headings.model_fields.keys() - told.keys():
            yield f"obligations.{name}.headings.{heading}", f"is missing, for the kind '{kind}' and its authority too"


def _unknown(where: str, names: Iterable[str], known: Container[str], what: str) -> Problems:
    for name in names:
        if name not in known:
            yield where, f"names the unknown {what} '{name}'"
