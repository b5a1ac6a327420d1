"""What a guide can never be: conditions that no answers meet or that all do, rules that fire in no golden case."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import pairwise

from definitions.files import Problems
from permit_guide.guide.answers import LARGEST, of_facts
from permit_guide.guide.checks import listed
from permit_guide.guide.conditions import ANY, Conditions, Expected, Limits
from permit_guide.guide.definitions import Golden, Guide, Question
from permit_guide.guide.judging import Verdict, result_of
from shared.errors import Invalid, Text, Violation

NUMBERS = frozenset({"a number"})


def analysis_problems(guide: Guide) -> Problems:
    """Of a guide whose names are all known. Rules are looked for in golden cases when all of those go well."""
    conditions = {f"questions.{question.id}.ask_if": question.ask_if for question in guide.questions}
    conditions |= {f"rules.{rule.id}.when": rule.when for rule in guide.rules}
    for where, wanted in conditions.items():
        if needed(wanted, guide) is None:
            yield where, "can never hold: no answers meet it"
        idle = [name for name, expected in wanted.items() if _takes_everybody(guide.by_id[name], expected)]
        yield from ((f"{where}.{name}", "always holds: it can be left out") for name in idle)
    outcomes = [tried(guide, golden) for golden in guide.golden]
    if all(wrong is None for wrong, _ in outcomes):
        fired = set[str]().union(*(rules for _, rules in outcomes))
        yield from ((f"rules.{rule.id}", "fires in no golden case") for rule in guide.rules if rule.id not in fired)


def needed(conditions: Conditions, guide: Guide) -> dict[str, frozenset[object]] | None:
    """Which answers they take, with those that their questions are asked after. None when no answers will do."""
    found: dict[str, frozenset[object]] = {}
    waiting = list(conditions.items())
    while waiting:
        name, expected = waiting.pop()
        question = guide.by_id[name]
        values = _values(question, expected)
        several = question.type in ("multi", "number")
        found[name] = values if several else found.get(name, values) & values
        if not found[name]:
            return None
        waiting += question.ask_if.items()
    return found


def _values(question: Question, expected: Expected) -> frozenset[object]:
    if isinstance(expected, Limits):
        return NUMBERS if _has_room(expected) else frozenset()
    if question.type == "bool":
        return frozenset([True, False] if expected == ANY else [expected])
    if isinstance(expected, str | list) and expected != ANY:
        return frozenset(listed(expected))
    return question.values or NUMBERS


def _has_room(limits: Limits) -> bool:
    """Whether there is a number within: one of the limits, or what lies halfway between two."""
    given = {Decimal(0), Decimal(LARGEST), *(one for one in vars(limits).values() if one is not None)}
    ordered = sorted(one for one in given if 0 <= one <= LARGEST)
    between = [(one + other) / 2 for one, other in pairwise(ordered)]
    return any(limits.allow(one) for one in (*ordered, *between))


def _takes_everybody(question: Question, expected: Expected) -> bool:
    """Whether everybody is asked, must answer, and every answer will do."""
    if question.ask_if or question.optional:
        return False
    if isinstance(expected, Limits):
        return expected.allow(Decimal(0)) and expected.allow(Decimal(LARGEST))
    return expected == ANY or (isinstance(expected, list) and set(expected) >= question.values)


def tried(guide: Guide, golden: Golden) -> tuple[Text | None, set[str]]:
    """What the case is not as expected in, and the rules that fire."""
    try:
        result = result_of(guide, of_facts(guide, golden.facts), golden.day or guide.tested_on)
    except Invalid as invalid:
        return _in_one(invalid.violations), set()
    fired = {one.rule.id for one in result.judged if one.verdict is Verdict.FIRED}
    given = {one.id for one in result.obliged}
    if given != set(golden.expect):
        obliged = ", ".join(sorted(given))
        return Text(sv=f"leder till {obliged or 'ingenting'}", en=f"obliges to {obliged or 'nothing'}"), fired
    if golden.fired is not None and fired != set(golden.fired):
        rules = ", ".join(sorted(fired))
        return Text(sv=f"beror på {rules or 'ingen regel'}", en=f"is by {rules or 'no rule'}"), fired
    return None, fired


def _in_one(violations: Iterable[Violation]) -> Text:
    sv, en = ("; ".join(f"{one.field}: {one.message.in_language(each)}" for one in violations) for each in ("sv", "en"))
    return Text(sv=sv, en=en)
