"""What people read when an answer is wrong is in words for people; the code is for programs."""

import re

import pytest

from eservice_intake.catalogue.definitions import FormField
from eservice_intake.catalogue.eservices import EService, Section
from eservice_intake.catalogue.field_types import understood
from eservice_intake.catalogue.messages import EXPECTED, MESSAGES, WORDS
from eservice_intake.catalogue.rules import judged
from shared.clock import now
from shared.errors import Violation

OPTIONS = [{"value": "buller", "sv": "Buller", "en": "Noise"}, {"value": "lukt", "sv": "Lukt", "en": "Smell"}]


def field(kind: str, **rules: object) -> FormField:
    return FormField.model_validate({"name": "x", "type": kind, "sv": "X", "en": "X", **rules})


@pytest.mark.parametrize(
    ("asked", "answer", "code", "sv", "en"),
    [
        (
            field("choice", options=OPTIONS),
            "ljud",
            "option",
            "Välj ett av: Buller, Lukt.",
            "Choose one of: Noise, Smell.",
        ),
        (field("bool"), "true", "type", "Ange ja eller nej.", "Give yes or no."),
        (
            field("bool", must_be=True),
            False,
            "must_be",
            "Du behöver svara ja för att kunna skicka in.",
            "You need to answer yes to send this in.",
        ),
        (field("decimal", more_than=0.01), 0, "more_than", "Ange mer än 0,01.", "Give more than 0.01."),
        (field("integer", max=10_000), 10_001, "max", "Ange högst 10\u00a0000.", "Give at most 10,000."),
        (field("text"), "", "min_length", "Fyll i fältet.", "Fill in the field."),
        (field("text", min_length=20), "kort", "min_length", "Skriv minst 20 tecken.", "Write at least 20 characters."),
        (
            field("text", pattern="^[A-Z]{3}$", example="ABC"),
            "abc 123",
            "pattern",
            "Skriv som i exemplet ABC.",
            "Write it as in the example ABC.",
        ),
        (field("date", max="today"), "2199-01-01", "max", "Ange senast i dag.", "Give today at the latest."),
        (field("file"), 17, "type", "Ange en bilaga.", "Give an attachment."),
    ],
)
def test_a_wrong_answer_is_told_what_to_do_as_people_speak(asked, answer, code, sv, en):
    wrong = understood(asked, answer, "x", now(), {})

    assert isinstance(wrong, Violation)
    assert (wrong.code, wrong.message.sv, wrong.message.en) == (code, sv, en)


def test_a_list_with_nothing_in_it_is_a_field_that_is_empty():
    asked = field("multi_choice", options=OPTIONS, required=True)
    eservice = EService.model_construct(sections=[Section(block=None, fields=[asked])], refuse_if=[])

    [wrong] = judged(eservice, {"x": []}, now())[1]

    assert (wrong.code, wrong.message.sv) == ("min_count", "Fyll i fältet.")


@pytest.mark.parametrize("texts", [MESSAGES, EXPECTED, WORDS], ids=["messages", "expected", "words"])
def test_no_text_speaks_to_programs(texts):
    for name, text in texts.items():
        if name in ("unknown_eservice", "datetime"):
            continue
        for words in (text.sv, text.en):
            assert not re.search(r"\b(true|false|null|JSON|POST|postal_code|easting|objekt|object)\b", words)
