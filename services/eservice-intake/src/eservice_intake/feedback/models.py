"""What people think of having dealt with us. Nothing in it says who they are, or in which case."""

from datetime import date
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Documented
from sqlmodel import Field, Index, SQLModel, UniqueConstraint
from uuid_utils.compat import uuid7

from eservice_intake.cases.models import Case
from eservice_intake.cases.statuses import OPEN
from shared.errors import Conflict
from shared.fields import Integer, Prose, YesOrNo
from shared.pagination import Paging

LONGEST_COMMENT = 2000


class NotOverYet(Conflict):
    """The case is not decided yet. Tell us what it was like when it is."""

    sv = "Ärendet är inte avgjort än. Berätta hur det gick när det är det."


class FeedbackGiven(Conflict):
    """You have already told us what it was like. Nothing more is needed."""

    sv = "Du har redan berättat hur det gick. Inget mer behövs."


class FeedbackForm(BaseModel):
    model_config = ConfigDict(extra="forbid")

    rating: Integer = Documented(ge=1, le=5, description="How easy it was: 1 is very hard, 5 very easy.", examples=[4])
    succeeded: YesOrNo = Documented(description="Whether they could do what they came to do.", examples=[True])
    comment: Prose | None = Documented(
        None,
        max_length=LONGEST_COMMENT,
        description="What could be better. Without anything about oneself or others.",
        examples=["Det var svårt att se vilken ritning som behövdes."],
    )


class Feedback(SQLModel, table=True):
    """What one of those who have sent something in thinks. Its id and its month do not tell which of them."""

    __tablename__ = "eservice_feedback"
    __table_args__ = (
        Index("ix_eservice_feedback_given_in", "given_in", "id"),
        Index("ix_eservice_feedback_unit", "unit", "given_in", "id"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    eservice: str = Field(max_length=100)
    unit: str = Field(max_length=100)
    given_in: date = Field(description="The first day of the month.")
    rating: int
    succeeded: bool
    comment: str | None = None

    @classmethod
    def about(cls, case: Case, form: FeedbackForm, today: date) -> "Feedback":
        """The case keeps that somebody has answered, and no more. Raises NotOverYet and FeedbackGiven."""
        if case.status in OPEN:
            raise NotOverYet
        if case.has_feedback:
            raise FeedbackGiven
        case.has_feedback = True
        return cls(eservice=case.eservice, unit=case.unit, given_in=today.replace(day=1), **form.model_dump())


class Figure(SQLModel, table=True):
    """What everybody may know of an e-service in a quarter. None is of few, and is not kept."""

    __tablename__ = "eservice_figure"
    __table_args__ = (UniqueConstraint("quarter", "eservice"),)

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    quarter: date = Field(description="Its first day.")
    eservice: str = Field(max_length=100)
    applications: int | None = None
    decided: int | None = None
    median_days: float | None = None
    ratings: int | None = None
    mean_rating: float | None = None
    succeeded: int | None = None


class CommentFilter(Paging):
    eservice: str | None = Documented(None, max_length=100, examples=["enskilt-avlopp"])


class Comment(BaseModel):
    """What somebody wrote, with what they answered."""

    id: UUID
    eservice: str = Documented(examples=["enskilt-avlopp"])
    title: str = Documented(description="The e-service's name.", examples=["Enskilt avlopp"])
    given_in: date = Documented(description="The first day of the month in which it was given.")
    rating: int = Documented(examples=[4])
    succeeded: bool
    comment: str = Documented(examples=["Det var svårt att se vilken ritning som behövdes."])
