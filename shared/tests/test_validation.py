"""What is wrong with a field of a form is said in words for people."""

from enum import StrEnum
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field, ValidationError

from web.validation import MESSAGES, violation_of


class Offer(StrEnum):
    SALE = "sale"
    RENT = "rent"


class Form(BaseModel):
    offer: Offer = Offer.SALE
    language: Literal["sv", "en"] = "sv"
    consent: Annotated[bool, Field(strict=True)] = True
    name: Annotated[str, Field(min_length=1, max_length=10_000)] = "x"
    price: Annotated[float, Field(ge=0.01, le=10_000)] = 1
    code: Annotated[str, Field(pattern="^[A-Z]+$")] = "A"
    rows: Annotated[list[int], Field(min_length=1)] = [1]
    color: complex = 1j


@pytest.mark.parametrize(
    ("answers", "code", "sv", "en"),
    [
        ({"offer": "gift"}, "enum", "Välj ett av: sale, rent.", "Choose one of: sale, rent."),
        ({"language": "de"}, "literal_error", "Välj ett av: sv, en.", "Choose one of: sv, en."),
        ({"consent": "yes"}, "bool_type", "Svara ja eller nej.", "Answer yes or no."),
        ({"name": ""}, "string_too_short", "Fyll i fältet.", "Fill in the field."),
        ({"rows": []}, "too_short", "Fyll i fältet.", "Fill in the field."),
        (
            {"name": "x" * 10_001},
            "string_too_long",
            "Skriv högst 10\u00a0000 tecken.",
            "Write at most 10,000 characters.",
        ),
        ({"price": 0}, "greater_than_equal", "Ange minst 0,01.", "Give at least 0.01."),
        (
            {"code": "å"},
            "string_pattern_mismatch",
            "Kontrollera att det är rätt skrivet.",
            "Check that it is spelled right.",
        ),
    ],
)
def test_a_wrong_field_is_told_what_to_do_as_people_speak(answers, code, sv, en):
    with pytest.raises(ValidationError) as wrong:
        Form.model_validate(answers)

    [violation] = [violation_of({**error, "loc": ("body", *error["loc"])}) for error in wrong.value.errors()]
    assert (violation.field, violation.code) == (next(iter(answers)), code)
    assert (violation.message.sv, violation.message.en) == (sv, en)


def test_an_error_without_words_of_its_own_says_nothing_of_what_was_sent():
    with pytest.raises(ValidationError) as wrong:
        Form.model_validate({"color": "070-123 45 67"})

    [error] = wrong.value.errors()
    violation = violation_of({**error, "loc": ("body", *error["loc"])})
    assert error["type"] not in MESSAGES
    assert violation.message == MESSAGES["other"]


def test_every_text_is_there_in_both_languages():
    assert all(text.sv.endswith(".") and text.en.endswith(".") for text in MESSAGES.values())
