"""Rounds of the business survey: who is asked, who is reminded, and what the companies said together."""

from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from shared.events.base import Code, ContactId, Event

Occupation = Annotated[str, Field(pattern=r"^\d{4}$", examples=["5120"])]
"""SSYK 2012."""
MOST = 1_000_000
Shown = Annotated[
    Annotated[int, Field(ge=0, le=MOST)] | None,
    Field(description="None when it is not shown: of fewer than five companies, or to keep such a figure."),
]


class OccupationFigures(BaseModel):
    """How many are needed in an occupation, by the companies of a sector."""

    occupation: Occupation
    needed_now: Shown
    needed_within_12_months: Shown


class ReasonFigures(BaseModel):
    """How many companies gave the reason why it is hard to recruit."""

    reason: Code = Field(examples=["fa_sokande"])
    companies: Shown


class SectorFigures(BaseModel):
    """What the companies of a sector said. Occupations without a figure to show are left out."""

    sector: Code = Field(examples=["restaurang"])
    companies: Shown
    needed_now: Shown
    needed_within_12_months: Shown
    hard_to_recruit: Shown
    occupations: list[OccupationFigures]
    reasons: list[ReasonFigures]


class SurveyFigures(BaseModel):
    """What all companies said, and each sector's."""

    companies: Shown
    needed_now: Shown
    needed_within_12_months: Shown
    sectors: list[SectorFigures]


class SurveyEvent(Event):
    service: ClassVar[str] = "eservice-intake"
    about: ClassVar[str] = "round_id"

    round_id: UUID
    unit: Code


class SurveyRoundOpened(SurveyEvent):
    """Companies can answer the survey, until the day and for as long as it is open."""

    type: Literal["eservice-intake.survey-round-opened.v1"] = "eservice-intake.survey-round-opened.v1"
    answer_by: date


class SurveyRoundClosed(SurveyEvent):
    """The round is over. The figures are those that everybody may see."""

    type: Literal["eservice-intake.survey-round-closed.v1"] = "eservice-intake.survey-round-closed.v1"
    figures: SurveyFigures


class SurveyCompanyEvent(SurveyEvent):
    """Somebody at a company is told of the round."""

    contact_id: ContactId


class SurveyCompanyInvited(SurveyCompanyEvent):
    """The company is asked to answer."""

    type: Literal["eservice-intake.survey-company-invited.v1"] = "eservice-intake.survey-company-invited.v1"
    answer_by: date


class SurveyCompanyReminded(SurveyCompanyEvent):
    """The company, which has not answered, is asked again."""

    type: Literal["eservice-intake.survey-company-reminded.v1"] = "eservice-intake.survey-company-reminded.v1"
    answer_by: date


class SurveyResultTold(SurveyCompanyEvent):
    """The company, which has answered, can read what all of them said."""

    type: Literal["eservice-intake.survey-result-told.v1"] = "eservice-intake.survey-result-told.v1"
