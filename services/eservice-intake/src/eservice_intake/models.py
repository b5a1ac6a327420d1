"""What residents sent in, and the files they sent with it."""

import hashlib
import hmac
import re
import secrets
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

from shared.clock import now
from shared.columns import UtcDateTime, text_enum
from shared.errors import NotFound
from shared.events import Language

REFERENCE_ALPHABET = "ABCDEFGHJKLMNPRSTUVWXY23456789"
"""Without I O Q Z 0 1, which are misread and misheard."""
REFERENCE_LENGTH = 8


EXAMPLE = {
    "nuisance": "buller",
    "place": "Storgatan 12, Östersund",
    "description": "Fläkten på gården brummar varje natt mellan tio och sex.",
    "frequency": "standigt",
    "contacted_responsible": True,
    "anonymous": False,
    "complainant_email": "karin@example.com",
}


class UnknownApplication(NotFound):
    """There is no application with that reference and secret. Both are on the receipt."""

    concerns_security = True
    sv = "Det finns ingen ansökan med den referensen och hemligheten. Båda står på kvittensen."


class Status(StrEnum):
    RECEIVED = "received"


class ApplicationForm(SQLModel):
    model_config = {"extra": "forbid"}

    eservice: str = Field(max_length=100, schema_extra={"examples": ["klagomal-olagenhet"]})
    language: Language = Field(default=Language.SWEDISH, sa_type=text_enum(Language))
    answers: dict[str, Any] = Field(
        sa_type=JSON,
        description="By the field's name, as the e-service's schema says.",
        schema_extra={"examples": [EXAMPLE]},
    )


class Application(ApplicationForm, table=True):
    """Answers that follow the e-service's rules, with what was computed from them."""

    __tablename__ = "eservice_application"

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    reference: str = Field(unique=True)
    secret_hash: str
    kind: str
    unit: str
    status: Status = Field(default=Status.RECEIVED, sa_type=text_enum(Status))
    applicant_contact_id: UUID | None = Field(default=None, foreign_key="contact.id")
    identified: bool = False
    received_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)

    def opens_with(self, secret: str) -> bool:
        return hmac.compare_digest(self.secret_hash, hash_of(secret))


class ApplicationStatus(SQLModel):
    reference: str = Field(schema_extra={"examples": ["K7MP-2XWB"]})
    eservice: str = Field(schema_extra={"examples": ["klagomal-olagenhet"]})
    kind: str = Field(schema_extra={"examples": ["klagomal"]})
    unit: str = Field(schema_extra={"examples": ["halsoskydd"]})
    status: Status
    identified: bool = Field(description="Whether we know who sent it in. False: nobody's identity is checked yet.")
    received_at: datetime


class Receipt(ApplicationStatus):
    """What the sender keeps. The secret is shown this once."""

    id: UUID
    secret: str = Field(schema_extra={"examples": ["q1bPZ0c6Yl8vN3sTn5uXw7aRkD2eFgHj"]})


class Attachment(SQLModel, table=True):
    """A file in the store, under its id. One application may use it."""

    __tablename__ = "eservice_attachment"

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    filename: str
    content_type: str
    size: int
    uploaded_at: datetime = Field(default_factory=now, sa_type=UtcDateTime, index=True)


class AttachmentUse(SQLModel, table=True):
    """Which application a file is part of. A file is used once."""

    __tablename__ = "eservice_attachment_use"

    attachment_id: UUID = Field(primary_key=True, foreign_key="eservice_attachment.id")
    application_id: UUID = Field(foreign_key="eservice_application.id", index=True)


class AttachmentReceipt(SQLModel):
    id: UUID
    size: int = Field(schema_extra={"examples": [48213]})
    content_type: str = Field(schema_extra={"examples": ["application/pdf"]})


def new_secret() -> str:
    return secrets.token_urlsafe(24)


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def new_reference() -> str:
    number = secrets.randbits(64)  # many more than there are references, so that each is as likely
    characters = ""
    for _ in range(REFERENCE_LENGTH):
        number, digit = divmod(number, len(REFERENCE_ALPHABET))
        characters += REFERENCE_ALPHABET[digit]
    return _grouped(characters)


def as_reference(typed: str) -> str:
    """A reference as somebody may type it: in lower case, with spaces, without the dash."""
    return _grouped(re.sub("[^A-Z0-9]", "", typed.upper()))


def _grouped(characters: str) -> str:
    return f"{characters[:4]}-{characters[4:]}"
