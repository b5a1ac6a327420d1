"""People we write to. What is known of them stays in the service they turned to; everywhere else there is their id.

A mail is written with what `POST /contacts/lookup` tells when it is sent: the address, and the words it quotes.
"""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

import pydantic
from pydantic import BaseModel, ConfigDict, model_validator
from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

from shared.clock import now
from shared.columns import UtcDateTime, text_enum
from shared.errors import FieldError
from shared.events import Language
from shared.fields import Email, Line

MOST_IDS = 500


class ContactForm(SQLModel):
    """How to reach the person who fills in the form."""

    model_config = {"extra": "forbid"}

    name: Line = Field(max_length=120, schema_extra={"examples": ["Karin Ek"]})
    email: Email
    language: Language = Field(Language.SWEDISH, sa_type=text_enum(Language))


class Contact(SQLModel, table=True):
    """Somebody who turned to the service. Each form that is sent in makes a contact of its own."""

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    name: str | None = Field(default=None, max_length=120, description="None when the form does not ask for it.")
    email: str
    phone: str | None = Field(default=None, max_length=40)
    language: Language = Field(sa_type=text_enum(Language))
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)


Ids = Annotated[list[UUID], pydantic.Field(max_length=MOST_IDS)]


class LookUp(BaseModel):
    """Ids of contacts, and of things whose words go into a mail."""

    model_config = ConfigDict(extra="forbid")

    contacts: Ids = pydantic.Field(default_factory=list, examples=[["019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a2b"]])
    texts: Ids = pydantic.Field(default_factory=list)

    @model_validator(mode="after")
    def _not_too_many(self) -> Self:
        if len(self.contacts) + len(self.texts) > MOST_IDS:
            raise FieldError(
                "too_many_ids",
                f"Fråga om högst {MOST_IDS} id:n åt gången.",
                f"Ask for at most {MOST_IDS} ids at a time.",
            )
        return self


class FoundContact(BaseModel):
    """What is needed to write to somebody."""

    email: str
    language: Language


class Found(BaseModel):
    """What a service still has of what it was asked for. An id that is missing here is gone."""

    service: str = pydantic.Field(examples=["housing"])
    contacts: dict[UUID, FoundContact]
    texts: dict[UUID, dict[str, str]]
