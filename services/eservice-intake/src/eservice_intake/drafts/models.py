"""What somebody has begun to fill in. It is not sent in: nobody else reads it, and no event tells of it."""

import hmac
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

from eservice_intake.applications.models import ApplicationForm
from shared.columns import UtcDateTime, text_enum
from shared.errors import NotFound, TooManyRequests, Unavailable
from shared.events import Language
from shared.mailed_links import hash_of

KEPT = timedelta(days=14)


class UnknownDraft(NotFound):
    """There is no draft with that id and secret. One goes 14 days after it was last saved, and when it is sent in."""

    concerns_security = True
    sv = (
        "Det finns inget utkast med det id:t och den hemligheten. "
        "Ett utkast försvinner 14 dagar efter att det senast sparades, och när det skickas in."
    )


class TooManyDrafts(TooManyRequests):
    """You have begun many drafts lately. Go on with one of them, or wait an hour and try again."""

    headers: ClassVar[dict[str, str]] = {"Retry-After": "3600"}
    sv = "Du har påbörjat många utkast nyligen. Fortsätt med ett av dem, eller vänta en timme och försök igen."


class DraftsFull(Unavailable):
    """No more drafts can be kept at the moment. It was not saved. Send in the application, or try again later."""

    headers: ClassVar[dict[str, str]] = {"Retry-After": "3600"}
    sv = "Just nu kan inga fler utkast sparas. Det sparades inte. Skicka in ansökan, eller försök igen senare."


class DraftForm(ApplicationForm):
    """What is filled in so far. A field that has no answer yet is left out."""


class Draft(SQLModel, table=True):
    """Answers as they were written."""

    __tablename__ = "eservice_draft"

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    secret_hash: str
    eservice: str = Field(max_length=100)
    definition: str | None = Field(default=None, max_length=64, description="The version that it was begun with.")
    language: Language = Field(sa_type=text_enum(Language))
    answers: dict[str, Any] = Field(sa_type=JSON)
    size: int = Field(description="Of the answers, in bytes.")
    saved_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)

    def opens_with(self, secret: str, at: datetime) -> bool:
        return hmac.compare_digest(self.secret_hash, hash_of(secret)) and at < self.expires_at

    def replace(self, form: DraftForm, size: int, at: datetime) -> None:
        self.eservice, self.definition = form.eservice, form.definition
        self.language, self.answers = form.language, form.answers
        self.size, self.saved_at, self.expires_at = size, at, at + KEPT
