"""The guide: what is asked, and what somebody needs by their answers."""

from datetime import date
from typing import Annotated, Any

from fastapi import Query, Request, Response

from definitions.published import VersionClosed
from permit_guide.guide.answers import parse
from permit_guide.guide.graph import svg
from permit_guide.guide.judging import result_of
from permit_guide.guide.loading import begun_with, current
from permit_guide.guide.presentation import Presenter
from permit_guide.guide.search import search
from permit_guide.guide.shown import FoundShown, GuideShown, ResultShown
from shared.clock import day_in_sweden
from web import Caller, Now, Router, refusals
from web.definitions import EarlierVersion
from web.router import Route
from web.transaction import Handler

OURS = ("date", "definition", "language")
"""What an address of a result has besides answers."""
ANSWERS: dict[str, Any] = {
    "name": "answers",
    "in": "query",
    "description": "Each answer under its question's id: `sector=mat_dryck&handles_food=true&sells=tobak,folkol`. "
    "`vet_ej` is the answer of whoever does not know.",
    "style": "form",
    "explode": True,
    "schema": {"type": "object", "additionalProperties": {"type": "string"}},
    "example": {"sector": "mat_dryck", "handles_food": "true"},
}


class OfAnswers(Route):
    """Its query is answers, which the handler itself looks at."""

    def _completed(self, handle: Handler) -> Handler:
        return handle


router = Router(tags=["Permit guide"])
of_answers = Router(tags=["Permit guide"], route_class=OfAnswers)


@router.get("/permit-guide", response_model=GuideShown, operation_id="show_guide", responses=refusals(VersionClosed))
async def show_guide(language: Caller, at: Now, definition: EarlierVersion = None) -> GuideShown:
    """What the guide asks. Every question in its order, with the answers that it is asked after."""
    return Presenter(begun_with(definition, at), language).shown()


@of_answers.get(
    "/permit-guide/result",
    response_model=ResultShown,
    operation_id="show_result",
    openapi_extra={"parameters": [ANSWERS]},
    responses=refusals(VersionClosed),
)
async def show_result(
    request: Request,
    language: Caller,
    at: Now,
    definition: EarlierVersion = None,
    day: Annotated[date | None, Query(alias="date", description="The day it is sent in; today unless said.")] = None,
) -> ResultShown:
    """What somebody must do, by their answers. With every rule and what became of it, and what is left to ask."""
    guide, day = begun_with(definition, at), day or day_in_sweden(at)
    given = [(name, value) for name, value in request.query_params.multi_items() if name not in OURS]
    answers = parse(guide, given)
    return Presenter(guide, language).result(result_of(guide, answers, day), answers, day)


@router.get("/permit-guide/search", response_model=FoundShown, operation_id="search_guide")
async def search_guide(
    language: Caller, q: Annotated[str, Query(min_length=1, max_length=100, description="Words, or their beginnings.")]
) -> FoundShown:
    """What there is, by words. Everything that has all of them, the best first."""
    guide = current()
    presenter = Presenter(guide, language)
    return FoundShown(found=[presenter.matching(name) for name in search(guide, q)])


@router.get(
    "/permit-guide/graph",
    response_class=Response,
    operation_id="show_graph",
    responses={200: {"content": {"image/svg+xml": {"schema": {"type": "string"}, "example": "<svg/>"}}}},
)
async def show_graph(language: Caller) -> Response:
    """The guide as a picture. Questions, rules and obligations, with what leads to what, as SVG."""
    return Response(svg(current(), language), media_type="image/svg+xml", headers={"Content-Language": language})
