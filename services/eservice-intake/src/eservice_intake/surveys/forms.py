"""What staff say of a round, and what they and everybody else are shown."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.contacts import ContactForm
from shared.events.surveys import SurveyFigures
from shared.fields import CompanyNumber, Day, Line

MOST_INVITED = 500


class RoundForm(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Line = Field(max_length=120, description="As everybody reads it.", examples=["Hösten 2026"])
    answer_by: Day = Field(description="The last day to answer, after today.", examples=["2030-03-15"])


class InvitedCompany(ContactForm):
    """Whom to write to at a company, and which it is."""

    orgnr: CompanyNumber


class InvitationForm(BaseModel):
    model_config = ConfigDict(extra="forbid")

    companies: list[InvitedCompany] = Field(min_length=1, max_length=MOST_INVITED)


class Invited(BaseModel):
    """How many were written to. A company that was invited before is not written to again."""

    invited: int = Field(examples=[41])
    known: int = Field(examples=[2])


class RoundBrief(BaseModel):
    id: UUID
    name: str = Field(examples=["Hösten 2026"])
    answer_by: date


class OpenRound(RoundBrief):
    """The round that is answered now."""

    opened_at: datetime


class ClosedRound(RoundBrief):
    """A round whose result is public."""

    closed_at: datetime


class Surveys(BaseModel):
    open: OpenRound | None
    closed: list[ClosedRound] = Field(description="The latest first.")


class RoundShown(RoundBrief):
    """A round, as staff see it in the list."""

    opened_at: datetime
    closed_at: datetime | None = Field(description="None while it is open.")
    invited: int | None = Field(description="None when it is not known any longer.", examples=[41])
    answered: int | None = Field(description="None when it is not known any longer.", examples=[23])


class CompanyShown(BaseModel):
    """A company that was invited."""

    name: str = Field(examples=["Fjällbageriet AB"])
    email: str = Field(examples=["karin@example.com"])
    invited_at: datetime
    remind_on: date | None = Field(description="When it is reminded, unless it answers before. None: it is not.")
    reminded_at: datetime | None
    has_answered: bool


class RoundWithCompanies(RoundShown):
    companies: list[CompanyShown]


class Words(BaseModel):
    """What the codes of the figures are called."""

    sectors: Mapping[str, str] = Field(examples=[{"restaurang": "Restaurang"}])
    occupations: Mapping[str, str] = Field(examples=[{"5120": "Kockar och kallskänkor"}])
    reasons: Mapping[str, str] = Field(examples=[{"fa_sokande": "För få söker"}])


class SurveyResult(ClosedRound):
    figures: SurveyFigures
    words: Words


class ResultFormat(StrEnum):
    JSON = "json"
    CSV = "csv"
    SVG = "svg"


class ResultChoice(BaseModel):
    model_config = ConfigDict(extra="forbid")

    format: ResultFormat = Field(
        ResultFormat.JSON,
        description="`csv` (UTF-8, semicolons) has a figure on each line; `svg` draws what each sector needs now.",
    )
