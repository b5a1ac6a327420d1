"""What callers write in forms: text that a database can keep, e-mail and web addresses, and pages of a list."""

import unicodedata
from typing import Annotated

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, AnyHttpUrl, BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter
from pydantic import ValidationError as PydanticError

from shared.http.problems import FieldError

_web_address = TypeAdapter(AnyHttpUrl)


def _one_line(text: str) -> str:
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in text):
        raise FieldError("control_characters", "Skriv på en rad, utan styrtecken.", "Write one line, no control codes.")
    return unicodedata.normalize("NFC", text)


def _prose(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if any(unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t" for character in text):
        raise FieldError("control_characters", "Ta bort styrtecknen ur texten.", "Remove the control codes.")
    return unicodedata.normalize("NFC", text)


def _email(text: str) -> str:
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        raise FieldError(
            "email", "Ange en e-postadress som namn@exempel.se.", "Give an e-mail address like name@example.com."
        ) from None


def _url(text: str) -> str:
    try:
        return str(_web_address.validate_python(text))
    except PydanticError:
        raise FieldError(
            "url", "Ange en webbadress som https://exempel.se.", "Give a web address like https://example.com."
        ) from None


_trimmed = StringConstraints(strip_whitespace=True, min_length=1)

Line = Annotated[str, _trimmed, AfterValidator(_one_line)]
"""One line with something on it."""
Prose = Annotated[str, _trimmed, AfterValidator(_prose)]
"""Text of several lines."""
Email = Annotated[str, StringConstraints(strip_whitespace=True, max_length=254), AfterValidator(_email)]
WebAddress = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000), AfterValidator(_url)]
"""An http or https address."""


class Paging(BaseModel):
    """Which part of a list is wanted. Inherit from it to add filters; a filter that does not exist is refused."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(20, ge=1, le=100)
    offset: int = Field(0, ge=0, le=1_000_000)
