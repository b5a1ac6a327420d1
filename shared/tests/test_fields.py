import json
from typing import Annotated

import pytest
from pydantic import BaseModel, Field, ValidationError

from shared.fields import Email, Line, Prose, WebAddress
from shared.text import LONGEST_LINE, LONGEST_PROSE

QA = "\u0958"
"""One letter that becomes two when it is composed."""


class Limits(BaseModel):
    line: Line = Field("x", max_length=4)
    prose: Prose | None = Field(None, max_length=4)
    words: list[Annotated[Line, Field(max_length=4)]] = []
    url: WebAddress = "https://example.com/"


class Form(BaseModel):
    line: Line = "x"
    prose: Prose = "x"
    email: Email = "name@example.com"
    url: WebAddress = "https://example.com"


def test_a_line_is_trimmed_and_composed():
    assert Form(line="  A\u030as ").line == "Ås"


@pytest.mark.parametrize("text", ["", "  ", "nul\0", "two\nlines", "\x1b[31m"])
def test_what_is_no_line_is_refused(text):
    with pytest.raises(ValidationError, match="line"):
        Form(line=text)


def test_prose_keeps_its_lines_whatever_the_system():
    assert Form(prose="one\r\ntwo\rthree\n\tfour").prose == "one\ntwo\nthree\n\tfour"


@pytest.mark.parametrize("text", ["", "nul\0", "bell\a"])
def test_prose_no_database_can_keep_is_refused(text):
    with pytest.raises(ValidationError, match="prose"):
        Form(prose=text)


@pytest.mark.parametrize("address", ["name@example.com", " åsa@exempel.se ", "a+b@sub.example.com"])
def test_an_email_address_is_accepted(address):
    assert Form(email=address).email == address.strip()


@pytest.mark.parametrize("address", ["", "name", "name@", "@example.com", "a@b@example.com", "a\n@example.com"])
def test_what_is_no_email_address_is_refused(address):
    with pytest.raises(ValidationError, match="email"):
        Form(email=address)


@pytest.mark.parametrize("address", ["", "example.com", "javascript:alert(1)", "ftp://example.com", "https://"])
def test_what_is_no_web_address_is_refused(address):
    with pytest.raises(ValidationError, match="url"):
        Form(url=address)


@pytest.mark.parametrize(
    ("field", "fits", "too_long"),
    [
        ("line", QA * 2, QA * 3),
        ("line", "A\u030a" * 4, "A\u030a" * 5),
        ("prose", QA * 2, QA * 3),
        ("words", [QA * 2], [QA * 3]),
        ("url", "https://example.com/" + "å" * 330, "https://example.com/" + "å" * 331),
    ],
)
def test_a_text_is_as_long_as_it_is_when_saved(field, fits, too_long):
    kept = Limits.model_validate({field: fits})

    assert Limits.model_validate(kept.model_dump()) == kept
    with pytest.raises(ValidationError, match="at most"):
        Limits.model_validate({field: too_long})


@pytest.mark.parametrize(
    ("field", "longest"),
    [("line", LONGEST_LINE), ("prose", LONGEST_PROSE), ("email", LONGEST_LINE), ("url", LONGEST_LINE)],
)
def test_a_text_too_long_for_any_field_is_refused_before_it_is_composed(field, longest):
    with pytest.raises(ValidationError, match=f"at most {longest}"):
        Form.model_validate({field: "x" * (longest + 1)})


@pytest.mark.parametrize("field", Form.model_fields)
@pytest.mark.parametrize("value", [json.loads(r'"\ud800"'), 17, None, ["x"]])
def test_what_is_no_text_at_all_is_refused(field, value):
    with pytest.raises(ValidationError, match=field):
        Form.model_validate({field: value})
