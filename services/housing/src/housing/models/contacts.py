"""Owners and seekers, who may also leave a phone number."""

from sqlmodel import Field

from shared.contacts import ContactForm
from shared.fields import Phone


class PersonForm(ContactForm):
    phone: Phone | None = Field(None, max_length=40)
