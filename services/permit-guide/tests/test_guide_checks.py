"""What is wrong within a guide is named by its place."""

from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from permit_guide.guide import loading
from permit_guide.guide.checks import problems
from permit_guide.guide.definitions import Guide

FILE: dict[str, Any] = yaml.safe_load(loading.FILE.read_text())


def changed(*path: Any, to: Any) -> Guide:
    data = yaml.safe_load(loading.FILE.read_text())
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
        (("rules", 0, "when"), {"handles_food": True, "mpf_class": "C"}, "rules.R1.when", "can never hold"),
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
        (
            ("golden_cases", 0, "expect"),
            [],
            "golden_cases (café i befintlig lokal)",
            "obliges to livsmedel-registrering",
        ),
        (
            ("golden_cases", 0, "facts"),
            {"sector": "x"},
            "golden_cases (café i befintlig lokal)",
            "not one of the choices",
        ),
        (("golden_cases",), FILE["golden_cases"][:12], "rules.R18", "fires in no golden case"),
    ],
)
def test_a_problem_is_named_by_its_place(path, value, where, what):
    if path[-1] == "valid_to":
        value = yaml.safe_load(value)

    found = list(problems(changed(*path, to=value)))

    assert [one for one in found if one[0] == where and what in one[1]], found


def test_a_file_with_anything_else_in_it_is_refused():
    with pytest.raises(ValidationError, match="colour"):
        Guide.model_validate(FILE | {"colour": "red"})


def test_a_broken_file_ends_the_process_with_the_place(tmp_path, monkeypatch):
    broken = tmp_path / "broken.yaml"
    broken.write_text(loading.FILE.read_text().replace("when: {handles_food: true}", "when: {handle_food: true}"))
    monkeypatch.setattr(loading, "FILE", broken)

    with pytest.raises(SystemExit, match=r"broken.yaml: rules.R1.when: names the unknown question 'handle_food'"):
        loading.current.__wrapped__()
