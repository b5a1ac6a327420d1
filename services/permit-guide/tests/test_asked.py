"""What a guide that is tried asks of whoever answers so."""

from typing import Any

import pytest

from permit_guide.guide.conditions import ANY, Limits
from permit_guide.guide.definitions import Guide, Option, Question
from permit_guide.guide.trials import GuideTrials
from shared.clock import now


def question(name: str, kind: str = "bool", **ask_if: Any) -> Question:
    options = [Option.model_construct(value=value) for value in "abc"] if kind == "multi" else []
    return Question.model_construct(id=name, type=kind, options=options, ask_if=ask_if)


def asked(answers: dict[str, Any], *questions: Question) -> list[str]:
    return GuideTrials().asks(Guide.model_construct(questions=[*questions]), answers)


@pytest.mark.parametrize(
    ("kind", "expected", "given", "is_asked"),
    [
        ("bool", True, True, True),
        ("bool", True, "vet_ej", False),
        ("multi", ["a", "b"], ["b", "c"], True),
        ("multi", ["a", "b"], ["c"], False),
        ("multi", ANY, ["c"], True),
        ("bool", ANY, "vet_ej", False),
        ("number", Limits(gte=14), "14", True),
        ("number", Limits(gte=14), "13,9", False),
        ("number", Limits(gte=14), "många", False),
    ],
)
def test_a_question_is_asked_when_what_it_hangs_on_is_answered_so(kind: str, expected: Any, given: Any, is_asked: bool):
    found = asked({"first": given}, question("first", kind), question("second", first=expected))

    assert found == (["first", "second"] if is_asked else ["first"])


def test_of_whoever_has_not_answered_only_what_everybody_is_asked_is_asked():
    assert asked({}, question("first"), question("second", first=ANY), question("third")) == ["first", "third"]


def test_an_answer_to_what_is_not_asked_counts_for_nothing():
    questions = question("first"), question("second", first=True), question("third", second=True)

    assert asked({"first": False, "second": True}, *questions) == ["first"]


def test_an_answer_to_what_is_not_asked_is_not_judged():
    guide = Guide.model_construct(questions=[question("first"), question("second", first=True)])

    judged = GuideTrials().judge(guide, {"first": False, "second": "perhaps"}, now())
    asked_too = GuideTrials().judge(guide, {"first": True, "second": "perhaps"}, now())

    assert judged == []
    assert [one.field for one in asked_too] == ["second"]
