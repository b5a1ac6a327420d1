"""What callers write in forms: text that a database can keep, e-mail and web addresses, and pages of a list."""

import unicodedata
from collections.abc import Callable
from typing import Annotated, Any

from email_validator import EmailNotValidError, validate_email
from pydantic import AnyHttpUrl, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, TypeAdapter
from pydantic import ValidationError as PydanticError

from shared.errors import FieldError

LONGEST_LINE = 2_000
LONGEST_PROSE = 20_000

_web_address = TypeAdapter(AnyHttpUrl)


def _composed(text: str, longest: int) -> str:
    # Before it is composed, since sorting a million combining marks takes minutes.
    if len(text) > longest:
        raise FieldError(
            "string_too_long",
            f"Texten är för lång; högst {longest} tecken.",
            f"Too long; at most {longest} characters.",
        )
    return unicodedata.normalize("NFC", text)


def _one_line(text: str) -> str:
    text = text.strip()
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in text):
        raise FieldError("control_characters", "Skriv på en rad, utan styrtecken.", "Write one line, no control codes.")
    return _composed(text, LONGEST_LINE)


def _prose(text: str) -> str:
    text = text.strip().replace("\r\n", "\n").replace("\r", "\n")
    if any(unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t" for character in text):
        raise FieldError("control_characters", "Ta bort styrtecknen ur texten.", "Remove the control codes.")
    return _composed(text, LONGEST_PROSE)


def _email(text: str) -> str:
    try:
        return validate_email(_one_line(text), check_deliverability=False).normalized
    except EmailNotValidError:
        raise FieldError(
            "email", "Ange en e-postadress som namn@exempel.se.", "Give an e-mail address like name@example.com."
        ) from None


def _url(text: str) -> str:
    try:
        return str(_web_address.validate_python(_one_line(text)))
    except PydanticError:
        raise FieldError(
            "url", "Ange en webbadress som https://exempel.se.", "Give a web address like https://example.com."
        ) from None


def _first(tidy: Callable[[str], str]) -> BeforeValidator:
    """Tidies a text before its field's limits are checked, since that can make it longer."""

    def tidied(value: Any) -> Any:
        return tidy(value) if isinstance(value, str) else value

    return BeforeValidator(tidied)


Line = Annotated[str, StringConstraints(min_length=1), _first(_one_line)]
"""One line with something on it."""
Prose = Annotated[str, StringConstraints(min_length=1), _first(_prose)]
"""Text of several lines."""
Email = Annotated[str, StringConstraints(max_length=254), _first(_email)]
WebAddress = Annotated[str, StringConstraints(max_length=2000), _first(_url)]
"""An http or https address."""


class Paging(BaseModel):
    """Which part of a list is wanted. Inherit from it to add filters; a filter that does not exist is refused."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(20, ge=1, le=100)
    offset: int = Field(0, ge=0, le=1_000_000)
