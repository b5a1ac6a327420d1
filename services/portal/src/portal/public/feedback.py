"""What it was like: two questions and a box, when one's case is over."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from portal.clients.base import Refused
from portal.clients.cases import Status
from portal.forms.sending import FormView, Topic, empty, options, question, send
from portal.i18n import gettext as _
from portal.i18n import marked
from portal.public.own import Own, OwnCase
from portal.public.turns import typed_in

router = APIRouter()
GIVEN = "FeedbackGiven"
EASE = {
    "5": marked("Mycket lätt"),
    "4": marked("Lätt"),
    "3": marked("Varken lätt eller svårt"),
    "2": marked("Svårt"),
    "1": marked("Mycket svårt"),
}


@dataclass(frozen=True)
class FeedbackView:
    case: Status
    path: str
    form: FormView


@router.get("/arenden/{reference}/omdome")
async def ask(own: OwnCase) -> Response:
    case = await own.cases.status(*own.opens)
    if case.progress is None or not case.progress.feedback_wanted:
        return own.page.go(own.path)
    return own.show("public/feedback.html", FeedbackView(case, own.path, empty(_topics())))


@router.post("/arenden/{reference}/omdome")
async def give(own: OwnCase) -> Response:
    """Once: who sends it again has said it."""
    sent, form = await send(_topics(), typed_in(await own.page.form()), lambda answers, _key: _give(own, answers))
    if sent:
        return own.done("omdome")
    return own.page.again("public/feedback.html", FeedbackView(await own.cases.status(*own.opens), own.path, form))


async def _give(own: Own, answers: dict[str, Any]) -> bool:
    try:
        await own.cases.give_feedback(*own.opens, {**answers, "rating": int(answers["rating"])})
    except Refused as refused:
        if refused.code != GIVEN:
            raise
    return True


def _topics() -> list[Topic]:
    private = _("Skriv inga personuppgifter. Ditt svar sparas utan koppling till dig eller ärendet.")
    ease = _("Hur lätt var det att göra det du skulle?")
    fields = [
        question("rating", "choice", ease, required=True, options=options(EASE)),
        question("succeeded", "bool", _("Kunde du göra det du kom för att göra?"), required=True),
        question("comment", "textarea", _("Vad kan vi göra bättre?"), note=private),
    ]
    return [Topic(None, fields)]
