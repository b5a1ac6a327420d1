"""People we write to. What is known of them stays in the service they turned to; everywhere else there is their id.

A mail is written with what `POST /contacts/lookup` tells when it is sent: the address, and the words it quotes. What
is enclosed comes from `POST /enclosures/lookup`.
"""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

import pydantic
from pydantic import Base64Bytes, BaseModel, ConfigDict, model_validator
from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

from shared.clock import now
from shared.columns import UtcDateTime, text_enum
from shared.errors import FieldError
from shared.events import Language
from shared.fields import Email, Line

MOST_IDS = 500
LARGEST_ENCLOSURE = 5 * 1024 * 1024


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


class WantedEnclosure(BaseModel):
    """The id of a thing that a mail encloses as a document."""

    model_config = ConfigDict(extra="forbid")

    id: UUID


class Enclosure(BaseModel):
    """What a mail encloses, and the same in plain text. Without `content` when it is too large, or cannot be made."""

    text: str
    name: Annotated[str, pydantic.Field(pattern=r"^[A-Za-z0-9_.-]{1,100}$", examples=["K7MP-2XWB.pdf"])]
    media_type: Annotated[str, pydantic.Field(pattern="^[a-z]+/[a-z0-9.+-]+$", examples=["application/pdf"])]
    content: Base64Bytes | None = pydantic.Field(max_length=LARGEST_ENCLOSURE, examples=["JVBERi0xLjc="])


class FoundEnclosure(BaseModel):
    """None when it is gone, or its mail goes to an address that nobody has proved to be theirs."""

    service: str = pydantic.Field(examples=["eservice-intake"])
    enclosure: Enclosure | None
