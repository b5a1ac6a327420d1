"""What everybody may see of the survey: whether it is open, and the results of the rounds that are closed."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from sqlmodel import col, select

from eservice_intake.documents.api import CSV, SVG, download, downloads
from eservice_intake.surveys.answering import open_round
from eservice_intake.surveys.drawings import as_csv, as_svg
from eservice_intake.surveys.figures import words
from eservice_intake.surveys.forms import (
    ClosedRound,
    OpenRound,
    ResultChoice,
    ResultFormat,
    SurveyResult,
    Surveys,
)
from eservice_intake.surveys.models import ResultNotOut, SurveyRound
from shared.events import Language
from web import Caller, Reading, Router, refusals

MOST_SHOWN = 50
router = Router(tags=["Surveys"])


@router.get("/surveys", response_model=Surveys, operation_id="list_surveys")
async def list_surveys(reading: Reading) -> Surveys:
    """List the rounds of the business survey. One may be open, and those that are closed have public results."""
    now = await open_round(reading)
    closed = select(SurveyRound).where(col(SurveyRound.closed_at).is_not(None))
    rounds = await reading.exec(closed.order_by(col(SurveyRound.closed_at).desc()).limit(MOST_SHOWN))
    return Surveys(
        open=now and OpenRound.model_validate(now, from_attributes=True),
        closed=[ClosedRound.model_validate(one, from_attributes=True) for one in rounds],
    )


@router.get(
    "/surveys/{round_id}",
    response_model=SurveyResult,
    operation_id="show_survey_result",
    responses=downloads(SVG, downloads(CSV, refusals(ResultNotOut))),
)
async def show_result(
    round_id: UUID, wanted: Annotated[ResultChoice, Query()], reading: Reading, language: Caller
) -> SurveyResult | Response:
    """The result of a round, for each sector. No figure of fewer than five companies is in it, or can be worked out."""
    found = await reading.get(SurveyRound, round_id)
    if found is None:
        raise ResultNotOut
    result = _result(found, language)
    name = f"naringslivsundersokning-{round_id}"
    match wanted.format:
        case ResultFormat.CSV:
            return download(as_csv(result, language), CSV, f"{name}.csv", language)
        case ResultFormat.SVG:
            return download(as_svg(result, language), SVG, f"{name}.svg", language)
        case _:
            return result


def _result(one: SurveyRound, language: Language) -> SurveyResult:
    figures = one.result
    return SurveyResult(
        **dict(ClosedRound.model_validate(one, from_attributes=True)), figures=figures, words=words(language)
    )
