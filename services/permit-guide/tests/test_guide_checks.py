"""What is wrong within a guide is named by its place."""

from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from definitions.published import Published
from permit_guide.guide.analysis import analysis_problems, needed
from permit_guide.guide.checks import problems
from permit_guide.guide.conditions import Limits
from permit_guide.guide.definitions import Guide
from permit_guide.guide.loading import GUIDES, Guides
from permit_guide.guide.trials import GuideTrials
from shared.clock import now

TEXT = GUIDES.file.read_text("utf-8")
FILE: dict[str, Any] = yaml.safe_load(TEXT)
SECTORS = [option["value"] for option in FILE["questions"][0]["options"]]


def changed(*path: Any, to: Any) -> Guide:
    data = yaml.safe_load(TEXT)
    place = data
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = to
    return Guide.model_validate(data)


def number_of(rule_id: str) -> int:
    return [rule["id"] for rule in FILE["rules"]].index(rule_id)


@pytest.mark.parametrize(
    ("path", "value", "where", "what"),
    [
        (("questions", 1, "ask_if"), {"nothing": True}, "questions.handles_food.ask_if", "unknown question 'nothing'"),
        (("questions", 1, "ask_if"), {"premises": "hemma"}, "questions.handles_food.ask_if", "must come before"),
        (("questions", 1, "ask_if"), {"sector": ["x"]}, "questions.handles_food.ask_if.sector", "unknown answer 'x'"),
        (("questions", 1, "id"), "sector", "questions.sector", "asked twice"),
        (("questions", 1, "options"), [{"value": "x", "sv": "x", "en": "x"}], "questions.handles_food.options", "suit"),
        (("questions", 2, "ask_if"), {"handles_food": "x"}, "questions.serves_alcohol.ask_if.handles_food", "suit"),
        (("questions", 1, "id"), "definition", "questions.definition", "another id"),
        (("id",), "guiden", "id", "there is one guide"),
        (("rules", 0, "when"), {}, "rules.R1.when", "says when it fires"),
        (("rules", 0, "id"), "R2", "rules.R2", "there twice"),
        (("rules", 0, "obligation"), "nothing", "rules.R1.obligation", "unknown obligation 'nothing'"),
        (("rules", number_of("R14"), "when"), {"refrigerant_co2e": {}}, "rules.R14.when.refrigerant_co2e", "no limit"),
        (("rules", number_of("R18"), "valid_to"), "2025-01-01", "rules.R18.valid_to", "before valid_from"),
        (("obligations", "bygglov", "authority"), "x", "obligations.bygglov.authority", "unknown authority 'x'"),
        (("obligations", "bygglov", "requires_first"), ["bygglov"], "obligations", "come before each other"),
        (("obligations", "bygglov", "requires_first"), ["x"], "obligations.bygglov.requires_first", "unknown"),
        (("obligations", "varmepump", "fills"), {"place": "x"}, "obligations.varmepump.fills", "unknown question 'x'"),
        (("kinds", "info", "headings"), {}, "obligations.livsmedelskontroll.headings.duration", "is missing"),
    ],
)
def test_a_problem_is_named_by_its_place(path, value, where, what):
    if path[-1] == "valid_to":
        value = yaml.safe_load(value)

    found = list(problems(changed(*path, to=value)))

    assert [one for one in found if one[0] == where and what in one[1]], found


@pytest.mark.parametrize(
    ("path", "value", "where", "what"),
    [
        (("rules", 0, "when"), {"handles_food": True, "mpf_class": "C"}, "rules.R1.when", "can never hold"),
        (("rules", 0, "when"), {"refrigerant_co2e": {"gt": 5, "lt": 5}}, "rules.R1.when", "can never hold"),
        (("rules", 0, "when"), {"refrigerant_co2e": {"gt": 1_000_000}}, "rules.R1.when", "can never hold"),
        (("rules", 0, "when"), {"refrigerant_co2e": {"gte": 0}}, "rules.R1.when.refrigerant_co2e", "always holds"),
        (("rules", 0, "when"), {"own_water": "*"}, "rules.R1.when.own_water", "always holds"),
        (("questions", 1, "ask_if"), {"sector": SECTORS}, "questions.handles_food.ask_if.sector", "always holds"),
        (("golden",), FILE["golden"][:12], "rules.R18", "fires in no golden case"),
    ],
)
def test_what_cannot_be_meant_is_named_by_its_place(path, value, where, what):
    found = list(analysis_problems(changed(*path, to=value)))

    assert [one for one in found if one[0] == where and what in one[1]], found


@pytest.mark.parametrize(
    ("wanted", "is_possible"),
    [({"gt": 5, "lt": 6}, True), ({"gte": 5, "lte": 5}, True), ({"gt": 5, "lte": 5}, False), ({"lt": 0}, False)],
)
def test_limits_leave_room_for_a_number_or_not(wanted, is_possible):
    conditions = {"refrigerant_co2e": Limits.model_validate(wanted)}

    assert (needed(conditions, Guide.model_validate(FILE)) is not None) == is_possible


def test_a_golden_case_that_goes_wrong_is_told_with_what_became_of_it():
    unlike = [{**FILE["golden"][0], "expect": []}, {**FILE["golden"][1], "facts": {"sector": "x"}}]

    found = GuideTrials().golden(changed("golden", to=unlike), now())

    assert [one.passed for one in found] == [False, False]
    assert "obliges to livsmedel-registrering" in found[0].found.en
    assert "not one of the choices" in found[1].found.en


def test_a_file_with_anything_else_in_it_is_refused():
    with pytest.raises(ValidationError, match="colour"):
        Guide.model_validate(FILE | {"colour": "red"})


def test_a_broken_file_ends_the_process_with_the_place(tmp_path):
    broken = tmp_path / "broken.yaml"
    broken.write_text(TEXT.replace("when: {handles_food: true}", "when: {handle_food: true}"))

    with pytest.raises(SystemExit, match=r"broken.yaml: rules.R1.when: names the unknown question 'handle_food'"):
        Published(Guides(broken)).current()
