"""What a contractor has filled in, and the owner's signature that it waits for. Signed, it is received as a case."""

import hmac
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

from shared.columns import UtcDateTime, text_enum
from shared.errors import Conflict, NotFound, Text
from shared.events import Language
from shared.fields import Email, Line, Prose
from shared.mailed_links import OpenedByLink, hash_of

AWAITED = timedelta(days=30)
KEPT_ENDED = timedelta(days=30)


class UnknownSignature(NotFound):
    """There is no application to sign with that id and secret. The link in the latest mail has both."""

    concerns_security = True
    sv = (
        "Det finns ingen ansökan att skriva under med det id:t och den hemligheten. "
        "Båda står i länken i det senaste mejlet."
    )


class SignatureStatus(StrEnum):
    AWAITING = "awaiting_signature"
    SIGNED = "signed"
    DECLINED = "declined"
    LAPSED = "lapsed"


REASONS = {
    SignatureStatus.SIGNED: Text(sv="Ansökan är redan underskriven.", en="The application has been signed already."),
    SignatureStatus.DECLINED: Text(sv="Ägaren har avböjt att skriva under.", en="The owner has declined to sign."),
    SignatureStatus.LAPSED: Text(
        sv="Ingen skrev under i tid. Skicka in ansökan på nytt.",
        en="Nobody signed in time. Send in the application anew.",
    ),
}


class NotAwaited(Conflict):
    """The application does not wait for a signature any longer. The answer says why."""

    sv = "Ansökan väntar inte längre på en underskrift. Svaret säger varför."

    def __init__(self, status: SignatureStatus) -> None:
        super().__init__()
        self.status_found = status

    @property
    def text(self) -> Text:
        return REASONS[self.status_found]


class SignerForm(SQLModel):
    """Who shall sign instead."""

    model_config = {"extra": "forbid"}

    name: Line = Field(max_length=120, schema_extra={"examples": ["Karin Ek"]})
    email: Email


class RefusalForm(SQLModel):
    model_config = {"extra": "forbid"}

    reason: Prose = Field(
        max_length=2000,
        description="For the contractor, who is shown it.",
        schema_extra={"examples": ["Brunnen ligger på fel sida av huset."]},
    )


class Signature(OpenedByLink, table=True):
    """An application that a contractor has filled in. Its answers are here until it is signed or has ended otherwise.

    `secret_hash` is of the contractor's secret, `link_hashes` of those in the signer's mails. `request_id` is what the
    latest mail asks for its link by. On `due_at` it lapses; ended unsigned, it is deleted then.
    """

    __tablename__ = "eservice_signature"

    reference: str = Field(unique=True)
    secret_hash: str
    request_id: UUID = Field(default_factory=uuid7, unique=True)
    eservice: str = Field(max_length=100)
    definition: str | None = Field(default=None, max_length=64)
    language: Language = Field(sa_type=text_enum(Language))
    answers: dict[str, Any] = Field(sa_type=JSON)
    checks: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON, description="What registers said of them.")
    sender: dict[str, str] | None = Field(default=None, sa_type=JSON, description="Who filled it in signed in.")
    kind: str
    unit: str
    sender_contact_id: UUID | None = Field(default=None, foreign_key="contact.id")
    signer_contact_id: UUID | None = Field(default=None, foreign_key="contact.id")
    status: SignatureStatus = Field(default=SignatureStatus.AWAITING, sa_type=text_enum(SignatureStatus))
    refusal: str | None = None
    case_id: UUID | None = None
    requested_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)

    @property
    def lapses_at(self) -> datetime | None:
        return self.due_at if self.status is SignatureStatus.AWAITING else None

    def opens_with(self, secret: str) -> bool:
        return hmac.compare_digest(self.secret_hash, hash_of(secret))

    def require_awaited(self) -> None:
        if self.status is not SignatureStatus.AWAITING:
            raise NotAwaited(self.status)

    def ask(self, signer: SignerForm, contact_id: UUID, at: datetime) -> None:
        """Ask somebody else to sign. The links that were sent do not work any longer."""
        self.require_awaited()
        self.answers = {**self.answers, "signer_name": signer.name, "signer_email": signer.email}
        self.request_id, self.link_hashes = uuid7(), []
        self.signer_contact_id, self.requested_at, self.due_at = contact_id, at, at + AWAITED

    def sign(self, case_id: UUID, at: datetime) -> None:
        self.require_awaited()
        self.status, self.case_id, self.answers, self.sender = SignatureStatus.SIGNED, case_id, {}, None
        self.checks = []
        self.ended_at, self.due_at = at, None

    def decline(self, reason: str, at: datetime) -> None:
        self._end(SignatureStatus.DECLINED, at)
        self.refusal = reason

    def lapse(self, at: datetime) -> None:
        self._end(SignatureStatus.LAPSED, at)

    def _end(self, status: SignatureStatus, at: datetime) -> None:
        self.require_awaited()
        self.status, self.answers, self.sender, self.signer_contact_id = status, {}, None, None
        self.checks = []
        self.ended_at, self.due_at = at, at + KEPT_ENDED
