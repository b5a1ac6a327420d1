"""Somebody else is asked for an opinion on a case, or sent a copy of it, by a link that opens that case alone."""

import hmac
from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import JSON
from sqlmodel import Field as Column
from sqlmodel import SQLModel
from uuid_utils.compat import uuid7

from eservice_intake.cases.references import hash_of, new_secret
from eservice_intake.catalogue.answers import ReadSection
from shared.columns import UtcDateTime
from shared.errors import Conflict, NotFound
from shared.fields import Day, Email, Line, Prose

MOST_LINKS = 5
"""A mail that is sent again has a link of its own. As many of the latest ones open the case."""
LONGEST_TEXT = 10_000


class UnknownReferral(NotFound):
    """Nothing is asked by that id and secret. The link in the latest mail has both."""

    concerns_security = True
    sv = "Det finns ingen remiss med det id:t och den hemligheten. Båda står i länken i det senaste mejlet."


class AlreadyAnswered(Conflict):
    """The opinion has been given. To add something, write to the handler of the case."""

    sv = "Yttrandet har redan lämnats. Skriv till ärendets handläggare om du vill tillägga något."


class OnlyACopy(Conflict):
    """The case was sent for information. No opinion is asked for."""

    sv = "Ärendet skickades för kännedom. Inget yttrande begärs."


class ReferralForm(BaseModel):
    """Whom to ask, and what."""

    model_config = ConfigDict(extra="forbid")

    name: Line = Field(max_length=120, examples=["Räddningstjänsten Jämtland"])
    email: Email
    question: Prose = Field(max_length=LONGEST_TEXT, examples=["Finns det hinder mot en cistern på den platsen?"])
    due_on: Day = Field(description="The last day to answer, after today.", examples=["2030-03-15"])


class OpinionForm(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: Prose = Field(max_length=LONGEST_TEXT, examples=["Vi har inget att invända."])


class Referral(SQLModel, table=True):
    """What somebody else was asked. Without a question they were sent a copy."""

    __tablename__ = "eservice_referral"

    id: UUID = Column(default_factory=uuid7, primary_key=True)
    case_id: UUID = Column(foreign_key="eservice_case.id", index=True)
    party_contact_id: UUID | None = Column(default=None, foreign_key="contact.id")
    party_name: str
    question: str | None = None
    due_on: date | None = None
    link_hashes: list[str] = Column(default_factory=list, sa_type=JSON)
    asked_at: datetime = Column(sa_type=UtcDateTime)
    opinion: str | None = None
    answered_at: datetime | None = Column(default=None, sa_type=UtcDateTime)

    def opens_with(self, secret: str) -> bool:
        hashed = hash_of(secret)
        return any(hmac.compare_digest(link, hashed) for link in self.link_hashes)

    def new_link(self) -> str:
        """The secret of one more link. It is told in a mail and kept nowhere."""
        secret = new_secret()
        self.link_hashes = [*self.link_hashes, hash_of(secret)][-MOST_LINKS:]
        return secret

    @property
    def is_copy(self) -> bool:
        return self.question is None

    def answer(self, text: str, at: datetime) -> None:
        if self.is_copy:
            raise OnlyACopy
        if self.answered_at is not None:
            raise AlreadyAnswered
        self.opinion, self.answered_at = text, at


class OpinionReceipt(BaseModel):
    id: UUID
    answered_at: datetime


class ReferralShown(BaseModel):
    """What staff see of it."""

    party_name: str = Field(examples=["Räddningstjänsten Jämtland"])
    question: str | None = Field(description="None when a copy was sent.")
    due_on: date | None
    asked_at: datetime
    opinion: str | None
    answered_at: datetime | None


class CaseReferred(ReferralShown):
    """What the other party sees: what is asked, and what was sent in."""

    diary_number: str = Field(examples=["MH-2026-000123"])
    title: str = Field(description="The e-service's name.", examples=["Enskilt avlopp"])
    answers: list[ReadSection] = Field(description="Without identity numbers in full.")
