"""The guide of the package: its cases hold, and no rule could be another without a case that says so."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from permit_guide.guide.analysis import analysis_problems, needed, tried
from permit_guide.guide.conditions import ANY, Limits
from permit_guide.guide.definitions import Guide, Rule
from permit_guide.guide.loading import current
from testkit.citations import LEGAL_BASIS

GUIDE = current()
NEAREST = Decimal("0.1")


def with_rule(number: int, **changes: Any) -> Guide:
    rules = list(GUIDE.rules)
    rules[number] = rules[number].model_copy(update=changes)
    return GUIDE.model_copy(update={"rules": rules})


def without(rule: Rule, name: str) -> dict[str, Any]:
    return {one: expected for one, expected in rule.when.items() if one != name}


def other_conditions(rule: Rule) -> Iterator[dict[str, Any]]:
    """The rule's conditions, each left out, turned round, with a value fewer, or with another limit."""
    for name, expected in rule.when.items():
        yield without(rule, name)
        if isinstance(expected, bool):
            yield rule.when | {name: not expected}
        if isinstance(expected, Limits) and expected.gte is not None:
            yield rule.when | {name: Limits(gt=expected.gte)}
            yield rule.when | {name: Limits(gte=expected.gte - NEAREST)}
        values = [expected] if isinstance(expected, str) and expected != ANY else expected
        if isinstance(values, list):
            others = GUIDE.by_id[name].values - set(values)
            yield from (rule.when | {name: [one for one in values if one != value] or ["?"]} for value in values)
            yield rule.when | {name: sorted(others)}


def other_days(rule: Rule) -> Iterator[dict[str, Any]]:
    for field, day in (("valid_from", rule.valid_from), ("valid_to", rule.valid_to)):
        if day:
            yield from ({field: other} for other in (None, day + timedelta(days=1), day - timedelta(days=1)))


def mutants() -> Iterator[tuple[str, Guide]]:
    for number, rule in enumerate(GUIDE.rules):
        another = "bygglov" if rule.obligation == "miljotillstand" else "miljotillstand"
        yield f"{rule.id} obliges to something else", with_rule(number, obligation=another)
        yield f"{rule.id} never applies", with_rule(number, valid_to=date(1900, 1, 1))
        for when in other_conditions(rule):
            yield f"{rule.id} when {when}", with_rule(number, when=when)
        for days in other_days(rule):
            yield f"{rule.id} {days}", with_rule(number, **days)


@pytest.mark.parametrize("golden", GUIDE.golden, ids=lambda golden: golden.name)
def test_a_golden_case_is_obliged_to_what_it_says(golden):
    wrong, _ = tried(GUIDE, golden)

    assert wrong is None


@pytest.mark.parametrize("changed", [guide for _, guide in mutants()], ids=[name for name, _ in mutants()])
def test_a_rule_that_is_changed_fails_a_case(changed):
    assert any(tried(changed, golden)[0] for golden in changed.golden)


@pytest.mark.parametrize("question", GUIDE.questions, ids=lambda question: question.id)
def test_every_question_is_asked_of_somebody(question):
    assert needed(question.ask_if, GUIDE) is not None


@pytest.mark.parametrize("rule", GUIDE.rules, ids=lambda rule: rule.id)
def test_a_law_is_referred_to_as_lawyers_do(rule):
    assert [law for law in rule.legal if not LEGAL_BASIS["sv"].fullmatch(law)] == []


def test_nothing_in_the_guide_is_in_vain():
    assert list(analysis_problems(GUIDE)) == []
