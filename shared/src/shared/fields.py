"""What callers write in forms: text that a database can keep, e-mail and web addresses."""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Annotated, Any

from email_validator import EmailNotValidError, validate_email
from pydantic import AnyHttpUrl, BeforeValidator, Field, StringConstraints, TypeAdapter
from pydantic import ValidationError as PydanticError

from shared.errors import FieldError

LONGEST_LINE = 2_000
LONGEST_PROSE = 20_000
LONGEST_EMAIL = 254
"""RFC 5321, 4.5.3.1.3, less the brackets of a path."""
_SIMPLE_LOCAL_PART = re.compile(r"(?=.{1,64}$)[A-Za-z0-9_%+-]+(\.[A-Za-z0-9_%+-]+)*")

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


def email(text: str) -> str:
    """The address as it is kept: trimmed, composed, its domain in small letters. Raises FieldError."""
    try:
        return _normalised(_one_line(text))
    except EmailNotValidError:
        raise FieldError(
            "email", "Ange en e-postadress som namn@exempel.se.", "Give an e-mail address like name@example.com."
        ) from None


def _normalised(address: str) -> str:
    if len(address) > LONGEST_EMAIL:
        raise EmailNotValidError
    local, _, domain = address.rpartition("@")
    if _SIMPLE_LOCAL_PART.fullmatch(local):
        return f"{local}@{_known_domain(domain)}"
    return validate_email(address, check_deliverability=False).normalized


@lru_cache(maxsize=10_000)
def _known_domain(domain: str) -> str:
    """Checked once: a town's people have few mail providers."""
    return validate_email(f"a@{domain}", check_deliverability=False).domain


def _url(text: str) -> str:
    try:
        return str(_web_address.validate_python(_one_line(text)))
    except PydanticError:
        raise FieldError(
            "url", "Ange en webbadress som https://exempel.se.", "Give a web address like https://example.com."
        ) from None


def _first(tidy: Callable[[str], str]) -> BeforeValidator:
    """Tidies a text before its limits are checked, because NFC can lengthen a text."""

    def tidied(value: Any) -> Any:
        return tidy(value) if isinstance(value, str) else value

    return BeforeValidator(tidied)


Line = Annotated[str, StringConstraints(min_length=1), _first(_one_line)]
"""One line with something on it."""
Prose = Annotated[str, StringConstraints(min_length=1), _first(_prose)]
"""Text of several lines."""
Email = Annotated[
    str,
    StringConstraints(max_length=LONGEST_EMAIL),
    _first(email),
    Field(json_schema_extra={"format": "email"}, examples=["karin@example.com"]),
]
WebAddress = Annotated[
    str,
    StringConstraints(max_length=2000),
    _first(_url),
    Field(json_schema_extra={"format": "uri"}, examples=["https://example.com/"]),
]
"""An http or https address."""
