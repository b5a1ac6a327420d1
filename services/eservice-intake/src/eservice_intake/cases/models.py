"""A case: what somebody sent in, and what has become of it."""

import hmac
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

from eservice_intake.cases.references import hash_of
from shared.clock import now
from shared.columns import UtcDateTime, text_enum
from shared.events import Language


class Status(StrEnum):
    RECEIVED = "received"


class Case(SQLModel, table=True):
    """Answers that follow the e-service's rules, with what was computed from them."""

    __tablename__ = "eservice_case"

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    reference: str = Field(unique=True)
    secret_hash: str
    eservice: str = Field(max_length=100)
    language: Language = Field(sa_type=text_enum(Language))
    answers: dict[str, Any] = Field(sa_type=JSON)
    kind: str
    unit: str
    status: Status = Field(default=Status.RECEIVED, sa_type=text_enum(Status))
    applicant_contact_id: UUID | None = Field(default=None, foreign_key="contact.id")
    identified: bool = False
    received_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)

    def opens_with(self, secret: str) -> bool:
        return hmac.compare_digest(self.secret_hash, hash_of(secret))
