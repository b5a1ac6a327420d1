"""A version of an e-service, tried before it is published: its form as people would see it, and made-up answers judged.

Nothing is kept. Of what several can be added of, one is asked; of a file, whether there is one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.responses import Response

from portal.clients.eservices import ToMend
from portal.forms.definition import Definition, Field, Step, definition_of, shown
from portal.forms.errors import NOT_OF_TYPE, Mistake, Violation, mistakes
from portal.forms.parse import Typed, parse
from portal.forms.widgets import Widget, on_page, page_of
from portal.i18n import language_of_services, of_service, plain
from portal.pages import Page, StaffPage
from portal.public.turns import typed_in
from portal.staff.definition_views import VERSIONS, asked_of, path_of

router = APIRouter()
A_FILE = str(UUID(int=1))
"""What stands for a file that somebody would attach."""


@dataclass(frozen=True)
class TopicView:
    title: Markup
    widgets: Sequence[Widget]


@dataclass(frozen=True)
class TrialView:
    """`is_judged` when there were answers; `others` is what is wrong and belongs to no box of the page."""

    path: str
    title: str
    topics: Sequence[TopicView]
    mistakes: Sequence[Mistake] = ()
    others: Sequence[str] = ()
    is_judged: bool = False


@router.get(f"{VERSIONS}/{{service}}/{{version}}/prova")
async def trial(page: StaffPage, service: str, version: UUID) -> Response:
    definition = await _definition(page, service, version)
    return page.show("staff/definition_trial.html", _view(path_of(service, version), definition, {}, {}))


@router.post(f"{VERSIONS}/{{service}}/{{version}}/prova")
async def judge(page: StaffPage, service: str, version: UUID) -> Response:
    """What the version says of the answers. With them, more may be asked."""
    definition = await _definition(page, service, version)
    typed = typed_in(await page.form())
    said = parse([_asked_once(one) for one in definition.fields], typed)
    answers = definition.asked(_as_sent(definition.fields, said.answers))
    asked = {one.name for one in shown(definition.fields, answers)}
    unread = [Violation(path, NOT_OF_TYPE) for path in sorted(said.wrong) if path.partition(".")[0] in asked]
    judged = (await page.ask(asked_of(service)).judge(version, answers)).violations
    known = {one.field for one in unread}
    found = [*unread, *(one for one in _of_page(judged, definition.fields) if one.field not in known)]
    return page.show(
        "staff/definition_trial.html",
        _judged(_view(path_of(service, version), definition, typed, answers, found), found),
    )


async def _definition(page: Page, service: str, version: UUID) -> Definition:
    """Raises a 404 for what has no form."""
    told = await page.ask(asked_of(service)).preview(version)
    if "form" not in told:
        raise HTTPException(404)
    return definition_of(told["form"], told["schema"], language_of_services(), plain("Uppgifter"))


def _as_sent(fields: Sequence[Field], said: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in (one for one in fields if one.name in said):
        answer = said[one.name]
        if one.type == "repeat":
            found[one.name] = [_as_sent(one.fields, answer)]
        elif one.type != "file":
            found[one.name] = answer
        elif answer:
            found[one.name] = [A_FILE] if one.is_list else A_FILE
    return found


def _asked_once(one: Field) -> Field:
    """The question as it is tried: a row as a group, a file as yes or no."""
    if one.type == "repeat":
        return replace(one, type="address", is_list=False, fields=tuple(map(_asked_once, one.fields)))
    if one.type == "file":
        note = plain("Svara bara om det finns en fil.")
        return replace(one, type="bool", is_list=False, accept=(), max_bytes=None, note=note)
    return one


def _view(
    path: str, definition: Definition, typed: Typed, answers: Mapping[str, Any], found: Sequence[Violation] = ()
) -> TrialView:
    wrong = mistakes(map(_asked_once, definition.fields), found)
    steps = [*definition.steps, Step("intyg", plain("Intygas när allt skickas in"), definition.declarations)]
    pages = [(step.title, on_page(step.fields, answers)) for step in steps]
    topics = [
        TopicView(of_service(title), page_of([_asked_once(one) for one in asked], typed, wrong))
        for title, asked in pages
        if asked
    ]
    return TrialView(path, definition.title, topics, wrong)


def _of_page(found: Sequence[ToMend], fields: Sequence[Field]) -> Iterator[Violation]:
    """At the boxes of the only row that is asked."""
    rows = {field.name for field in fields if field.type == "repeat"}
    for one in found:
        name, _number, rest = one.field.partition(".")
        inner = rest.partition(".")[2]
        yield Violation(f"{name}.{inner}" if name in rows and inner else one.field, one.code, one.message)


def _judged(view: TrialView, found: Sequence[Violation]) -> TrialView:
    placed = {one.question for one in view.mistakes}
    others = [one.message for one in found if one.field.partition(".")[0] not in placed]
    return replace(view, others=others, is_judged=True)
