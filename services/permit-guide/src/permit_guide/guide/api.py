"""The guide: what is asked, and what somebody needs by their answers."""

from typing import Any, Literal

from pydantic import BaseModel, Field

from permit_guide.guide.conditions import Limits
from permit_guide.guide.definitions import Question
from permit_guide.guide.loading import current
from shared.events import Language
from web import Caller, Router

router = Router(tags=["Permit guide"])


class OptionShown(BaseModel):
    value: str
    label: str


class QuestionShown(BaseModel):
    id: str
    type: Literal["choice", "multi", "bool", "number"]
    label: str
    help: str | None
    options: list[OptionShown]
    ask_if: dict[str, bool | str | list[str] | Limits] = Field(
        description="Asked when these answers hold, all of them: a value, any of several, or a number within limits."
    )

    @classmethod
    def of(cls, question: Question, language: Language) -> "QuestionShown":
        options: list[dict[str, Any]] = [
            {"value": option.value, "label": option.text.in_language(language)} for option in question.options
        ]
        return cls(
            id=question.id,
            type=question.type,
            label=question.text.in_language(language),
            help=question.help.text.in_language(language) if question.help else None,
            options=[OptionShown(**option) for option in options],
            ask_if=dict(question.ask_if),
        )


class GuideShown(BaseModel):
    id: str
    title: str
    questions: list[QuestionShown]


@router.get("/permit-guide", response_model=GuideShown, operation_id="show_guide")
async def show_guide(language: Caller) -> GuideShown:
    """What the guide asks. Every question in its order, with the answers that it is asked after."""
    guide = current()
    questions = [QuestionShown.of(question, language) for question in guide.questions]
    return GuideShown(id=guide.id, title=guide.text.in_language(language), questions=questions)
