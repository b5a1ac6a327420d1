"""Owners and seekers, who may also leave a phone number."""

from typing import Annotated

import phonenumbers
from pydantic import AfterValidator
from pydantic.json_schema import Examples
from sqlmodel import Field

from shared.contacts import ContactForm
from shared.errors import FieldError
from shared.fields import Line


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


Phone = Annotated[Line, AfterValidator(_phone), Examples(["070-123 45 67"])]


class PersonForm(ContactForm):
    phone: Phone | None = Field(None, max_length=40)
