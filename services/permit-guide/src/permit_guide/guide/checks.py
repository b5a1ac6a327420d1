"""What must agree within a guide. Each problem is the place and what is wrong there."""

from collections.abc import Container, Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from definitions.files import Problems
from permit_guide.guide.answers import of_facts
from permit_guide.guide.conditions import ANY, Conditions, Expected, Limits
from permit_guide.guide.definitions import Golden, Guide, Headings, Question
from permit_guide.guide.judging import Verdict, result_of
from shared.errors import Invalid


def problems(guide: Guide) -> Problems:
    """What hangs on names is looked at when all of them are known, and golden cases when all else is right."""
    yield from next((found for look in LOOKS if (found := list(look(guide)))), [])


def _name_problems(guide: Guide) -> Problems:
    yield from _question_problems(guide)
    yield from _rule_problems(guide)
    yield from _obligation_problems(guide)


def _never_problems(guide: Guide) -> Problems:
    conditions = {f"questions.{question.id}.ask_if": question.ask_if for question in guide.questions}
    conditions |= {f"rules.{rule.id}.when": rule.when for rule in guide.rules}
    for where, wanted in conditions.items():
        if needed(wanted, guide.by_id) is None:
            yield where, "can never hold"


def _question_problems(guide: Guide) -> Problems:
    seen: dict[str, Question] = {}
    for question in guide.questions:
        where = f"questions.{question.id}"
        if question.id in seen:
            yield where, "is asked twice"
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
        yield from _unknown(where, _listed(expected), question.values, "answer")


def _listed(expected: str | list[str]) -> list[str]:
    return expected if isinstance(expected, list) else [expected]


def needed(conditions: Conditions, known: Mapping[str, Question]) -> dict[str, frozenset[object]] | None:
    """Which answers they take, with those that their questions are asked after. None when no answers will do."""
    found: dict[str, frozenset[object]] = {}
    waiting = list(conditions.items())
    while waiting:
        name, expected = waiting.pop()
        question = known[name]
        values = _values(question, expected)
        several = question.type in ("multi", "number")
        found[name] = values if several else found.get(name, values) & values
        if not found[name]:
            return None
        waiting += question.ask_if.items()
    return found


def _values(question: Question, expected: Expected) -> frozenset[object]:
    if question.type == "bool":
        return frozenset([True, False] if expected == ANY else [expected])
    if isinstance(expected, str | list) and expected != ANY:
        return frozenset(_listed(expected))
    return question.values or frozenset(["a number"])


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


def _golden_problems(guide: Guide) -> Problems:
    fired: set[str] = set()
    for golden in guide.golden_cases:
        try:
            wrong, rules = tried(guide, golden)
        except Invalid as invalid:
            wrong, rules = "; ".join(f"{one.field}: {one.message.en}" for one in invalid.violations), set()
        fired |= rules
        if wrong:
            yield f"golden_cases ({golden.name})", wrong
    for rule in guide.rules:
        if rule.id not in fired:
            yield f"rules.{rule.id}", "fires in no golden case"


def tried(guide: Guide, golden: Golden) -> tuple[str | None, set[str]]:
    """What the case is not as expected in, and the rules that fire. Raises Invalid."""
    result = result_of(guide, of_facts(guide, golden.facts), golden.day or guide.tested_on)
    fired = {one.rule.id for one in result.judged if one.verdict is Verdict.FIRED}
    given = {one.id for one in result.obliged}
    if given != set(golden.expect):
        return f"obliges to {', '.join(sorted(given)) or 'nothing'}", fired
    if golden.fired is not None and fired != set(golden.fired):
        return f"is by {', '.join(sorted(fired)) or 'no rule'}", fired
    return None, fired


LOOKS = (_name_problems, _never_problems, _golden_problems)
