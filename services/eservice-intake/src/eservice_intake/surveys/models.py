"""Rounds of the business survey, whom they invite, and what each company answered."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, UniqueConstraint, Uuid
from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

from eservice_intake.clock.business_days import last_day_to_act
from shared.clock import day_in_sweden
from shared.columns import UtcDateTime
from shared.errors import Conflict, NotFound
from shared.events.surveys import SurveyFigures

SURVEY = "naringslivsundersokning"
"""The e-service that the survey is answered as."""
THE_OPEN_ONE = 1
WEEK = timedelta(weeks=1)
KEPT_DAYS = 30
"""For how long it is known who was invited and who answered, after a round has closed."""


class UnknownRound(NotFound):
    """There is no such round of the survey. `GET /survey-rounds` lists those there are."""

    sv = "Det finns ingen sådan omgång av undersökningen. `GET /survey-rounds` visar dem som finns."


class NoRoundOpen(Conflict):
    """The survey is not open now, so nothing was sent in. Answer when you are invited, or when the next round opens."""

    sv = (
        "Undersökningen är inte öppen just nu, så inget skickades in. Svara när ni blir inbjudna eller nästa gång "
        "den öppnar."
    )


class CompanyHasAnswered(Conflict):
    """The company has answered this round, and is counted once. To change it, withdraw that answer and answer anew."""

    sv = (
        "Företaget har redan svarat den här omgången och räknas en gång. Vill ni ändra svaret, så återta det och "
        "svara på nytt."
    )


class AnotherRoundOpen(Conflict):
    """Another round is open. Close it first: a company answers the one that is open."""

    sv = "En annan omgång är öppen. Stäng den först: ett företag svarar på den som är öppen."


class RoundClosed(Conflict):
    """The round is closed, and its result is public. Open a new one."""

    sv = "Omgången är stängd och resultatet är publicerat. Öppna en ny."


class ResultNotOut(NotFound):
    """There is no result of such a round. `GET /surveys` lists those there are; an open round has none yet."""

    sv = "Det finns inget resultat av en sådan omgång. `GET /surveys` visar dem som finns; en öppen har inget ännu."


class SurveyRound(SQLModel, table=True):
    """One time that companies are asked. At most one is open."""

    __tablename__ = "eservice_survey_round"

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    name: str = Field(max_length=120)
    answer_by: date
    opened_at: datetime = Field(sa_type=UtcDateTime)
    open_slot: int | None = Field(default=THE_OPEN_ONE, unique=True)
    open_id: UUID | None = Field(unique=True, description="Its id while it is open: an answer refers to it.")
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    figures: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    purge_on: date | None = Field(default=None, index=True)

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def result(self) -> SurveyFigures:
        """Raises ResultNotOut."""
        if self.figures is None:
            raise ResultNotOut
        return SurveyFigures.model_validate(self.figures)

    def require_open(self) -> None:
        if not self.is_open:
            raise RoundClosed

    def close(self, at: datetime) -> None:
        self.require_open()
        self.open_slot = self.open_id = None
        self.closed_at = at
        self.purge_on = day_in_sweden(at) + timedelta(KEPT_DAYS)

    def reminder_on(self, invited_on: date) -> date | None:
        """A week before the last day to answer, and not within a week of the invitation. None when that is too late."""
        day = last_day_to_act(max(self.answer_by - WEEK, invited_on + WEEK))
        return day if day < self.answer_by else None


class SurveyInvitation(SQLModel, table=True):
    """A company that is asked to answer a round, by the keyed hash of its organisation number."""

    __tablename__ = "eservice_survey_invitation"
    __table_args__ = (UniqueConstraint("round_id", "company_hash"),)

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    round_id: UUID = Field(foreign_key="eservice_survey_round.id")
    company_hash: str = Field(max_length=64)
    contact_id: UUID = Field(foreign_key="contact.id", index=True)
    invited_at: datetime = Field(sa_type=UtcDateTime)
    remind_on: date | None = Field(default=None, index=True)
    reminded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SurveyAnswer(SQLModel, table=True):
    """What is counted of a company's answer. The database takes one for each company, and only while the round is open.

    `accepted_by` is emptied when the round closes. Without a case it was withdrawn or erased, and then the row is gone.
    """

    __tablename__ = "eservice_survey_answer"
    __table_args__ = (UniqueConstraint("round_id", "company_hash"),)

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    round_id: UUID = Field(foreign_key="eservice_survey_round.id")
    accepted_by: UUID | None = Field(
        sa_type=Uuid, sa_column_args=[ForeignKey("eservice_survey_round.open_id", onupdate="SET NULL")], index=True
    )
    company_hash: str = Field(max_length=64)
    case_id: UUID = Field(foreign_key="eservice_case.id", index=True)
    sector: str = Field(max_length=100)
    needs: Sequence[dict[str, Any]] = Field(sa_type=JSON)
