import pytest
from pydantic import BaseModel, ValidationError

from shared.http.fields import Email, Line, Paging, Prose, WebAddress


class Form(BaseModel):
    line: Line = "x"
    prose: Prose = "x"
    email: Email = "name@example.com"
    url: WebAddress = "https://example.com"


def test_a_line_is_trimmed_and_composed():
    assert Form(line="  A\u030as ").line == "Ås"


@pytest.mark.parametrize("text", ["", "  ", "nul\0", "two\nlines", "two\u2028lines", "\x1b[31m"])
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


def test_an_unknown_filter_is_refused():
    with pytest.raises(ValidationError, match="colour"):
        Paging.model_validate({"colour": "red"})
