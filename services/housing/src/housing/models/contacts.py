"""Owners and seekers, whose data stays in this table."""

from typing import Annotated
from uuid import UUID

import phonenumbers
from pydantic import AfterValidator
from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

from shared.columns import text_enum
from shared.errors import FieldError, NotFound
from shared.events import Language
from shared.fields import Email, Line


class ContactNotFound(NotFound):
    """There is no contact with that id."""

    sv = "Det finns ingen kontakt med det id:t."


def _phone(text: str) -> str:
    try:
        number = phonenumbers.parse(text, "SE")
    except phonenumbers.NumberParseException:
        number = phonenumbers.PhoneNumber()
    if not phonenumbers.is_valid_number(number):
        raise FieldError(
            "phone",
            "Ange ett telefonnummer som 070-123 45 67, eller med landsnummer, som +47 22 12 34 56.",
            "Give a Swedish phone number or one with its country code, like +47 22 12 34 56.",
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


Phone = Annotated[Line, AfterValidator(_phone)]


class ContactForm(SQLModel):
    model_config = {"extra": "forbid"}

    name: Line = Field(max_length=120)
    email: Email
    phone: Phone | None = Field(None, max_length=40)
    language: Language = Field(Language.SWEDISH, sa_type=text_enum(Language))


class Contact(ContactForm, table=True):
    """An owner or a seeker. Everywhere else only its id is known."""

    model_config = {"extra": "ignore"}

    id: UUID = Field(default_factory=uuid7, primary_key=True)


class PublicContact(SQLModel):
    """What is needed to write to somebody."""

    email: str
    name: str
    language: Language
