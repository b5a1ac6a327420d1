"""Where several of a kind are asked about: a list of those that were added, and a page for each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, HTTPException
from markupsafe import Markup
from starlette.responses import Response

from portal.forms.answers import row_in_words
from portal.forms.definition import missing
from portal.forms.errors import REQUIRED, Mistake, Violation, id_of, mistakes
from portal.forms.parse import Typed, typed_of
from portal.forms.widgets import on_page
from portal.i18n import of_service, speaking
from portal.public.places import At, PageView, Place, kept, view_of
from portal.public.turns import REMOVE, SAVE, Wish, of_page, turn_of

router = APIRouter()
ONE_MORE = "ny"


@dataclass(frozen=True)
class Item:
    """One of those that were added."""

    number: int
    label: Markup
    path: str
    is_wrong: bool


@dataclass(frozen=True)
class RowsView:
    id: str
    page: PageView
    items: Sequence[Item]
    add: str


def show_rows(place: Place) -> Response:
    found = _mistakes_in(place, place.filling.violations)
    return place.filling.page.show("public/rows.html", _view_of(place, found))


async def answer_rows(place: Place) -> Response:
    """On to the next page, or without one of the rows."""
    form = await place.filling.page.form()
    removed = str(form.get(REMOVE, ""))
    if removed.isdecimal():
        return await _without(place, int(removed))
    if SAVE in form:
        return place.filling.page.go(place.next(Wish.SAVE))
    lacking = [Violation(path, REQUIRED) for path in missing(place.step.fields, place.filling.asked)]
    found = _mistakes_in(place, [*lacking, *place.filling.violations])
    if found:
        return place.filling.page.again("public/rows.html", _view_of(place, found))
    return place.filling.page.go(place.after)


@router.get("/e-tjanster/{slug}/utkast/{token}/{steg}/{rad}")
async def ask_about_row(place: At, rad: str) -> Response:
    number, row = _numbered(place, rad)
    typed = typed_of(place.step.rows.fields, row, speaking().catalogue.language)
    found = [one for one in _mistakes_in(place, place.filling.violations) if one.row == number]
    return place.filling.page.show("public/row.html", _row_view(place, number, typed, found))


@router.post("/e-tjanster/{slug}/utkast/{token}/{steg}/{rad}")
async def answer_about_row(place: At, rad: str) -> Response:
    number, row = _numbered(place, rad)
    filling, step = place.filling, place.step
    turn = await turn_of(filling.page, on_page(step.rows.fields, row), row)
    rows = [*_rows(place)[:number], turn.answers, *_rows(place)[number + 1 :]]
    prefixed = [replace(one, field=f"{step.rows.name}.{number}.{one.field}") for one in turn.violations]
    whole = replace(turn, answers={**filling.answers, step.rows.name: rows}, violations=prefixed)
    saved, violations = await kept(filling, whole) if turn.answers else (filling, prefixed)
    found = [one for one in _mistakes_in(place, violations) if one.row in (number, None)]
    here = Place(saved, step, place.is_changing)
    if found:
        return filling.page.again("public/row.html", _row_view(here, number, turn.typed, found))
    return filling.page.go(here.next(Wish.SAVE) if turn.wish is Wish.SAVE else here.address)


def _rows(place: Place) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = place.filling.answers.get(place.step.rows.name, [])
    return rows


def _numbered(place: Place, rad: str) -> tuple[int, dict[str, Any]]:
    """The number of the row in the address, and what it says. Raises a 404 when there is no such row."""
    rows = _rows(place) if place.step.kind == "rows" else []
    if place.step.kind == "rows" and rad == ONE_MORE:
        return len(rows), {}
    if not rad.isdecimal() or int(rad) >= len(rows):
        raise HTTPException(404)
    return int(rad), rows[int(rad)]


async def _without(place: Place, number: int) -> Response:
    name, rows = place.step.rows.name, _rows(place)
    rest = [*rows[:number], *rows[number + 1 :]]
    answers = {key: value for key, value in place.filling.answers.items() if key != name}
    await place.filling.save({**answers, name: rest} if rest else answers)
    return place.filling.page.go(place.address)


def _mistakes_in(place: Place, violations: Sequence[Violation]) -> list[Mistake]:
    return mistakes(place.step.fields, of_page(violations, place.step.fields))


def _view_of(place: Place, found: Sequence[Mistake]) -> RowsView:
    base = f"{place.filling.base}/{place.step.path}"
    here = place.filling.page.address(base)
    wrong = {one.row for one in found if one.row is not None}
    items = [
        Item(number, _label(place, number, row), f"{base}/{number}{place.ending}", number in wrong)
        for number, row in enumerate(_rows(place))
    ]
    placed = [one if one.row is None else replace(one, page=f"{here}/{one.row}{place.ending}") for one in found]
    return RowsView(
        id_of(place.step.rows.name), view_of(place, [], {}, placed), items, f"{base}/{ONE_MORE}{place.ending}"
    )


def _label(place: Place, number: int, row: dict[str, Any]) -> Markup:
    return row_in_words(place.step.rows.fields, row) or Markup("{} {}").format(of_service(place.step.title), number + 1)


def _row_view(place: Place, number: int, typed: Typed, found: Sequence[Mistake]) -> PageView:
    rows = _rows(place)
    row, rad = (rows[number], number) if number < len(rows) else ({}, ONE_MORE)
    view = view_of(place, on_page(place.step.rows.fields, row), typed, found, row)
    title = f"{place.step.title} {number + 1}"
    action = f"{place.filling.base}/{place.step.path}/{rad}{place.ending}"
    return replace(view, title=title, action=action, back=place.address)
