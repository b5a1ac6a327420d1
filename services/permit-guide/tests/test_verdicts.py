"""What a rule makes of answers: it fires, does not match, cannot tell yet, or is in error."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from permit_guide.guide.conditions import Limits
from permit_guide.guide.definitions import Guide, Question, Rule
from permit_guide.guide.judging import Verdict, judge

DAY = date(2026, 11, 27)
SEATS = Question.model_construct(id="seats", type="number", ask_if={})
GUIDE = Guide.model_construct(questions=[SEATS], rules=[])
MANY = Rule.model_construct(id="R1", when={"seats": Limits(gte=10)}, obligation="brandskydd", kind="anmalan")


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        ({"seats": Decimal(12)}, Verdict.FIRED),
        ({"seats": Decimal(9)}, Verdict.NO_MATCH),
        ({}, Verdict.CANNOT_TELL),
        ({"seats": True}, Verdict.ERROR),
    ],
    ids=lambda one: str(one) if isinstance(one, Verdict) else "",
)
def test_a_rule_says_one_of_four_things_of_the_answers(answers: dict[str, Any], verdict: Verdict):
    assert judge(MANY, GUIDE, answers, DAY).verdict is verdict


def test_a_rule_in_error_names_the_questions_that_it_asks():
    assert judge(MANY, GUIDE, {"seats": True}, DAY).because == ("seats",)
