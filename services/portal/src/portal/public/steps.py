"""The pages of an e-service: one topic each, saved in a draft when one goes on."""

from dataclasses import replace

from fastapi import APIRouter
from starlette.responses import Response

from portal.forms.definition import shown
from portal.forms.errors import mistakes
from portal.forms.parse import typed_of
from portal.forms.widgets import on_page
from portal.i18n import speaking
from portal.public.fetching import fetched
from portal.public.places import At, AtFile, Place, kept, view_of
from portal.public.rows import answer_rows, show_rows
from portal.public.turns import Wish, of_page, turn_of

router = APIRouter()


@router.get("/e-tjanster/{slug}/utkast/{token}/bilagor/{falt}")
async def ask_for_file(place: AtFile) -> Response:
    return _shown(place)


@router.post("/e-tjanster/{slug}/utkast/{token}/bilagor/{falt}")
async def take_file(place: AtFile) -> Response:
    return await _answered(place)


@router.get("/e-tjanster/{slug}/utkast/{token}/{steg}")
async def ask(place: At) -> Response:
    return show_rows(place) if place.step.kind == "rows" else _shown(place)


@router.post("/e-tjanster/{slug}/utkast/{token}/{steg}")
async def answer(place: At) -> Response:
    return await (answer_rows(place) if place.step.kind == "rows" else _answered(place))


def _shown(place: Place) -> Response:
    """The page with what is saved, and what is wrong with that. What is not answered yet is no mistake."""
    filling = place.filling
    fields = on_page(place.step.fields, filling.asked)
    typed = typed_of(fields, filling.answers, speaking().catalogue.language)
    found = mistakes(fields, of_page(filling.violations, fields))
    return filling.page.show("public/step.html", view_of(place, fields, typed, found))


async def _answered(place: Place) -> Response:
    filling, step = place.filling, place.step
    asked = on_page(step.fields, filling.asked)
    turn = await turn_of(filling.page, asked, filling.answers)
    if turn.wish is Wish.FETCH and not turn.is_protected:
        found = await fetched(filling.page, asked, turn.typed)
        return filling.page.show("public/step.html", replace(view_of(place, asked, found.typed, ()), fetched=found))
    saved, violations = await kept(filling, turn)
    here = Place(saved, step, place.is_changing)
    asked_here = shown(step.fields, filling.definition.asked(turn.answers))
    wrong = mistakes(step.fields, of_page(violations, asked_here))
    if wrong:
        fields = on_page(step.fields, saved.asked)
        return filling.page.again("public/step.html", view_of(here, fields, turn.typed, wrong))
    return filling.page.go(here.next(turn.wish))
