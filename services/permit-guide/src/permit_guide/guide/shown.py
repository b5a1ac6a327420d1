"""What an answer about the guide says."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from permit_guide.guide.conditions import Limits
from permit_guide.guide.judging import Verdict

AnswerShown = bool | float | str | list[str]


class Named(BaseModel):
    """A thing, and what it is called."""

    id: str
    title: str


class OptionShown(BaseModel):
    value: str
    label: str


class QuestionShown(BaseModel):
    id: str
    type: Literal["choice", "multi", "bool", "number"]
    label: str
    help: str | None
    options: list[OptionShown]
    optional: bool = Field(description="The result is whole without it.")
    register_name: str | None = Field(description="`areas`: `GET /lookups/areas` may know the answer.")
    ask_if: dict[str, bool | str | list[str] | Limits] = Field(
        description="Asked when these answers hold, all of them: a value, any of several, `*` for any, or a number "
        "within limits."
    )


class GuideShown(Named):
    version: str = Field(description="Sent along as `definition`, answers are judged by it until it closes.")
    questions: list[QuestionShown]


class Because(BaseModel):
    """An answer, as it was given and as people read it."""

    question: str
    label: str
    answer: AnswerShown
    answer_label: str


class Given(Because):
    asked: bool = Field(description="Whether the question is asked, by the other answers.")
    optional: bool = Field(description="The result is whole without it.")


class RuleShown(BaseModel):
    id: str
    obligation: Named
    verdict: Verdict
    because: list[Because] = Field(description="The answers that made it so.")
    waits_for: list[Named] = Field(description="The questions whose answers would tell.")
    legal_basis: list[str]
    valid_from: date | None = Field(description="The first day that what is sent in follows it.")
    valid_to: date | None = Field(description="The last.")
    in_time: bool = Field(description="Whether it applies on the day that was asked about.")
    note: str | None


class HeadingShown(BaseModel):
    id: str
    title: str
    text: str


class EServiceLink(BaseModel):
    id: str
    answers: dict[str, AnswerShown] = Field(description="Its fields that the answers fill in.")


class ObligationShown(Named):
    kind: Named
    authority: Named
    lead_time: str | None = Field(description="`2w`, `3m` or `before_start`; none when nobody knows.")
    lead_time_label: str | None
    requires_first: list[Named] = Field(description="Which of the others must be done before.")
    first: list[str] = Field(description="What else must be done before.")
    begins: date | None = Field(description="When it can be sent in at the earliest.")
    earliest_start: date | None = Field(
        description="The first day on which it allows to start; none when it is awaited."
    )
    due: date | None = Field(description="The day by which a report must have come in.")
    fee: str
    legal_basis: list[str]
    rule: RuleShown
    eservice: EServiceLink | None
    headings: list[HeadingShown]


class ResultShown(BaseModel):
    version: str = Field(description="Of the guide that said it.")
    day: date = Field(description="The day that the rules are those of: when everything is sent in.")
    earliest_start: date | None = Field(description="When everything allows to start; none when something is awaited.")
    answers: list[Given] = Field(description="The answers as they were read, in the order of the questions.")
    next: QuestionShown | None = Field(description="What to ask now.")
    missing: list[Named] = Field(description="What is still to ask, in its order.")
    optional: list[Named] = Field(description="What may be asked besides.")
    obligations: list[ObligationShown] = Field(description="The longest lead time first.")
    rules: list[RuleShown] = Field(description="Every rule, those that did not fire too.")


class Matching(Named):
    summary: str
    authority: Named
    eservice: str | None


class FoundShown(BaseModel):
    """What a search found."""

    found: list[Matching]
