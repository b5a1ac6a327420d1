"""Somebody else is asked for an opinion on a case, or sent a copy of it, by a link that opens that case alone."""

from datetime import date, datetime, timedelta
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Field as Column

from eservice_intake.attachments.models import AttachmentShown
from eservice_intake.cases.models import Case
from eservice_intake.cases.statuses import OPEN
from eservice_intake.catalogue.answers import ReadSection
from shared.clock import day_in_sweden
from shared.columns import UtcDateTime, text_enum
from shared.errors import Conflict, Gone, NotFound
from shared.events import Language
from shared.fields import Day, Email, Line, Prose
from shared.mailed_links import OpenedByLink

AFTERWARDS = timedelta(days=30)
"""How long the case is shown after the last day to answer, or after a copy of it was sent."""
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


class NotShown(Gone):
    """The link does not show the case any longer. It is decided, was made confidential, or you were asked long ago."""

    sv = "Länken visar inte längre ärendet: det är avgjort, har sekretessmarkerats, eller så var det länge sedan."


class ConfidentialNotReferred(Conflict):
    """The case is confidential, and is not shown by a link in a mail. Ask for the opinion in another way."""

    sv = "Ärendet är sekretessmarkerat och visas inte genom en länk i ett mejl. Begär yttrandet på annat sätt."


class ReferralForm(BaseModel):
    """Whom to ask, and what."""

    model_config = ConfigDict(extra="forbid")

    name: Line = Field(max_length=120, examples=["Räddningstjänsten Jämtland"])
    email: Email
    question: Prose = Field(max_length=LONGEST_TEXT, examples=["Finns det hinder mot en cistern på den platsen?"])
    due_on: Day = Field(description="The last day to answer, after today.", examples=["2030-03-15"])
    language: Language = Field(Language.SWEDISH, description="What they are written to in, and read the page in.")


class OpinionForm(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: Prose = Field(max_length=LONGEST_TEXT, examples=["Vi har inget att invända."])


class Referral(OpenedByLink, table=True):
    """What somebody else was asked. Without a question they were sent a copy."""

    __tablename__ = "eservice_referral"

    case_id: UUID = Column(foreign_key="eservice_case.id", index=True)
    party_contact_id: UUID | None = Column(default=None, foreign_key="contact.id")
    party_name: str
    language: Language = Column(default=Language.SWEDISH, sa_type=text_enum(Language))
    question: str | None = None
    due_on: date | None = None
    asked_at: datetime = Column(sa_type=UtcDateTime)
    sent_event_id: UUID | None = Column(default=None, description="Of whose mail asks it.")
    unreached_at: datetime | None = Column(default=None, sa_type=UtcDateTime)
    opinion: str | None = None
    answered_at: datetime | None = Column(default=None, sa_type=UtcDateTime)

    def require_shown(self, case: Case, today: date) -> None:
        """Raise NotShown when the other party has no use of the case any longer, or may not see it."""
        asked_until = (self.due_on or day_in_sweden(self.asked_at)) + AFTERWARDS
        if self.is_cut_off(case) or case.status not in OPEN or today > asked_until:
            raise NotShown

    def is_cut_off(self, case: Case) -> bool:
        """Whether the case has been confidential since they were asked: their links do not show it again."""
        return case.confidential or (case.hidden_at is not None and self.asked_at <= case.hidden_at)

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
    """What is asked, and answered."""

    party_name: str = Field(examples=["Räddningstjänsten Jämtland"])
    question: str | None = Field(description="None when a copy was sent.")
    due_on: date | None
    asked_at: datetime
    opinion: str | None
    answered_at: datetime | None


class ReferralOfCase(ReferralShown):
    """What staff see of it."""

    unreached_at: datetime | None = Field(description="When it was known that the mail did not come. Ask anew.")


class CaseReferred(ReferralShown):
    """What the other party sees: what is asked, and what was sent in."""

    diary_number: str = Field(examples=["MH-2026-000123"])
    title: str = Field(description="The e-service's name.", examples=["Enskilt avlopp"])
    answers: list[ReadSection] = Field(description="Without identity numbers in full.")
    attachments: list[AttachmentShown]
